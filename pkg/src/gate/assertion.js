/**
 * The signed assertion: a JWT of 30 seconds that says that this request came through the gate and
 * what was decided, so that an origin that is reached by another way cannot be fooled.
 */
import { PortcullisError } from '../error.js';
import { encoder } from '../exchange.js';
import { webCrypto } from '../keys.js';
import { toBase64Url } from '../text.js';

const TYPE = 'portcullis+jwt';
const LIFETIME_S = 30;
const ALGORITHMS = /^((HS|RS|PS|ES)(256|384|512)|EdDSA|Ed25519)$/;
const encoded = (value) => toBase64Url(encoder.encode(JSON.stringify(value)));

export class Assertion {
  #key;
  #use;
  #header;
  #claims;
  #clock;

  /** `key` is a private JWK with its `alg`. */
  static async create({ key, issuer, audience }, clock) {
    const algorithm = key?.alg;
    if (typeof algorithm !== 'string' || !ALGORITHMS.test(algorithm)) {
      throw new PortcullisError('KEYS_INVALID', 'the key for assertions is a private JWK with its `alg`');
    }
    if (typeof issuer !== 'string' || typeof audience !== 'string') {
      throw new PortcullisError('CALL_MALFORMED', 'assertions need an `issuer` and an `audience`');
    }
    const names = webCrypto(algorithm);
    const assertion = new Assertion();
    try {
      // What a key says of its use is not WebCrypto's to compare: `EdDSA` and `Ed25519` are one.
      const { alg: _, key_ops: __, use: ___, ...material } = key;
      assertion.#key = await crypto.subtle.importKey('jwk', material, names.import, false, ['sign']);
    } catch {
      // Not the platform's message: it could tell of the key.
      throw new PortcullisError('KEYS_INVALID', 'the key for assertions cannot be used to sign');
    }
    assertion.#use = names.use;
    assertion.#header = encoded({ alg: algorithm, typ: TYPE, ...(key.kid !== undefined && { kid: key.kid }) });
    assertion.#claims = { iss: issuer, aud: audience };
    assertion.#clock = clock;
    return assertion;
  }

  async sign(method, path, { reason, tenant, principal }) {
    const iat = Math.floor(this.#clock());
    const claims = {
      ...this.#claims, iat, exp: iat + LIFETIME_S, method, path, decision: reason,
      ...(tenant !== null && { tenant }), ...(principal?.subject != null && { sub: principal.subject }),
    };
    const input = `${this.#header}.${encoded(claims)}`;
    const signature = await crypto.subtle.sign(this.#use, this.#key, encoder.encode(input));
    return `${input}.${toBase64Url(new Uint8Array(signature))}`;
  }
}
