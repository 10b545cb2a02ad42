/** The adapters, each in the framework that it is for. */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import express from 'express';
import { Hono } from 'hono';
import { Gate, ready } from 'portcullis';
import { portcullis as forExpress } from 'portcullis/express';
import { portcullis as forHono } from 'portcullis/hono';
import { gateway } from 'portcullis/workers';
import { NOW, document, issuer } from './bodies/world.js';

const PATH = '/workflow-api/rpc/resume';
const DENIED = '/workflow-api/rpc/delete-instance';
let home;
let gate;
let headers;
const servers = [];

async function listen(handler) {
  const server = createServer(handler);
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  servers.push(server);
  return server.address().port;
}

before(async () => {
  await ready();
  home = await issuer('home');
  gate = await Gate.create({ policy: document, jwks: { keys: [home.jwk] }, clock: () => NOW });
  headers = {
    authorization: `Bearer ${await home.token()}`, 'workflow-api-tenant-id': 'TenantA', 'portcullis-subject': 'root', portcullis_tenant: 'x',
  };
});

after(() => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});

const seen = (source) => [source['portcullis-decision'], source['portcullis-subject'], source.portcullis_tenant ?? null];
const ALLOWED = ['ALLOWED', 'user-1', null];

async function problem(response) {
  assert.equal(response.headers.get('content-type'), 'application/problem+json');
  return [response.status, (await response.json()).reason, response.headers.get('www-authenticate')];
}

function quietly(work) {
  const { error } = console;
  console.error = () => {};
  return Promise.resolve(work()).finally(() => {
    console.error = error;
  });
}

test('Hono: what is denied is answered, what is allowed goes on', async () => {
  const app = new Hono();
  app.use(forHono(gate));
  app.post('*', async (context) => {
    const verdict = context.get('portcullis');
    return context.json([seen(context.req.header()), verdict.decision.operation, await context.req.text()]);
  });
  const allowed = await app.request(PATH, { method: 'POST', headers, body: 'as it came' });
  assert.deepEqual(await allowed.json(), [ALLOWED, 'workflow-api.rpc.resume', 'as it came']);
  const denied = await app.request(DENIED, { method: 'POST', headers });
  assert.deepEqual(await problem(denied), [403, 'OPERATION_DENIED', 'Bearer error="insufficient_scope"']);
});

test('Hono: a body that was read before the gate is still there', async () => {
  const app = new Hono();
  app.use(async (context, next) => {
    await context.req.text();
    await next();
  });
  app.use(forHono(gate));
  app.post('*', async (context) => context.json([seen(context.req.header()), await context.req.text()]));
  const response = await app.request(PATH, { method: 'POST', headers, body: 'as it came' });
  assert.deepEqual(await response.json(), [ALLOWED, 'as it came']);
});

test('Hono: without a gate everything is denied with a code', async () => {
  const app = new Hono();
  app.use(forHono(() => Gate.create({ policy: {} })));
  app.post('*', (context) => context.text('reached'));
  const response = await quietly(() => app.request(PATH, { method: 'POST', headers }));
  assert.deepEqual(await problem(response), [503, 'GATE_UNAVAILABLE', null]);
});

test('Express: what is denied is answered, what is allowed goes on, also below a mount', async () => {
  const app = express();
  app.use('/workflow-api', forExpress(Promise.resolve(gate)));
  app.use(express.text({ type: '*/*' }));
  app.use((request, response) => {
    const raw = Object.fromEntries(request.rawHeaders.flatMap((name, at, all) => (at % 2 ? [] : [[name.toLowerCase(), all[at + 1]]])));
    response.json([seen(request.headers), seen(raw), request.portcullis.decision.operation, request.body]);
  });
  const address = `http://127.0.0.1:${await listen(app)}`;
  const allowed = await fetch(address + PATH, { method: 'POST', headers, body: 'as it came' });
  assert.deepEqual(await allowed.json(), [ALLOWED, ALLOWED, 'workflow-api.rpc.resume', 'as it came']);
  const denied = await fetch(address + DENIED, { method: 'POST', headers });
  assert.deepEqual(await problem(denied), [403, 'OPERATION_DENIED', 'Bearer error="insufficient_scope"']);
});

