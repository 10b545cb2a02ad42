/**
 * The arithmetic of signatures, by WebCrypto. Which key, which algorithm and what it all means is
 * the module's to say; here are only the names that the platform has for it.
 */
const HASH = { 256: 'SHA-256', 384: 'SHA-384', 512: 'SHA-512' };
const CURVE = { ES256: 'P-256', ES384: 'P-384', ES512: 'P-521' };

function parameters(algorithm) {
  const hash = HASH[algorithm.slice(2)];
  switch (algorithm.slice(0, 2)) {
    case 'HS': return { import: { name: 'HMAC', hash }, verify: 'HMAC' };
    case 'RS': return { import: { name: 'RSASSA-PKCS1-v1_5', hash }, verify: 'RSASSA-PKCS1-v1_5' };
    // RFC 7518, section 3.5: the salt is as long as the hash.
    case 'PS': return { import: { name: 'RSA-PSS', hash }, verify: { name: 'RSA-PSS', saltLength: Number(algorithm.slice(2)) / 8 } };
    case 'ES': return { import: { name: 'ECDSA', namedCurve: CURVE[algorithm] }, verify: { name: 'ECDSA', hash } };
    default: return { import: { name: 'Ed25519' }, verify: 'Ed25519' };
  }
}

/** The members of a key that are numbers and points; the module has checked all others. */
function material({ kty, crv, n, e, x, y, k }) {
  return Object.fromEntries(Object.entries({ kty, crv, n, e, x, y, k }).filter(([, value]) => value !== undefined));
}

/** The keys of a set, each imported once for each algorithm that it is used with. */
export class Keys {
  #jwks;
  #imported = new Map();

  constructor(handle, jwks) {
    this.handle = handle;
    this.#jwks = Array.isArray(jwks.keys) ? jwks.keys : [jwks];
  }

  #import(index, algorithm) {
    const name = `${index} ${algorithm}`;
    let key = this.#imported.get(name);
    if (key === undefined) {
      key = crypto.subtle.importKey('jwk', material(this.#jwks[index]), parameters(algorithm).import, false, ['verify']);
      this.#imported.set(name, key);
    }
    return key;
  }

  /** Whether a signature is genuine. What the platform refuses is not. */
  async verify({ key, algorithm }, message, signature) {
    try {
      const imported = await this.#import(key, algorithm);
      return await crypto.subtle.verify(parameters(algorithm).verify, imported, signature, message);
    } catch {
      return false;
    }
  }
}
