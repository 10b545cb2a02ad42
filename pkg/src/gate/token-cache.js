/**
 * Verified tokens by their digest: bounded, until they expire, and only for the keys that verified
 * them. Keeping one may give others back, so what `get` gives is to be used at once.
 */
import { generation, release } from '../runtime.js';

export class TokenCache {
  #max;
  #keys;
  #entries = new Map();

  constructor(max) {
    this.#max = max;
  }

  get enabled() {
    return this.#max > 0;
  }

  get size() {
    return this.#entries.size;
  }

  /** The principal of a token that these keys have verified, if it is still good at `now`. */
  get(digest, keys, now) {
    if (keys !== this.#keys) return undefined;
    const entry = this.#entries.get(digest);
    if (entry === undefined) return undefined;
    this.#entries.delete(digest);
    // Before it was verified, the token may not have been good yet.
    if (entry.principal.generation !== generation || !(now >= entry.verified && now < entry.expires)) {
      release(entry.principal);
      return undefined;
    }
    // Put at the end again: what is at the front was not asked for the longest.
    this.#entries.set(digest, entry);
    return entry.principal;
  }

  /** Keeps a principal, and gives back those for which there is no room. */
  set(digest, keys, entry) {
    if (keys !== this.#keys) this.clear();
    this.#keys = keys;
    const replaced = this.#entries.get(digest);
    if (replaced) release(replaced.principal);
    this.#entries.delete(digest);
    this.#entries.set(digest, entry);
    for (const [oldest, { principal }] of this.#entries) {
      if (this.#entries.size <= this.#max) break;
      this.#entries.delete(oldest);
      release(principal);
    }
  }

  clear() {
    for (const { principal } of this.#entries.values()) release(principal);
    this.#entries.clear();
  }
}