test('Express: headers that came twice, and bytes that are no text, are refused', async () => {
  const app = express();
  app.use(forExpress(gate));
  app.use((_, response) => response.send('reached'));
  const port = await listen(app);
  async function raw(...lines) {
    const request = [`POST ${PATH} HTTP/1.1`, 'host: x', 'content-length: 0', 'connection: close', ...lines, '', ''].join('\r\n');
    let answer = '';
    const socket = connect(port, '127.0.0.1').setEncoding('latin1').on('data', (data) => { answer += data; });
    socket.end(Buffer.from(request, 'latin1'));
    await new Promise((resolve) => socket.on('close', resolve));
    return [Number(answer.split(' ')[1]), JSON.parse(answer.split('\r\n\r\n')[1].match(/\{.*\}/s)?.[0] ?? '{}').reason];
  }
  const authorization = `authorization: ${headers.authorization}`;
  const tenant = 'workflow-api-tenant-id: TenantA';
  assert.deepEqual(await raw(authorization, tenant), [200, undefined]);
  assert.deepEqual(await raw(authorization, 'authorization: Bearer x', tenant), [401, 'CREDENTIAL_INVALID']);
  assert.deepEqual(await raw(authorization, authorization, tenant), [401, 'CREDENTIAL_INVALID']);
  assert.deepEqual(await raw(authorization, tenant, tenant), [403, 'TENANT_INVALID']);
  assert.deepEqual(await raw(authorization, 'workflow-api-tenant-id: Tenant\xff'), [403, 'TENANT_INVALID']);
  assert.deepEqual(await raw(`${authorization}\xff`, tenant), [401, 'CREDENTIAL_INVALID']);
});

test('Express: without a gate everything is denied with a code', async () => {
  const app = express();
  app.use(forExpress(Gate.create({ policy: {} })));
  const port = await listen(app);
  const response = await quietly(() => fetch(`http://127.0.0.1:${port}${PATH}`));
  assert.deepEqual(await problem(response), [503, 'GATE_UNAVAILABLE', null]);
});

test('Workers: allowed requests reach the origin with their body, denied ones do not', async () => {
  const reached = [];
  const port = await listen(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    reached.push([request.method, request.url, seen(request.headers), Buffer.concat(chunks).length]);
    response.writeHead(302, { location: 'https://elsewhere.example/' }).end();
  });
  const worker = gateway({ gate: () => gate, origin: (env) => env.ORIGIN });
  const ask = (path, init) => worker.fetch(new Request(`https://api.example${path}`, { method: 'POST', headers, ...init }), { ORIGIN: `http://127.0.0.1:${port}` });
  const allowed = await ask(`${PATH}?q=1`, { body: new Uint8Array(300_000) });
  assert.deepEqual([allowed.status, allowed.headers.get('location')], [302, 'https://elsewhere.example/'], 'redirects are the client’s');
  assert.deepEqual(await problem(await ask(DENIED)), [403, 'OPERATION_DENIED', 'Bearer error="insufficient_scope"']);
  assert.deepEqual(reached, [['POST', `${PATH}?q=1`, ALLOWED, 300_000]]);
});

test('Workers: without a gate or an origin the answer has a code, and a gate is tried again', async () => {
  const request = () => new Request(`https://api.example${PATH}`, { method: 'POST', headers });
  let tries = 0;
  const worker = gateway({
    gate: () => (tries++ === 0 ? Promise.reject(new Error('not yet')) : gate),
    origin: () => 'http://127.0.0.1:1',
  });
  assert.deepEqual(await problem(await quietly(() => worker.fetch(request(), {}))), [503, 'GATE_UNAVAILABLE', null]);
  assert.deepEqual(await problem(await quietly(() => worker.fetch(request(), {}))), [502, 'ORIGIN_UNAVAILABLE', null]);
  const bound = gateway({ gate: () => gate, origin: () => ({ fetch: async (it) => new Response(it.headers.get('portcullis-decision')) }) });
  assert.equal(await (await bound.fetch(request(), {})).text(), 'ALLOWED');
});
