/**
 * The issuer's keys: fetched, kept fresh, put in force in one step.
 *
 * - Keys are fetched again when they are `maxAge` old.
 * - A token that names an unknown key makes them be fetched at once, but never within `cooldown` of
 *   the last attempt, so a flood of such tokens costs one fetch. Whoever asks while a fetch is under
 *   way waits for that one.
 * - Where a fetch fails, the last good keys stay in force until they are `staleFor` beyond their age;
 *   then no token is good until a fetch succeeds.
 * - Redirects are not followed, and what is too large or too slow is given up.
 */
import { PortcullisError } from '../error.js';
import { KeySet } from '../keys.js';
import { jwksAddress, readJwks, within } from './fetch-jwks.js';

/** Times in seconds. */
const DEFAULTS = { cooldown: 30, maxAge: 600, staleFor: 3600, timeout: 5, maxBytes: 512 << 10, allowHttp: false };

export class RemoteKeys {
  #address;
  #options;
  #clock;
  #cache;
  #cacheRead;
  /** The keys in force, their document, and when it was fetched. */
  #keys;
  #document;
  #fetchedAt = -Infinity;
  /** The set before, which verifications that are under way may still hold. */
  #previous;
  #attemptedAt = -Infinity;
  #running;
  #failure;

  constructor(address, { jwksCache, fetch, ...options } = {}, clock) {
    this.#options = { ...DEFAULTS, ...options, fetch: fetch ?? ((...request) => globalThis.fetch(...request)) };
    this.#address = jwksAddress(address, this.#options);
    this.#cache = jwksCache;
    this.#clock = clock;
  }

  /** The keys in force, if they are young enough to be used without asking anybody. */
  get fresh() {
    return this.#isYounger(this.#options.maxAge) ? this.#keys : undefined;
  }

  /** The keys in force, however old. */
  get current() {
    return this.#keys;
  }

  /** The keys to verify with. @throws `KEYS_UNAVAILABLE` */
  async get() {
    if (this.fresh) return this.fresh;
    await (this.#cacheRead ??= this.#fromCache());
    if (this.fresh) return this.fresh;
    await this.#attempt();
    const { maxAge, staleFor, cooldown } = this.#options;
    if (this.#keys && this.#isYounger(maxAge + staleFor)) return this.#keys;
    // Nobody is asked again before the cool-down is over.
    const retryAfter = this.#attemptedAt + cooldown - this.#clock();
    throw new PortcullisError('KEYS_UNAVAILABLE', 'the keys of the issuer are not there', { cause: this.#failure, retryAfter });
  }

  /** What is from the future was fetched under a clock that was wrong. */
  #isYounger(age) {
    const found = this.#clock() - this.#fetchedAt;
    return found >= 0 && found <= age;
  }

  /** For a token that names a key which `keys` does not have: the keys after another look. */
  async refreshed(keys) {
    // Others may have brought new ones in the meantime.
    if (this.#keys === keys) await this.#attempt();
    return this.#keys ?? keys;
  }

  /** Fetches the keys, or waits for whoever does; nothing within the cool-down. Never throws. */
  async #attempt() {
    if (this.#running) {
      const running = this.#running;
      // An isolate can end a request, and with it the fetch that it began: nobody waits for ever.
      const ended = await within(this.#options.timeout + 1, running).then(() => true, () => false);
      if (!ended && this.#running === running) this.#running = undefined;
      return;
    }
    const now = this.#clock();
    const since = now - this.#attemptedAt;
    if (since >= 0 && since < this.#options.cooldown) return;
    this.#attemptedAt = now;
    const running = this.#fetch(now);
    this.#running = running;
    await running;
    if (this.#running === running) this.#running = undefined;
  }

  async #fetch(now) {
    try {
      const document = await within(this.#options.timeout, readJwks(this.#address, this.#options));
      this.#take(document, now);
    } catch (error) {
      this.#failure = error;
      return;
    }
    this.#failure = undefined;
    try {
      const kept = this.#cache?.put(this.#address, { jwks: this.#document, fetchedAt: now });
      await within(this.#options.timeout, kept);
    } catch {
      // The keys are in force; that a later isolate must fetch them again is no reason to deny.
    }
  }

  /** Puts keys in force, if they can be used. */
  #take(document, fetchedAt) {
    if (document !== this.#document) {
      const keys = new KeySet(document);
      this.#previous?.dispose();
      this.#previous = this.#keys;
      this.#keys = keys;
      this.#document = document;
    }
    this.#fetchedAt = fetchedAt;
  }

  /** What another isolate has fetched. It counts as an attempt of this one: a flood stays one fetch. */
  async #fromCache() {
    if (this.#cache === undefined) return;
    try {
      const kept = await within(this.#options.timeout, this.#cache.get(this.#address));
      const { jwks, fetchedAt } = kept ?? {};
      const now = this.#clock();
      if (typeof jwks !== 'string' || !(fetchedAt <= now) || fetchedAt <= this.#fetchedAt) return;
      this.#take(jwks, fetchedAt);
      this.#attemptedAt = Math.max(this.#attemptedAt, fetchedAt);
    } catch {
      // A cache that is broken is one that is empty.
    }
  }

  dispose() {
    this.#previous?.dispose();
    this.#keys?.dispose();
  }
}
