/** Signed bundles: taken whole or not at all, never older than what is in force, and put in force in one step. */
import { Bundle, Gate, Policy } from 'portcullis';
import { afterwards, equal, fails, ok, test } from '../harness.js';
import { NOW, base64Url, document, home, request } from './world.js';

const encoder = new TextEncoder();
const ALGORITHMS = { ES256: [{ name: 'ECDSA', namedCurve: 'P-256' }, { name: 'ECDSA', hash: 'SHA-256' }], EdDSA: [{ name: 'Ed25519' }, 'Ed25519'] };

async function sha256(bytes) {
  return [...new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Who signs bundles: the public key, and bundles. */
async function signer(alg = 'ES256') {
  const [generate, sign] = ALGORITHMS[alg];
  const { privateKey, publicKey } = await crypto.subtle.generateKey(generate, true, ['sign', 'verify']);
  const { key_ops: _, ext: __, ...jwk } = await crypto.subtle.exportKey('jwk', publicKey);
  async function bundle(manifest = {}, { policy = document, catalog, header = {}, tamper = (bytes) => bytes } = {}) {
    const parts = [policy, ...(catalog ? [catalog] : [])].map((part) => encoder.encode(typeof part === 'string' ? part : JSON.stringify(part)));
    const described = await Promise.all(parts.map(async (bytes) => ({ bytes: bytes.length, sha256: await sha256(bytes) })));
    const payload = { bundle: 1, name: 'shop/live', version: 1, policy: described[0], ...(catalog && { catalog: described[1] }), ...manifest };
    const encoded = (value) => base64Url(encoder.encode(JSON.stringify(value)));
    const input = `${encoded({ alg, typ: 'portcullis-bundle+jws', ...header })}.${encoded(payload)}`;
    const line = `${input}.${base64Url(new Uint8Array(await crypto.subtle.sign(sign, privateKey, encoder.encode(input))))}\n`;
    const all = [encoder.encode(line), ...parts].flatMap((part) => [...part]);
    return tamper(Uint8Array.from(all));
  }
  return { jwk: { ...jwk, alg }, bundle };
}

/** From `crates/module/ABI.md`: what another host has signed. */
const SHOWN = {
  jwk: { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' },
  line: [
    'eyJhbGciOiJFZERTQSIsInR5cCI6InBvcnRjdWxsaXMtYnVuZGxlK2p3cyJ9',
    'eyJidW5kbGUiOjEsIm5hbWUiOiJzaG9wL2xpdmUiLCJ2ZXJzaW9uIjo3LCJleHBpcmVzIjoxOTAwMDAwMDAwLCJwb2xpY3kiOnsiYnl0ZXMiOjE2LCJzaGEyNTYiOiIwNjQ4ZDJkNDc5ZjgwZDBmZTA2ZTFhMGI2NmM4MjgwMzRhZGExNDc4MjIzZTg3OTI4ZDBmZmFhZGJlMGQzZGY2In19',
    'XluSDEBSR4rADyGyRpPP1GpWS2CVcZVYWvJ0HpuGn_mqG23tAQ4MrexGUD-f8rrtsRXYwSVU3fo8nNgHNfarDA',
  ].join('.'),
};

/** The policy with another list of tenants. */
const serving = (...tenants) => ({ ...document, tenancy: { mode: 'multi', tenants } });

test('bundles: one that is genuine gives its policy, and says what it is', async () => {
  const by = await signer();
  const bytes = await by.bundle({ version: 7, expires: NOW + 60, metadata: { commit: 'abc' } });
  const policy = await Policy.fromBundle(bytes, { keys: by.jwk, now: NOW });
  const { name, version, expires, metadata, unchanged } = policy.bundle;
  equal([name, version, expires, metadata, unchanged], ['shop/live', 7, NOW + 60, { commit: 'abc' }, false]);
  equal(policy.tenants, ['TenantA', 'TenantB']);
  for (const source of [bytes.buffer, Promise.resolve(bytes), new Response(bytes)]) equal((await Bundle.verify(source, { keys: { keys: [by.jwk] }, now: NOW })).version, 7);
  await fails('BUNDLE_UNAVAILABLE', () => Bundle.verify(new Response('', { status: 404 }), { keys: by.jwk }));
  await fails('CALL_MALFORMED', () => Bundle.verify('text', { keys: by.jwk }));
});

test('bundles: decisions by its policy carry receipts where they are asked for', async () => {
  const by = await signer();
  const asked = { claim: 'a:workflow-api;a:tenants', operation: 'workflow-api.liveness', tenant: 'TenantA' };
  const bytes = await by.bundle();
  const policy = await Policy.fromBundle(bytes, { keys: by.jwk, now: NOW, receipts: true });
  equal(policy.receipts, true);
  const { reason, receipt } = await policy.authorize(asked, { now: NOW, receipt: true });
  equal([reason, receipt.now], ['ALLOWED', NOW]);
  // The same policy gives the same digests, whatever it came in.
  const plain = new Policy(document, { receipts: true });
  equal((await plain.authorize(asked, { now: NOW, receipt: true })).receipt, receipt);
  const without = await Policy.fromBundle(bytes, { keys: by.jwk, now: NOW });
  equal(without.receipts, false);
  await fails('CALL_MALFORMED', () => without.authorize(asked, { now: NOW, receipt: true }));
});

test('bundles: a gate gives receipts by every bundle, and by a policy that gives them', async () => {
  const by = await signer();
  const gate = await gateOf(by, await by.bundle({ version: 1 }), { receipts: true });
  const asked = request(await home.token());
  const receipt = async (of) => (await of.authorize(asked)).decision.receipt;
  const first = await receipt(gate);
  ok(/^[0-9a-f]{64}$/.test(first.policy) && /^[0-9a-f]{64}$/.test(first.claim), JSON.stringify(first));
  equal(first.now, NOW);
  await gate.reload(await by.bundle({ version: 2 }, { policy: serving('TenantB') }));
  const second = await receipt(gate);
  ok(second.policy !== first.policy && second.claim === first.claim, JSON.stringify(second));
  equal(await receipt(await gateOf(by, await by.bundle())), undefined);
  for (const receipts of [true, false]) {
    const policy = new Policy(document, { receipts });
    const own = await Gate.create({ policy, jwks: { keys: [home.jwk] }, clock: () => NOW });
    afterwards(() => own.dispose());
    equal((await receipt(own)) !== undefined, receipts);
  }
});

test('bundles: the catalog that a policy names comes with it', async () => {
  const by = await signer('EdDSA');
  const catalog = { root: 'shop', operations: [{ id: 'shop.orders.list', method: 'GET', path: '/orders' }] };
  const policy = await Policy.fromBundle(await by.bundle({}, { policy: { ...document, catalog: { file: 'catalog.json' } }, catalog }), { keys: by.jwk });
  equal(policy.operations, ['shop.orders.list']);
});

test('bundles: what is not as it was signed is refused with its code', async () => {
  const by = await signer();
  const other = await signer();
  const at = (bytes, place, value) => {
    bytes[place < 0 ? bytes.length + place : place] = value;
    return bytes;
  };
  // Signatures are random: whatever letter stands there, another one does now.
  const otherwise = (bytes, place) => at(bytes, place, bytes[place] === 0x41 ? 0x42 : 0x41);
  const cases = [
    ['BUNDLE_CONTENT', await by.bundle({}, { tamper: (bytes) => at(bytes, -2, 0x20) })],
    ['BUNDLE_CONTENT', await by.bundle({}, { tamper: (bytes) => bytes.slice(0, -1) })],
    ['BUNDLE_CONTENT', await by.bundle({}, { tamper: (bytes) => Uint8Array.from([...bytes, 0x20]) })],
    ['BUNDLE_SIGNATURE', await other.bundle()],
    ['BUNDLE_SIGNATURE', await by.bundle({}, { tamper: (bytes) => otherwise(bytes, bytes.indexOf(0x0a) - 3) })],
    ['BUNDLE_TYPE', await by.bundle({}, { header: { typ: 'JWT' } })],
    ['BUNDLE_ALGORITHM', await by.bundle({}, { header: { alg: 'none' } })],
    ['BUNDLE_ALGORITHM', await by.bundle({}, { header: { alg: 'HS256' } })],
    ['BUNDLE_FORMAT', await by.bundle({ bundle: 2 })],
    ['BUNDLE_MALFORMED', await by.bundle({ version: 0 })],
    ['BUNDLE_MALFORMED', await by.bundle({ extra: 1 })],
    ['BUNDLE_MALFORMED', new Uint8Array()],
    ['BUNDLE_MALFORMED', new Uint8Array(200_000).fill(0x41)],
    ['BUNDLE_MALFORMED', Uint8Array.of(0xff, 0x0a)],
    ['BUNDLE_MALFORMED', encoder.encode('{}\n{}')],
    ['BUNDLE_MALFORMED', new Uint8Array((32 << 20) + 1)],
    ['BUNDLE_EXPIRED', await by.bundle({ expires: NOW })],
    ['BUNDLE_NAME', await by.bundle({ name: 'shop/test' })],
    ['BUNDLE_VERSION', await by.bundle({ version: 2 })],
    ['POLICY_INVALID', await by.bundle({ version: 3 }, { policy: '\ufeff{"portcullis": 1}' })],
    ['POLICY_INVALID', await by.bundle({ version: 3 }, { policy: { portcullis: 1, tenancy: { mode: 'no' } } })],
  ];
  const trust = { keys: by.jwk, name: 'shop/live', atLeast: 3, now: NOW };
  for (const [code, bytes] of cases) {
    const atLeast = code === 'BUNDLE_VERSION' || code === 'POLICY_INVALID' ? 3 : 0;
    await fails(code, () => Policy.fromBundle(bytes, { ...trust, atLeast }));
  }
  await fails('KEYS_INVALID', async () => Bundle.verify(await by.bundle(), {}));
  await fails('CALL_MALFORMED', async () => Bundle.verify(await by.bundle(), { ...trust, atLeast: -1 }));
  await fails('CALL_MALFORMED', () => new Bundle());
  await fails('BUNDLE_EXPIRED', async () => Bundle.verify(await by.bundle({ expires: NOW }), { keys: by.jwk, now: NaN }));
});

test('bundles: the one that the page of the raw ABI shows is taken here too', async () => {
  const policy = await Policy.fromBundle(encoder.encode(`${SHOWN.line}\n{"portcullis":1}`), { keys: SHOWN.jwk, name: 'shop/live', now: NOW });
  equal([policy.bundle.version, policy.bundle.document], [7, '{"portcullis":1}']);
});

async function gateOf(by, bytes, options = {}) {
  const gate = await Gate.create({ bundle: bytes, bundleKeys: by.jwk, jwks: { keys: [home.jwk] }, clock: () => NOW, ...options });
  afterwards(() => gate.dispose());
  return gate;
}

test('bundles: a gate goes forward, never back, and stays where it is when it is refused', async () => {
  const by = await signer();
  const second = await by.bundle({ version: 2 });
  const gate = await gateOf(by, second, { bundleName: 'shop/live' });
  const asked = request(await home.token());
  const reason = async () => (await gate.authorize(asked)).decision.reason;
  equal(await reason(), 'ALLOWED');
  equal(await reason(), 'ALLOWED');
  const third = await by.bundle({ version: 3 }, { policy: serving('TenantB') });
  equal((await gate.reload(third)).version, 3);
  equal([await reason(), gate.policy.bundle.version], ['TENANT_UNKNOWN', 3]);
  equal((await gate.reload(third)).version, 3);
  for (const [code, bytes] of [
    ['BUNDLE_VERSION', second], ['BUNDLE_VERSION', await by.bundle({ version: 3 })], ['BUNDLE_NAME', await by.bundle({ version: 4, name: 'other' })],
    ['BUNDLE_SIGNATURE', await (await signer()).bundle({ version: 4 })], ['POLICY_INVALID', await by.bundle({ version: 4 }, { policy: {} })],
  ]) {
    await fails(code, () => gate.reload(bytes));
    equal([await reason(), gate.policy.bundle.version], ['TENANT_UNKNOWN', 3]);
  }
  equal((await gate.reload(second, { older: true })).version, 2);
  equal(await reason(), 'ALLOWED');
});

test('bundles: of reloads at once the newest one stays', async () => {
  const by = await signer();
  const gate = await gateOf(by, await by.bundle({ version: 1 }));
  const versions = await Promise.all([5, 3, 4, 2].map((version) => by.bundle({ version })));
  const outcomes = await Promise.allSettled(versions.map((bytes) => gate.reload(bytes)));
  equal(gate.policy.bundle.version, 5);
  ok(outcomes.every(({ status, reason }) => status === 'fulfilled' || reason.code === 'BUNDLE_VERSION'), JSON.stringify(outcomes));
});

test('bundles: requests that are being decided end by the policy that they began with', async () => {
  const by = await signer();
  const gate = await gateOf(by, await by.bundle({ version: 1 }), { cachedTokens: 10 });
  const asked = await Promise.all(Array.from({ length: 20 }, async (_, at) => request(await home.token({ sub: `user-${at}` }))));
  const verdicts = asked.map((one) => gate.authorize(one));
  await gate.reload(await by.bundle({ version: 2 }, { policy: serving('TenantB') }));
  for (const verdict of await Promise.all(verdicts)) {
    ok(['ALLOWED', 'TENANT_UNKNOWN'].includes(verdict.decision.reason), JSON.stringify(verdict.decision));
    if (verdict.allowed) equal((await verdict.forward()).headers.get('portcullis-tenant'), 'TenantA');
  }
  for (const one of asked) equal((await gate.authorize(one)).decision.reason, 'TENANT_UNKNOWN');
});

test('bundles: a hundred reloads leave no policy behind', async () => {
  const by = await signer();
  const gate = await gateOf(by, await by.bundle({ version: 1 }));
  const asked = request(await home.token());
  for (let version = 2; version < 100; version += 1) {
    const verdict = gate.authorize(asked);
    await gate.reload(await by.bundle({ version }));
    equal((await verdict).allowed, true);
  }
});

test('bundles: a gate is made with one policy, and with keys to verify what it is made with', async () => {
  const by = await signer();
  const bundle = await by.bundle();
  const jwks = { keys: [home.jwk] };
  await fails('CALL_MALFORMED', () => Gate.create({ policy: document, bundle, bundleKeys: by.jwk, jwks }));
  await fails('KEYS_INVALID', () => Gate.create({ bundle, jwks }));
  await fails('KEYS_INVALID', () => Gate.create({ bundle, bundleKeys: by.jwk }));
  const gate = await Gate.create({ policy: document, bundleKeys: by.jwk, jwks, clock: () => NOW });
  afterwards(() => gate.dispose());
  equal((await gate.reload(bundle)).version, 1);
  const plain = await Gate.create({ policy: document, jwks, clock: () => NOW });
  afterwards(() => plain.dispose());
  await fails('KEYS_INVALID', () => plain.reload(bundle));
  const open = await Gate.create({ bundle: await by.bundle({}, { policy: { portcullis: 1, security: { disabled: true } } }), bundleKeys: by.jwk }).catch((error) => error);
  if (open instanceof Gate) {
    afterwards(() => open.dispose());
    await fails('KEYS_INVALID', async () => open.reload(await by.bundle({ version: 2 })));
  }
});
