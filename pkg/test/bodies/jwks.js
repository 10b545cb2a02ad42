/** The issuer's keys: how often they are asked for, and what becomes of requests where they cannot be had. */
import { equal, fails, ok, test } from '../harness.js';
import { JWKS, NOW, gateAt, home, issuer, request, served, verifications } from './world.js';

async function remote(source, options = {}) {
  return gateAt({ jwks: JWKS, fetch: source.fetch, ...options });
}

const reasonOf = async (gate, token) => (await gate.authorize(request(token))).decision.reason;

/** `seconds`: what is left of the cool-down. */
async function unavailable(gate, token, seconds = 30) {
  const verdict = await gate.authorize(request(token));
  equal([verdict.allowed, verdict.error?.code, verdict.toResponse().status], [false, 'KEYS_UNAVAILABLE', 503]);
  equal([verdict.toResponse().headers.get('retry-after'), verdict.error.retryAfter], [String(Math.ceil(seconds)), seconds]);
  return verdict.error;
}

test('keys are fetched when first needed, once for all who wait', async () => {
  const source = served(home);
  const { gate } = await remote(source);
  equal(source.fetches, 0);
  const token = await home.token();
  const verdicts = await Promise.all(Array.from({ length: 20 }, () => gate.authorize(request(token))));
  equal([verdicts.every(({ allowed }) => allowed), source.fetches], [true, 1]);
  equal([source.init.redirect, source.init.signal instanceof AbortSignal], ['manual', true]);
});

test('keys are fetched again when they are old, and not before', async () => {
  const source = served(home);
  const { gate, clock } = await remote(source);
  const token = await home.token({ exp: NOW + 10_000 });
  for (const [time, fetches] of [[0, 1], [599, 1], [601, 2], [1200, 2], [1202, 3]]) {
    clock.now = NOW + time;
    equal([await reasonOf(gate, token), source.fetches], ['ALLOWED', fetches], String(time));
  }
});

test('a clock that was set back makes no old keys young', async () => {
  const source = served(home);
  const { gate, clock } = await remote(source);
  const token = await home.token({ exp: NOW + 10_000, iat: NOW - 10_000 });
  equal(await reasonOf(gate, token), 'ALLOWED');
  clock.now = NOW - 5000;
  equal([await reasonOf(gate, token), source.fetches], ['ALLOWED', 2]);
});

test('a rotated key is found at once, and a flood of unknown ones costs one fetch', async () => {
  const source = served(home);
  const { gate, clock } = await remote(source);
  equal(await reasonOf(gate, await home.token()), 'ALLOWED');
  const next = await issuer('next');
  source.keys.push(next.jwk);
  equal([await reasonOf(gate, await next.token()), source.fetches], ['CREDENTIAL_INVALID', 1], 'within the cool-down');
  clock.now += 31;
  equal([await reasonOf(gate, await next.token()), source.fetches], ['ALLOWED', 2]);
  clock.now += 31;
  const stranger = await issuer('stranger');
  const tokens = await Promise.all(Array.from({ length: 50 }, (_, at) => stranger.token({}, { kid: `stranger-${at}` })));
  const reasons = await Promise.all(tokens.map((token) => reasonOf(gate, token)));
  equal([new Set(reasons).size, reasons[0], source.fetches], [1, 'CREDENTIAL_INVALID', 3]);
  equal(await reasonOf(gate, await home.token()), 'ALLOWED');
});

test('the last good keys outlive an issuer that is down, but not for ever', async () => {
  const source = served(home);
  const { gate, clock } = await remote(source);
  const token = await home.token({ exp: NOW + 100_000 });
  equal(await reasonOf(gate, token), 'ALLOWED');
  source.answer = () => Promise.reject(new TypeError('no route'));
  clock.now = NOW + 601;
  equal([await reasonOf(gate, token), await reasonOf(gate, token), source.fetches], ['ALLOWED', 'ALLOWED', 2], 'stale');
  const other = await home.token({ exp: NOW + 100_000, sub: 'user-2' });
  const count = await verifications(async () => {
    for (let at = 0; at < 3; at += 1) equal(await reasonOf(gate, other), 'ALLOWED');
  });
  equal(count, 1, 'a token is looked at once under old keys too');
  clock.now = NOW + 600 + 3600 + 1;
  await unavailable(gate, token);
  source.answer = undefined;
  clock.now += 17.5;
  await unavailable(gate, token, 12.5);
  clock.now += 31;
  equal(await reasonOf(gate, token), 'ALLOWED', 'it is back');
});

test('without keys a token is neither good nor bad, and what does not exist is still not there', async () => {
  const source = served();
  source.answer = () => Promise.reject(new TypeError('no route'));
  const { gate } = await remote(source);
  const token = await home.token();
  await unavailable(gate, token);
  equal((await gate.authorize(request(token, { url: 'https://api.example/nothing' }))).toResponse().status, 404);
  equal((await gate.authorize(request(undefined))).toResponse().status, 401);
  equal(source.fetches, 1, 'the cool-down holds for failures too');
});

