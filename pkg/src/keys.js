/**
 * Key sets. The arithmetic of signatures is WebCrypto's; which key, which algorithm and what it all
 * means is the module's to say. Here are only the names that the platform has for it.
 */
import { encoder } from './exchange.js';
import { Handle } from './handle.js';
import { ask, dispose, enter, generation, mustBeHere, release } from './runtime.js';
import { fromBase64, jsonText } from './text.js';

/** Longest credential that is looked at; the module's own limit for tokens is 128 KiB. */
const MAX_CREDENTIAL_LENGTH = 256 << 10;
const HASH = { 256: 'SHA-256', 384: 'SHA-384', 512: 'SHA-512' };
const CURVE = { ES256: 'P-256', ES384: 'P-384', ES512: 'P-521' };

/** What WebCrypto calls an algorithm of RFC 7518: to import a key, and to sign and verify. */
export function webCrypto(algorithm) {
  const hash = HASH[algorithm.slice(2)];
  switch (algorithm.slice(0, 2)) {
    case 'HS': return { import: { name: 'HMAC', hash }, use: 'HMAC' };
    case 'RS': return { import: { name: 'RSASSA-PKCS1-v1_5', hash }, use: 'RSASSA-PKCS1-v1_5' };
    // RFC 7518, section 3.5: the salt is as long as the hash.
    case 'PS': return { import: { name: 'RSA-PSS', hash }, use: { name: 'RSA-PSS', saltLength: Number(algorithm.slice(2)) / 8 } };
    case 'ES': return { import: { name: 'ECDSA', namedCurve: CURVE[algorithm] }, use: { name: 'ECDSA', hash } };
    default: return { import: { name: 'Ed25519' }, use: 'Ed25519' };
  }
}

/** The members of a key that are numbers and points; the module has checked all others. */
function material({ kty, crv, n, e, x, y, k }) {
  return Object.fromEntries(Object.entries({ kty, crv, n, e, x, y, k }).filter(([, value]) => value !== undefined));
}

/** A JWK Set, or one JWK, that tokens are verified with. */
export class KeySet {
  #handle;
  #jwks;
  #imported = new Map();

  constructor(jwks) {
    const text = jsonText(jwks);
    let loaded;
    this.#handle = new Handle(() => {
      loaded = ask('keys.load', { jwks: text });
      return loaded.keys;
    });
    // Loaded now: a set that cannot be used is the caller's mistake, not a request's.
    void this.#handle.value;
    this.usable = loaded.usable;
    this.warnings = loaded.warnings;
    const parsed = JSON.parse(text);
    this.#jwks = Array.isArray(parsed.keys) ? parsed.keys : [parsed];
  }

  /** Whether the set has a usable key with this `kid`. */
  has(kid) {
    return this.usable.some((key) => key.kid === kid);
  }

  /**
   * Verifies a credential, `{ token }` or `{ authorization }`: `{ refused }` with a reason and a word
   * for the log, or `{ principal, expires }`, or `{}` where none came.
   */
  async verify(policy, credential, now) {
    const text = credential.token ?? credential.authorization;
    if (text == null) return {};
    if (text.length > MAX_CREDENTIAL_LENGTH) return { refused: { reason: 'CREDENTIAL_INVALID', detail: 'token_too_large' } };
    // The keys anew for each call: what waits between them may outlive the instance.
    const asked = (name, facts) => policy.ask(`token.${name}`, { keys: this.#handle.value, credential, ...facts });
    const { refused, challenge } = asked('challenge');
    if (!challenge) return { refused };
    const token = (Array.isArray(text) ? text[0] : text).slice(challenge.token_start);
    const message = encoder.encode(token.slice(0, challenge.signed_bytes));
    const signature = fromBase64(token.slice(challenge.signed_bytes + 1));
    const verifying = this.#isGenuine(challenge, message, signature);
    // While the platform is at it the module looks at the rest. Whom it presumes is nobody before `token.confirm`.
    const { presumed, expires } = asked('presume', { now });
    const kept = { handle: presumed ?? 0, generation };
    const genuine = await verifying;
    if (genuine && presumed != null) {
      mustBeHere(kept);
      const handle = enter((module) => module.confirm(presumed));
      if (handle !== 0) return { principal: { handle, generation }, expires };
    }
    release(kept);
    // Refused, and the module says why: the signature first, so that nothing is told of a forged token.
    return asked('conclude', { now, genuine });
  }

  /** Whether any compact JWS is genuine. What of it counts is the module's to say. */
  async isGenuineJws(jws) {
    const { challenge } = this.ask('jws.challenge', { jws });
    if (!challenge) return false;
    const message = encoder.encode(jws.slice(0, challenge.signed_bytes));
    return this.#isGenuine(challenge, message, fromBase64(jws.slice(challenge.signed_bytes + 1)));
  }

  ask(name, parameters) {
    return ask(name, { keys: this.#handle.value, ...parameters });
  }

  /** What the platform refuses is not genuine. */
  async #isGenuine({ key, algorithm }, message, signature) {
    try {
      const imported = this.#import(key, algorithm);
      imported.key ??= await imported.importing;
      return await crypto.subtle.verify(imported.use, imported.key, signature, message);
    } catch {
      return false;
    }
  }

  /** Each key is imported once for each algorithm that it is used with. */
  #import(index, algorithm) {
    const name = `${index} ${algorithm}`;
    let imported = this.#imported.get(name);
    if (imported === undefined) {
      const { import: names, use } = webCrypto(algorithm);
      imported = { use, importing: crypto.subtle.importKey('jwk', material(this.#jwks[index]), names, false, ['verify']) };
      this.#imported.set(name, imported);
    }
    return imported;
  }

  dispose() {
    this.#handle.dispose();
  }

  [dispose]() {
    this.dispose();
  }
}
