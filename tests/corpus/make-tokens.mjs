/**
 * Makes `tokens.json` anew, with new keys: `node tests/corpus/make-tokens.mjs`.
 * The private keys are thrown away.
 */
import { createHmac, generateKeyPairSync, randomBytes, sign as signWith } from 'node:crypto';
import { writeFileSync } from 'node:fs';

const NOW = 1_800_000_000;
const CLAIM = 'd:workflow-api;a:workflow-api.rpc;d:workflow-api.rpc.delete-instance;a:tenants:TenantA';
const OPERATION = 'workflow-api.rpc.resume';

const b64 = (value) => Buffer.from(value).toString('base64url');
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const pss = generateKeyPairSync('rsa', { modulusLength: 2048 });
const foreign = generateKeyPairSync('rsa', { modulusLength: 2048 });
const weak = generateKeyPairSync('rsa', { modulusLength: 1024 });
const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' });
const p521 = generateKeyPairSync('ec', { namedCurve: 'P-521' });
const ed = generateKeyPairSync('ed25519');
const secret = randomBytes(32);
const publicJwk = (pair) => pair.publicKey.export({ format: 'jwk' });

const jwks = {
  keys: [
    { ...publicJwk(rsa), kid: 'rsa', use: 'sig' },
    { ...publicJwk(pss), kid: 'pss', alg: 'PS256' },
    { ...publicJwk(p256), kid: 'p256', alg: 'ES256' },
    { ...publicJwk(p384), kid: 'p384' },
    { ...publicJwk(p521), kid: 'p521' },
    { ...publicJwk(ed), kid: 'ed' },
    { kty: 'oct', k: b64(secret), kid: 'oct', alg: 'HS256' },
    { ...publicJwk(weak), kid: 'weak' },
    { ...publicJwk(foreign), kid: 'enc', use: 'enc' },
    { ...publicJwk(foreign), kid: 'twice', alg: 'RS256' },
    { ...publicJwk(pss), kid: 'twice', alg: 'RS256' },
  ],
};

const signers = {
  RS: (pair, hash) => (input) => signWith(hash, input, pair.privateKey),
  PS: (pair, hash) => (input) => signWith(hash, input, { key: pair.privateKey, padding: 6, saltLength: -1 }),
  ES: (pair, hash) => (input) => signWith(hash, input, { key: pair.privateKey, dsaEncoding: 'ieee-p1363' }),
  HS: (key, hash) => (input) => createHmac(hash, key).update(input).digest(),
  Ed: (pair) => (input) => signWith(null, input, pair.privateKey),
};
const signer = (alg, key) => signers[alg.slice(0, 2)](key, `sha${alg.slice(2)}`);

const claims = {
  iss: 'https://issuer.test', aud: 'workflow-api', sub: 'ann', iat: NOW - 60, exp: NOW + 3600,
  WorkflowApiPermissions: CLAIM,
};
const without = (name) => Object.fromEntries(Object.entries(claims).filter(([key]) => key !== name));

/** A compact token of any parts; strings are taken as they are. */
function token(header, payload, sign) {
  const text = (part) => (typeof part === 'string' ? part : JSON.stringify(part));
  const input = `${b64(text(header))}.${b64(text(payload))}`;
  return `${input}.${b64(sign(Buffer.from(input)))}`;
}
const RS = signer('RS256', rsa);
const rs256 = (payload, header = {}) => token({ alg: 'RS256', kid: 'rsa', typ: 'at+jwt', ...header }, payload, RS);

const cases = [];
function add(id, why, made, reason, more = {}) {
  const stage = { CREDENTIAL: 'authentication', AUTHENTICATION: 'authentication', CLAIM: 'operation', OPERATION: 'operation', TENANT: 'tenant' }[reason.split('_')[0]];
  const credential = typeof made === 'string' ? { token: made } : made;
  cases.push({ id, why, ...credential, operation: OPERATION, tenant: 'TenantA', ...more, expect: { ...(stage && { stage }), reason } });
}
const bad = (id, why, made, more) => add(id, why, made, 'CREDENTIAL_INVALID', more);