/** A good key set, as bytes and in other dress: what is refused is refused for the dress alone. */
const good = (more = '') => `{"keys":[${JSON.stringify(home.jwk)}],"more":"${more}"}`;
const badUtf8 = () => new TextEncoder().encode(good('~')).map((byte) => (byte === 0x7e ? 0xff : byte));

const BROKEN = {
  'a redirect': () => new Response(good(), { status: 302, headers: { location: 'https://evil.example/jwks' } }),
  'an error': () => new Response(good(), { status: 500 }),
  'no JSON': () => new Response('<html>'),
  'no key set': () => Response.json({ keys: 5 }),
  'no usable key': () => Response.json({ keys: [{ kty: 'oct', k: 'AAAA' }] }),
  'no UTF-8': () => new Response(badUtf8()),
  'nothing': () => new Response(null),
  'too much': () => new Response(good(' '.repeat(600 << 10))),
};

for (const [what, answer] of Object.entries(BROKEN)) {
  test(`an issuer that answers with ${what} leaves the good keys in force`, async () => {
    const source = served(home);
    source.answer = answer;
    const { gate, clock } = await remote(source);
    const token = await home.token({ exp: NOW + 10_000 });
    const error = await unavailable(gate, token);
    ok(!error.message.includes('evil'));
    source.answer = undefined;
    clock.now += 31;
    equal(await reasonOf(gate, token), 'ALLOWED');
    source.answer = answer;
    clock.now += 601;
    equal(await reasonOf(gate, token), 'ALLOWED');
  });
}

test('an issuer that does not answer is given up', async () => {
  const source = served(home);
  source.answer = () => new Promise(() => {});
  const { gate } = await remote(source, { timeout: 0.05 });
  const started = Date.now();
  await unavailable(gate, await home.token());
  ok(Date.now() - started < 3000, 'it took too long');
});

test('an issuer that never ends its answer is given up', async () => {
  const source = served(home);
  source.answer = () => new Response(new ReadableStream({ start: (controller) => controller.enqueue(Uint8Array.of(0x7b)) }));
  const { gate } = await remote(source, { timeout: 0.05 });
  await unavailable(gate, await home.token());
});

test('isolates hand keys to each other, and fetch no more than one would', async () => {
  const kept = new Map();
  const jwksCache = { get: async (address) => kept.get(address), put: async (address, entry) => kept.set(address, entry) };
  const source = served(home);
  const token = await home.token({ exp: NOW + 10_000 });
  const first = await remote(source, { jwksCache });
  equal([await reasonOf(first.gate, token), kept.get(JWKS).fetchedAt], ['ALLOWED', NOW]);
  const second = await remote(source, { jwksCache });
  equal([await reasonOf(second.gate, token), source.fetches], ['ALLOWED', 1]);
  equal([await reasonOf(second.gate, await (await issuer('x')).token()), source.fetches], ['CREDENTIAL_INVALID', 1], 'the cool-down is theirs too');
  const third = await remote(source, { jwksCache });
  third.clock.now += 601;
  equal([await reasonOf(third.gate, token), source.fetches], ['ALLOWED', 2], 'what is kept is too old');
});

test('a cache that is broken is one that is empty', async () => {
  const reject = () => Promise.reject(new Error('no'));
  const caches = [
    { get: reject, put: reject },
    { get: () => new Promise(() => {}), put: () => new Promise(() => {}) },
    { get: async () => ({ jwks: '{', fetchedAt: NOW }), put: reject },
    { get: async () => ({ jwks: { keys: [] }, fetchedAt: NOW }), put: reject },
    { get: async () => ({ jwks: JSON.stringify({ keys: [(await issuer('x')).jwk] }), fetchedAt: NOW + 1e6 }), put: reject },
    { get: async () => 'x', put: () => { throw new Error('no'); } },
  ];
  const token = await home.token();
  for (const [at, jwksCache] of caches.entries()) {
    const source = served(home);
    const { gate } = await remote(source, { jwksCache, timeout: 0.2 });
    equal([await reasonOf(gate, token), source.fetches], ['ALLOWED', 1], String(at));
  }
});

test('one bad key of a set does not sink the others', async () => {
  const source = served(home);
  source.keys.unshift({ kty: 'RSA', n: 'AQAB', e: 'AQAB', kid: 'weak' }, { kty: 'oct', k: 'AAAA', kid: 'short' });
  const { gate } = await remote(source);
  equal(await reasonOf(gate, await home.token()), 'ALLOWED');
  await fails('KEYS_INVALID', () => gateAt({ jwks: { keys: source.keys.slice(0, 2) } }));
});
