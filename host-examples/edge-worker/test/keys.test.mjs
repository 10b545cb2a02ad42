/** The issuer's keys: rotated, asked for by a flood, gone, and kept in the Cache API. */
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { generateKeyPair, SignJWT } from 'jose';
import { startStack } from '../dev/stack.mjs';
import { ask as askAt, denial, seconds } from './ask.mjs';

const COOLDOWN_S = 1;
let stack;
const ask = (token) => askAt(stack.worker.address, { token });
const statuses = (tokens) => Promise.all(tokens.map(async (token) => (await ask(token)).status));

async function start(jwks) {
  stack = await startStack({ jwks: { cooldown: COOLDOWN_S, ...jwks } });
  return stack;
}

afterEach(async () => {
  await stack?.stop();
  stack = undefined;
});

/** Tokens that are right in everything but the key, which nobody has published. */
async function strangers(count) {
  const { privateKey } = await generateKeyPair('ES256');
  return Promise.all(Array.from({ length: count }, (_, at) => new SignJWT({ WorkflowApiPermissions: 'a:workflow-api;a:tenants' })
    .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: `unknown-${at}` })
    .setIssuer(stack.issuer.address).setAudience('workflow-api').setSubject('stranger').setIssuedAt().setExpirationTime('5m')
    .sign(privateKey)));
}

test('keys are rotated while requests go on', async () => {
  const { issuer } = await start();
  const first = await issuer.token('operator');
  assert.deepEqual(await statuses([first, first]), [200, 200]);
  assert.equal(issuer.jwksFetches, 1);

  await issuer.rotate();
  const second = await issuer.token('operator');
  await seconds(COOLDOWN_S);
  assert.deepEqual(await statuses([second, first]), [200, 200], 'the old key is published still');
  assert.equal(issuer.jwksFetches, 2, 'the unknown key was looked for once');

  await issuer.rotate();
  const third = await issuer.token('operator');
  await seconds(COOLDOWN_S);
  assert.deepEqual(await statuses([third]), [200]);
  assert.equal(issuer.jwksFetches, 3);
  assert.deepEqual(await statuses([second]), [200]);
  assert.deepEqual(denial(await ask(first)), [401, 'CREDENTIAL_INVALID'], 'its key is gone, also where it was verified before');
});

test('a flood of unknown keys costs at most one fetch in a cool-down, and hinders nobody', async () => {
  const { issuer } = await start();
  const good = await issuer.token('operator');
  const flood = await strangers(100);
  const begun = performance.now();
  assert.equal((await ask(good)).status, 200);
  for (let round = 0; round < 3; round += 1) {
    const [bad, well] = await Promise.all([statuses(flood), statuses(Array(20).fill(good))]);
    assert.deepEqual([new Set(bad), new Set(well)], [new Set([401]), new Set([200])]);
    // One after the other too: these share no fetch that is under way.
    for (const token of flood.slice(0, 20)) assert.equal((await ask(token)).status, 401);
    await seconds(COOLDOWN_S);
  }
  const most = 1 + Math.floor((performance.now() - begun) / 1000 / COOLDOWN_S);
  assert.ok(issuer.jwksFetches >= 2, 'unknown keys are looked for');
  assert.ok(issuer.jwksFetches <= most, `${issuer.jwksFetches} fetches, at most ${most}`);
});

test('while the issuer is down its keys stay in force for the stale window, then nobody is let in', async () => {
  const { issuer } = await start({ maxAge: 1, staleFor: 4 });
  const token = await issuer.token('operator');
  assert.equal((await ask(token)).status, 200);
  await issuer.stop();
  await seconds(1.5);
  assert.equal((await ask(token)).status, 200, 'beyond their age, within the stale window');
  await seconds(4);
  const answer = await ask(token);
  assert.deepEqual(denial(answer), [503, 'KEYS_UNAVAILABLE']);
  assert.equal(answer.headers['retry-after'], '1');
  assert.deepEqual(denial(await ask()), [401, 'AUTHENTICATION_REQUIRED'], 'who shows nothing needs no keys');
  await issuer.start();
  await seconds(COOLDOWN_S);
  assert.equal((await ask(token)).status, 200);
});

test('an issuer that was never there is a denial with a code', async () => {
  const { issuer, origin } = await start();
  const token = await issuer.token('operator');
  await issuer.stop();
  assert.deepEqual(denial(await ask(token)), [503, 'KEYS_UNAVAILABLE']);
  assert.deepEqual(origin.received, []);
  await issuer.start();
});

test('a new isolate takes the keys from the Cache API, also while the issuer is down', async () => {
  const { issuer, cache } = await start();
  const token = await issuer.token('operator');
  assert.equal((await ask(token)).status, 200);
  assert.equal(cache.entries.size, 1);
  await stack.restartWorker();
  await issuer.stop();
  assert.equal((await ask(token)).status, 200);
  await issuer.start();
  assert.equal(issuer.jwksFetches, 1);
});

test('a cache that is broken or away is one that is empty', async () => {
  const { issuer, cache } = await start();
  const token = await issuer.token('operator');
  assert.equal((await ask(token)).status, 200);
  const [name] = cache.entries.keys();
  for (const broken of ['not JSON', '{"jwks":"[]","fetchedAt":1}', JSON.stringify({ jwks: '{"keys":[]}', fetchedAt: Date.now() / 1000 })]) {
    cache.entries.set(name, Buffer.from(broken));
    await stack.restartWorker();
    assert.equal((await ask(token)).status, 200, broken);
  }
  await cache.stop();
  await stack.restartWorker();
  assert.equal((await ask(token)).status, 200);
  assert.equal(issuer.jwksFetches, 5);
});
