/** The gate in a real worker: issuer and origin are servers, and requests come at once and go away. */
import assert from 'node:assert/strict';
import { createServer, request as httpRequest } from 'node:http';
import { after, before, beforeEach, test } from 'node:test';
import { ready } from 'portcullis';
import { document, issuer } from './bodies/world.js';
import { startWorkerd } from './hosts/workerd.mjs';

const PATH = '/workflow-api/rpc/resume';
const issued = { fetches: 0, keys: [], hold: undefined };
const reached = [];
const servers = [];
let keys;
let worker;

async function listen(handler) {
  const server = createServer(handler);
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  servers.push(server);
  return `http://127.0.0.1:${server.address().port}`;
}

/** Tokens for the clock that the worker has. */
async function token(by, claims = {}) {
  const now = Date.now() / 1000;
  return by.token({ iat: now, exp: now + 300, ...claims });
}

before(async () => {
  await ready();
  keys = await issuer('home');
  const jwks = await listen(async (_, response) => {
    issued.fetches += 1;
    await issued.hold;
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: issued.keys }));
  });
  const origin = await listen(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    reached.push({ url: request.url, headers: request.headers, bytes: Buffer.concat(chunks).length });
    response.end('from the origin');
  });
  issued.keys = [keys.jwk];
  const bindings = { POLICY: JSON.stringify(document), JWKS: jwks, ORIGIN: origin, COOLDOWN: '2' };
  worker = await startWorkerd(new URL('hosts/gateway-worker.js', import.meta.url), { bindings });
});

after(() => {
  worker?.stop();
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});

beforeEach(() => {
  reached.length = 0;
});

const ask = (bearer, init = {}) => worker.fetch(PATH, {
  method: 'POST', ...init, headers: { ...(bearer && { authorization: `Bearer ${bearer}` }), 'workflow-api-tenant-id': 'TenantA', ...init.headers },
});

test('requests that come at once make one fetch, also where the first one goes away', async () => {
  let release;
  issued.hold = new Promise((resolve) => { release = resolve; });
  const bearer = await token(keys);
  const gone = httpRequest(worker.address + PATH, { method: 'POST', headers: { authorization: `Bearer ${bearer}`, 'workflow-api-tenant-id': 'TenantA' } });
  gone.on('error', () => {});
  gone.end();
  while (issued.fetches === 0) await new Promise((resolve) => setTimeout(resolve, 10));
  const others = Array.from({ length: 10 }, () => ask(bearer));
  await new Promise((resolve) => setTimeout(resolve, 100));
  gone.destroy();
  await new Promise((resolve) => setTimeout(resolve, 100));
  release();
  const statuses = await Promise.all(others.map(async (other) => (await other).status));
  // Whoever waited for a fetch that is gone is told so in time, and the next one is served.
  assert.ok(statuses.every((status) => status === 200 || status === 503), String(statuses));
  assert.ok(issued.fetches <= 2, `${issued.fetches} fetches`);
  await new Promise((resolve) => setTimeout(resolve, 2100));
  assert.equal((await ask(bearer)).status, 200);
});

test('a flood of unknown keys costs one fetch, and a rotated key is found', async () => {
  await new Promise((resolve) => setTimeout(resolve, 2100));
  const before = issued.fetches;
  const stranger = await issuer('stranger');
  const flood = await Promise.all(Array.from({ length: 30 }, async (_, at) => ask(await stranger.token({}, { kid: `x-${at}` }))));
  assert.ok(flood.every(({ status }) => status === 401));
  assert.equal(issued.fetches, before + 1);
  const next = await issuer('next');
  issued.keys = [next.jwk];
  await new Promise((resolve) => setTimeout(resolve, 2100));
  assert.equal((await ask(await token(next))).status, 200);
  assert.equal((await ask(await token(keys))).status, 401, 'the old key is gone');
  keys = next;
});

test('the origin gets the body untouched and only what the gate says', async () => {
  const forged = { 'portcullis-subject': 'root', portcullis_decision: 'ALLOWED', workflow_api_tenant_id: 'TenantB' };
  const response = await ask(await token(keys), { body: new Uint8Array(2_000_000), headers: forged });
  assert.equal(await response.text(), 'from the origin');
  const [{ url, headers, bytes }] = reached;
  const told = Object.fromEntries(Object.entries(headers).filter(([name]) => /portcullis|tenant/.test(name)));
  assert.deepEqual([url, bytes, told], [PATH, 2_000_000, {
    'portcullis-decision': 'ALLOWED', 'portcullis-operation': 'workflow-api.rpc.resume', 'portcullis-subject': 'user-1',
    'portcullis-tenant': 'TenantA', 'workflow-api-tenant-id': 'TenantA',
  }]);
});

test('what is denied does not reach the origin', async () => {
  const response = await ask(undefined);
  assert.deepEqual([response.status, response.headers.get('www-authenticate'), (await response.json()).reason], [401, 'Bearer', 'AUTHENTICATION_REQUIRED']);
  assert.equal((await ask(await token(keys), { headers: { 'workflow-api-tenant-id': 'TenantB' } })).status, 403);
  assert.deepEqual(reached, []);
});
