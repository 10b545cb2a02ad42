/** What the tests have in common: a policy, an issuer, and requests. */
import { Gate, ready } from 'portcullis';
import { afterwards, before } from '../harness.js';

export const CLAIM = 'd:workflow-api;a:workflow-api.rpc;d:workflow-api.rpc.delete-instance;a:tenants:TenantA';
export const NOW = 1_800_000_000;
const ISSUER = 'https://issuer.example';

export const document = {
  portcullis: 1,
  tenancy: { mode: 'multi', tenants: ['TenantA', 'TenantB'] },
  token: { issuers: [ISSUER], audiences: ['workflow'], algorithms: ['ES256', 'RS256', 'EdDSA'] },
};

const encoder = new TextEncoder();

export function base64Url(bytes) {
  return btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

export function fromBase64Url(text) {
  return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (character) => character.charCodeAt(0));
}

const ALGORITHMS = {
  ES256: [{ name: 'ECDSA', namedCurve: 'P-256' }, { name: 'ECDSA', hash: 'SHA-256' }],
  RS256: [
    { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256', modulusLength: 2048, publicExponent: Uint8Array.of(1, 0, 1) },
    'RSASSA-PKCS1-v1_5',
  ],
  EdDSA: [{ name: 'Ed25519' }, 'Ed25519'],
};

/** A key pair of an issuer: its public JWK, and tokens signed with it. */
export async function issuer(kid, alg = 'ES256') {
  const [generate, sign] = ALGORITHMS[alg];
  const { privateKey, publicKey } = await crypto.subtle.generateKey(generate, true, ['sign', 'verify']);
  const { key_ops: _, ext: __, ...material } = await crypto.subtle.exportKey('jwk', publicKey);
  const jwk = { ...material, kid, alg, use: 'sig' };
  async function token(claims = {}, header = {}) {
    const payload = {
      iss: ISSUER, aud: 'workflow', sub: 'user-1', exp: NOW + 300, iat: NOW, WorkflowApiPermissions: CLAIM, ...claims,
    };
    const part = (value) => base64Url(encoder.encode(JSON.stringify(value)));
    const input = `${part({ alg, kid, typ: 'at+jwt', ...header })}.${part(payload)}`;
    return `${input}.${base64Url(new Uint8Array(await crypto.subtle.sign(sign, privateKey, encoder.encode(input))))}`;
  }
  return { jwk, token, privateKey: () => crypto.subtle.exportKey('jwk', privateKey) };
}

/** The issuer whose keys gates have, unless a test says otherwise. */
export let home;

before(async () => {
  await ready();
  home = await issuer('home');
});

/** A gate with a clock that the test holds. */
export async function gateAt(options = {}) {
  const clock = { now: NOW };
  const gate = await Gate.create({ policy: document, jwks: { keys: [home.jwk] }, clock: () => clock.now, ...options });
  afterwards(() => gate.dispose());
  return { gate, clock };
}

const RESUME = 'https://api.example/workflow-api/rpc/resume';

/** A request that is allowed, unless the options say otherwise. */
export function request(token, { url = RESUME, method = 'POST', headers = {}, ...init } = {}) {
  return new Request(url, {
    method,
    headers: { ...(token && { authorization: `Bearer ${token}` }), 'workflow-api-tenant-id': 'TenantA', ...headers },
    ...init,
  });
}

/** An issuer's address, as a fetch that counts and can be told what to answer. */
export function served(...keys) {
  const state = { fetches: 0, keys: keys.map(({ jwk }) => jwk), answer: undefined };
  state.fetch = async (address, init) => {
    state.fetches += 1;
    state.init = init;
    return state.answer ? state.answer(address, init) : Response.json({ keys: state.keys });
  };
  return state;
}

export const JWKS = 'https://issuer.example/jwks';

/** How often signatures are verified while `body` runs. */
export async function verifications(body) {
  const { verify } = crypto.subtle;
  let count = 0;
  crypto.subtle.verify = (...input) => {
    count += 1;
    return verify.apply(crypto.subtle, input);
  };
  try {
    await body();
  } finally {
    delete crypto.subtle.verify;
  }
  return count;
}