const good = rs256(claims);
add('rs256', 'a good token', good, 'ALLOWED');
add('header', 'in the Authorization header', { authorization: `Bearer ${good}` }, 'ALLOWED');
add('header-case', 'the scheme is compared without case', { authorization: `bearer ${good}` }, 'ALLOWED');
bad('header-twice', 'two headers are never merged', { authorization: [`Bearer ${good}`, `Bearer ${good}`] });
bad('header-basic', 'another scheme', { authorization: 'Basic YTpi' });
bad('header-empty', 'an empty header', { authorization: '' });
bad('header-no-token', 'a scheme by itself', { authorization: 'Bearer' });
bad('header-two-tokens', 'two tokens in one header', { authorization: `Bearer ${good} ${good}` });
add('absent', 'nobody', { authorization: null }, 'AUTHENTICATION_REQUIRED');
add('denied', 'a good token and a denied operation', good, 'OPERATION_DENIED', { operation: 'workflow-api.rpc.delete-instance' });
add('tenant', 'a good token and a foreign tenant', good, 'TENANT_DENIED', { tenant: 'TenantB' });
for (const [alg, kid, key] of [['PS256', 'pss', pss], ['ES256', 'p256', p256], ['ES384', 'p384', p384], ['ES512', 'p521', p521], ['EdDSA', 'ed', ed], ['HS256', 'oct', secret]]) {
  add(alg.toLowerCase(), 'a good token of this algorithm', token({ alg, kid }, claims, signer(alg, key)), 'ALLOWED');
}
add('ed25519', 'the algorithm’s new name (RFC 9864)', token({ alg: 'Ed25519', kid: 'ed' }, claims, signer('EdDSA', ed)), 'ALLOWED');
add('ps-with-plain-rsa', 'a key without `alg` serves PS too', token({ alg: 'PS256', kid: 'rsa' }, claims, signer('PS256', rsa)), 'ALLOWED');
bad('rs-with-ps-key', 'a key with `alg` serves that one only', token({ alg: 'RS256', kid: 'pss' }, claims, signer('RS256', pss)));
bad('es384-with-p256', 'an algorithm belongs to a curve', token({ alg: 'ES384', kid: 'p256' }, claims, signer('ES384', p256)));
bad('not-accepted', 'the policy does not accept RS512', token({ alg: 'RS512', kid: 'rsa' }, claims, signer('RS512', rsa)));
bad('none', 'no signature at all', `${b64('{"alg":"none"}')}.${b64(JSON.stringify(claims))}.`);
bad('none-case', 'however it is written', `${b64('{"alg":"nOnE"}')}.${b64(JSON.stringify(claims))}.`);
bad('hmac-with-public-key', 'a public key is no secret', token({ alg: 'HS256', kid: 'rsa' }, claims, signer('HS256', rsa.publicKey.export({ format: 'pem', type: 'spki' }))));
bad('signature-changed', 'one bit of the signature', `${good.slice(0, -6)}${good.at(-6) === 'A' ? 'B' : 'A'}${good.slice(-5)}`);
bad('payload-changed', 'another payload under the same signature', good.split('.').map((part, at) => (at === 1 ? b64(JSON.stringify({ ...claims, sub: 'eve' })) : part)).join('.'));
bad('foreign-key', 'signed by somebody else', token({ alg: 'RS256', kid: 'rsa' }, claims, signer('RS256', foreign)));
bad('es256-der', 'an ECDSA signature in the wrong encoding', token({ alg: 'ES256', kid: 'p256' }, claims, (input) => signWith('sha256', input, p256.privateKey)));
bad('kid-unknown', 'no such key', rs256(claims, { kid: 'nope' }));
bad('kid-case', 'a kid is compared exactly', rs256(claims, { kid: 'RSA' }));
bad('kid-twice', 'a kid that two keys fit is refused', token({ alg: 'RS256', kid: 'twice' }, claims, signer('RS256', foreign)));
bad('key-for-encryption', 'a key for another use', token({ alg: 'RS256', kid: 'enc' }, claims, signer('RS256', foreign)));
bad('key-weak', 'an RSA key of 1024 bits', token({ alg: 'RS256', kid: 'weak' }, claims, signer('RS256', weak)));
add('kid-absent', 'without a kid, if exactly one key fits', token({ alg: 'ES256' }, claims, signer('ES256', p256)), 'ALLOWED');
bad('kid-absent-several', 'without a kid, if several fit', token({ alg: 'RS256' }, claims, RS));
bad('embedded-key', 'a key in the header is no key', token({ alg: 'RS256', kid: 'own', jwk: publicJwk(foreign) }, claims, signer('RS256', foreign)));
add('embedded-key-ignored', 'and does not matter beside a good one', rs256(claims, { jwk: publicJwk(foreign), jku: 'https://evil.test' }), 'ALLOWED');
bad('crit', 'an extension that must be understood', rs256(claims, { crit: ['exp'] }));
bad('b64', 'an unencoded payload', rs256(claims, { crit: ['b64'], b64: false }));
bad('zip', 'a compressed payload', rs256(claims, { zip: 'DEF' }));
bad('typ', 'another type', rs256(claims, { typ: 'logout+jwt' }));
add('typ-prefix', 'the type with its prefix, in any case', rs256(claims, { typ: 'APPLICATION/AT+JWT' }), 'ALLOWED');
bad('nested', 'a token in the token', rs256(claims, { cty: 'JWT' }));
bad('two-parts', 'not three parts', good.split('.').slice(0, 2).join('.'));
bad('four-parts', 'not three parts', `${good}.x`);
bad('empty', 'an empty token', '');
bad('space', 'white space', ` ${good}`);
bad('padding', 'base64url has no padding here', `${good}=`);
bad('standard-base64', 'nor the other alphabet', good.replace(/[-_]/, '+'));
bad('trailing-bits', 'the unused bits are zero', `${good.slice(0, -1)}${String.fromCharCode(good.charCodeAt(good.length - 1) + 1)}`);
bad('too-large', 'over 128 KiB', rs256({ ...claims, pad: 'x'.repeat(100_000) }));
bad('duplicate-claim', 'a repeated member', rs256(JSON.stringify(claims).replace('{', '{"sub":"eve",')));
bad('duplicate-deep', 'at any depth', rs256(JSON.stringify({ ...claims, x: 0 }).replace('"x":0', '"x":{"y":[{"z":1,"z":1}]}')));
bad('duplicate-permission', 'the permission claim too', rs256(JSON.stringify(claims).replace('{', '{"WorkflowApiPermissions":"a:workflow-api",')));
bad('duplicate-header', 'in the header too', token('{"alg":"RS256","kid":"nope","kid":"rsa"}', claims, RS));
bad('duplicate-escaped', 'however it is written', rs256(JSON.stringify(claims).replace('{', '{"s\\u0075b":"eve",')));
bad('bom', 'a byte order mark', rs256(`\ufeff${JSON.stringify(claims)}`));
bad('not-an-object', 'claims are an object', rs256('[]'));
bad('not-json', 'claims are JSON', rs256('x'));
add('expired', 'over', rs256({ ...claims, exp: NOW - 31 }), 'CREDENTIAL_EXPIRED');
add('expired-at-leeway', 'over at the end of the leeway', rs256({ ...claims, exp: NOW - 30 }), 'CREDENTIAL_EXPIRED');
add('within-leeway', 'clocks differ', rs256({ ...claims, exp: NOW - 29 }), 'ALLOWED');
add('half-second', 'half seconds count', rs256({ ...claims, exp: NOW - 29.5 }), 'ALLOWED');
add('half-second-now', 'on both sides', rs256({ ...claims, exp: NOW - 29.5 }), 'CREDENTIAL_EXPIRED', { now: NOW + 0.5 });
bad('exp-missing', 'an end is required', rs256(without('exp')));
bad('exp-string', 'a date is a number', rs256({ ...claims, exp: String(NOW + 60) }));
bad('exp-null', 'not null', rs256({ ...claims, exp: null }));
bad('exp-milliseconds', 'milliseconds by mistake', rs256({ ...claims, exp: NOW * 1000 }));
bad('nbf-future', 'not yet', rs256({ ...claims, nbf: NOW + 31 }));
add('nbf-leeway', 'clocks differ', rs256({ ...claims, nbf: NOW + 30 }), 'ALLOWED');
bad('nbf-string', 'a date is a number', rs256({ ...claims, nbf: 'now' }));
bad('iat-future', 'issued in the future', rs256({ ...claims, iat: NOW + 31 }));
bad('iss-other', 'another issuer', rs256({ ...claims, iss: 'https://evil.test' }));
bad('iss-slash', 'compared exactly', rs256({ ...claims, iss: 'https://issuer.test/' }));
bad('iss-missing', 'required', rs256(without('iss')));
bad('iss-list', 'a string', rs256({ ...claims, iss: ['https://issuer.test'] }));
bad('aud-other', 'meant for somebody else', rs256({ ...claims, aud: 'other-api' }));
bad('aud-missing', 'required', rs256(without('aud')));
add('aud-list', 'one of several', rs256({ ...claims, aud: ['x', 'workflow-api'] }), 'ALLOWED');
bad('aud-list-mixed', 'one wrong member is enough', rs256({ ...claims, aud: ['workflow-api', 1] }));
bad('id-token', 'a token about a login grants nothing', rs256({ ...claims, nonce: 'n' }, { typ: 'JWT' }));
add('nonce-in-access-token', 'unless it is typed as an access token', rs256({ ...claims, nonce: 'n' }), 'ALLOWED');
bad('bound', 'a token that is bound to a key, without proof of it', rs256({ ...claims, cnf: { jkt: 'abc' } }));
add('claim-missing', 'no permission claim', rs256(without('WorkflowApiPermissions')), 'CLAIM_MISSING');
add('claim-null', 'null is none', rs256({ ...claims, WorkflowApiPermissions: null }), 'CLAIM_MISSING');
add('claim-list-of-one', 'a list of one string is that string', rs256({ ...claims, WorkflowApiPermissions: [CLAIM] }), 'ALLOWED');
add('claim-list', 'several are never merged', rs256({ ...claims, WorkflowApiPermissions: [CLAIM, CLAIM] }), 'CLAIM_MULTIPLE');
add('claim-object', 'neither a string nor a list', rs256({ ...claims, WorkflowApiPermissions: { a: 1 } }), 'CLAIM_MALFORMED');
add('claim-case', 'the name is compared exactly', rs256({ ...without('WorkflowApiPermissions'), workflowapipermissions: CLAIM }), 'CLAIM_MISSING');

const policy = {
  portcullis: 1,
  tenancy: { mode: 'multi', tenants: ['TenantA', 'TenantB'] },
  token: {
    issuers: ['https://issuer.test'], audiences: ['workflow-api'],
    algorithms: ['RS256', 'PS256', 'ES256', 'ES384', 'ES512', 'EdDSA', 'HS256'],
    leeway_s: 30, required: ['exp', 'iss', 'aud'],
  },
};
const members = Object.entries({ why: 'Credentials: which tokens are good.', policy, jwks, now: NOW });
const lines = members.map(([name, value]) => `  "${name}": ${JSON.stringify(value)},\n`).join('');
const list = cases.map((each) => `    ${JSON.stringify(each)}`).join(',\n');
writeFileSync(new URL('tokens.json', import.meta.url), `{\n${lines}  "cases": [\n${list}\n  ]\n}\n`);
