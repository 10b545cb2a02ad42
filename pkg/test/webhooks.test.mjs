/**
 * Webhooks, over real sockets: a server with TLS on loopback, and a resolver by script. Public
 * addresses are mapped to the server where the connection is opened, behind everything that is tested.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import dns from 'node:dns';
import { createServer, request as httpsRequest } from 'node:https';
import { connect } from 'node:net';
import { after, before, beforeEach, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Guards } from 'portcullis/guards';
import { WebhookAgent, Webhooks } from 'portcullis/webhooks';
import { signatureHeaders } from '../src/webhook-signature.js';
import { certified } from './hosts/certificate.mjs';

const [PUBLIC, OTHER, METADATA] = ['93.184.216.34', '93.184.216.35', '169.254.169.254'];
const URL_ = 'https://hooks.example.com/in?token=CANARY';
const guards = new Guards({ portcullis: 1, webhooks: { allow_domains: ['hooks.example.com', 'other.example.com'] } });
const tls = certified('hooks.example.com');
const seen = { requests: [], lookups: [], connections: [], system: 0 };
const { lookup } = dns;
let server;
let answer;

before(async () => {
  server = createServer({ key: tls.key, cert: tls.cert }, async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    seen.requests.push([request.method, request.headers.host, request.url, Buffer.concat(chunks).toString()]);
    answer(response);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  // Nobody but the resolver of the test may look anything up.
  dns.lookup = (...asked) => {
    seen.system += 1;
    return lookup(...asked);
  };
});

after(() => {
  dns.lookup = lookup;
  server.closeAllConnections();
  server.close();
});

beforeEach(() => {
  for (const list of [seen.requests, seen.lookups, seen.connections]) list.length = 0;
  seen.system = 0;
  answer = (response) => response.end('thanks');
});

/** Answers by script, the last one again and again. */
function resolver(...answers) {
  return async (host) => {
    const found = answers[Math.min(seen.lookups.length, answers.length - 1)];
    seen.lookups.push(host);
    return found;
  };
}

/** Opens what the lookup that it is given says; one address leads to the server, the others nowhere. */
function mapped({ host, port, lookup: pinned, ...options }) {
  const given = (name, asked, done) => pinned(name, asked, (error, addresses) => {
    if (error) return done(error);
    seen.connections.push(...addresses.map(({ address }) => `${address}:${port}`));
    return done(null, addresses.map(({ address, family }) => ({ address: address === PUBLIC ? '127.0.0.1' : '127.0.0.2', family })));
  });
  return connect({ host, port: server.address().port, lookup: given, ...options });
}

const webhooks = (resolve, options) => new Webhooks(guards, { resolve, connect: mapped, ca: tls.ca, ...options });

async function refused(code, promise) {
  const error = await promise.then(() => assert.fail(`no error, not even ${code}`), (thrown) => thrown);
  assert.deepEqual([error.name, error.code], ['PortcullisError', code], error.message);
  const shown = `${error.stack}${error.cause?.stack ?? ''}`;
  assert.ok(!shown.includes('CANARY'), shown);
  return error;
}

test('a webhook goes to the address that was checked, and nothing is looked up again', async () => {
  const resolve = resolver([PUBLIC], [METADATA]);
  const { status, body } = await webhooks(resolve).send(URL_, { headers: { 'x-event': '1' }, body: '{"a":1}' });
  assert.deepEqual([status, body.toString()], [200, 'thanks']);
  assert.deepEqual(seen.lookups, ['hooks.example.com'], 'one look-up');
  assert.equal(seen.system, 0, 'and none by the platform');
  assert.deepEqual(seen.connections, [`${PUBLIC}:443`]);
  assert.deepEqual(seen.requests, [['POST', 'hooks.example.com', '/in?token=CANARY', '{"a":1}']]);
});

test('a name that answers differently the second time is not asked by the second request’s connection either', async () => {
  const sender = webhooks(resolver([PUBLIC], [METADATA]));
  await sender.send(URL_);
  const error = await refused('WEBHOOK_REJECTED', sender.send(URL_));
  assert.equal(error.reason, 'ADDRESS_NOT_PUBLIC');
  assert.deepEqual([seen.requests.length, seen.connections.length, seen.system], [1, 1, 0]);
});

test('one private address among many, and nothing is connected to', async () => {
  for (const bad of ['127.0.0.1', '10.0.0.1', METADATA, '::1', 'fd00::1', '::ffff:127.0.0.1', '64:ff9b::7f00:1']) {
    const error = await refused('WEBHOOK_REJECTED', webhooks(resolver([PUBLIC, bad])).send(URL_));
    assert.equal(error.reason, 'ADDRESS_NOT_PUBLIC', bad);
  }
  assert.deepEqual(seen.connections, []);
});

test('what is not allowed is not even looked up', async () => {
  for (const [url, reason] of [
    ['http://hooks.example.com/', 'SCHEME'], ['https://evil.example/', 'DOMAIN_NOT_ALLOWED'], ['https://hooks.example.com:22/', 'PORT_NOT_ALLOWED'],
    ['https://u:p@hooks.example.com/', 'USERINFO'], ['https://127.0.0.1/', 'IP_LITERAL'], ['https://[::1]/', 'IP_LITERAL'], ['https://2130706433/', undefined],
    ['https://hooks.example.com\\@evil.example/', 'CHARACTER'], ['https:hooks.example.com', undefined], ['CANARY', undefined],
  ]) {
    const error = await refused('WEBHOOK_REJECTED', webhooks(resolver([PUBLIC])).send(url));
    if (reason) assert.equal(error.reason, reason, url);
  }
  assert.deepEqual([seen.lookups, seen.connections], [[], []]);
});

test('of two addresses the one that answers is taken, and no other', async () => {
  const { status } = await webhooks(resolver([OTHER, PUBLIC])).send(URL_);
  assert.equal(status, 200);
  assert.deepEqual(seen.connections, [`${OTHER}:443`, `${PUBLIC}:443`]);
  await refused('WEBHOOK_UNREACHABLE', webhooks(resolver([OTHER])).send(URL_));
});

test('a redirect is an answer, and is not followed', async () => {
  answer = (response) => response.writeHead(302, { location: 'https://other.example.com/' }).end();
  const { status, headers } = await webhooks(resolver([PUBLIC])).send(URL_);
  assert.deepEqual([status, headers.location, seen.requests.length], [302, 'https://other.example.com/', 1]);
});

test('a server that does not prove its name gets nothing', async () => {
  await refused('WEBHOOK_TLS_FAILED', webhooks(resolver([PUBLIC])).send('https://other.example.com/?CANARY'));
  await refused('WEBHOOK_TLS_FAILED', webhooks(resolver([PUBLIC]), { ca: undefined }).send(URL_));
  assert.deepEqual(seen.requests, []);
  assert.throws(() => webhooks(resolver([PUBLIC]), { rejectUnauthorized: false }), { code: 'CALL_MALFORMED' });
});

test('answers are bounded in size and in time', async () => {
  answer = (response) => response.end('x'.repeat(500_000));
  const { body } = await webhooks(resolver([PUBLIC]), { maxResponseBytes: 1000 }).send(URL_);
  assert.equal(body.length, 1000);
  answer = (response) => response.writeHead(200, { 'x-large': 'x'.repeat(40_000) }).end();
  await refused('WEBHOOK_RESPONSE_INVALID', webhooks(resolver([PUBLIC])).send(URL_));
  answer = () => {};
  await refused('WEBHOOK_TIMEOUT', webhooks(resolver([PUBLIC]), { timeout: 0.3 }).send(URL_));
  await refused('WEBHOOK_TIMEOUT', webhooks(() => new Promise(() => {}), { timeout: 0.1 }).send(URL_));
  answer = (response) => response.write('x');
  await refused('WEBHOOK_TIMEOUT', webhooks(resolver([PUBLIC]), { timeout: 0.3 }).send(URL_));
  answer = (response) => response.socket.destroy();
  await refused('WEBHOOK_INTERRUPTED', webhooks(resolver([PUBLIC])).send(URL_));
  answer = () => {};
  await refused('WEBHOOK_INTERRUPTED', webhooks(resolver([PUBLIC])).send(URL_, { signal: abortedSoon() }));
});

function abortedSoon() {
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 200);
  return controller.signal;
}

test('requests are bounded too, and the host is not the caller’s to say', async () => {
  const sender = webhooks(resolver([PUBLIC]));
  await refused('INPUT_TOO_LARGE', sender.send(URL_, { body: 'x'.repeat(2 << 20) }));
  for (const headers of [{ Host: 'evil.example' }, { 'Transfer-Encoding': 'chunked' }, { 'x-a': 'CANARY\r\nx-b: 1' }, { 'x a': '1' }]) {
    await refused('CALL_MALFORMED', sender.send(URL_, { headers }));
  }
  await refused('CALL_MALFORMED', sender.send(URL_, { body: 5 }));
  await refused('CALL_MALFORMED', sender.send(URL_, { method: 'PO ST' }));
  await refused('WEBHOOK_LOOKUP_FAILED', webhooks(async () => { throw new Error('CANARY'); }).send(URL_));
  await refused('WEBHOOK_REJECTED', webhooks(async () => []).send(URL_));
  assert.deepEqual(seen.requests, []);
});

test('a signature is that of Standard Webhooks, and proves this body', async () => {
  // The example of the specification's own libraries.
  assert.deepEqual(signatureHeaders({ secrets: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'], id: 'msg_p5jXN8AQM9LWM0D4loKWxJek' }, '{"test": 2432232314}', 1_614_265_330), {
    'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek', 'webhook-timestamp': '1614265330', 'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  });
  const secrets = ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', Buffer.alloc(64, 7).toString('base64')];
  const sender = webhooks(resolver([PUBLIC]));
  let came;
  server.once('request', ({ headers }) => { came = headers; });
  await sender.send(URL_, { body: '{"a":1}', signed: { secrets } });
  assert.match(came['webhook-id'], /^msg_[0-9a-f]{32}$/);
  assert.equal(came['webhook-signature'].split(' ').length, 2);
  assert.equal(came['webhook-signature'], signatureHeaders({ secrets, id: came['webhook-id'] }, '{"a":1}', Number(came['webhook-timestamp']))['webhook-signature']);
  for (const signed of [{}, { secrets: [] }, { secrets: ['whsec_CANARY'] }, { secrets: [Buffer.alloc(65).toString('base64')] }, { secrets: [5] }]) {
    await refused('KEYS_INVALID', sender.send(URL_, { signed }));
  }
  await refused('CALL_MALFORMED', sender.send(URL_, { signed: { secrets, id: 'a.b' } }));
  await refused('CALL_MALFORMED', sender.send(URL_, { headers: { 'Webhook-Id': 'x' } }));
});

test('the agent checks and pins each connection of whoever uses it', async () => {
  const agent = new WebhookAgent(guards, { resolve: resolver([PUBLIC], [METADATA]), connect: mapped, ca: tls.ca });
  const ask = (url) => new Promise((resolve, reject) => {
    httpsRequest(url, { agent, rejectUnauthorized: false }, (response) => response.resume().on('end', () => resolve(response.statusCode))).on('error', reject).end();
  });
  assert.equal(await ask(URL_), 200);
  assert.equal((await refused('WEBHOOK_REJECTED', ask(URL_))).reason, 'ADDRESS_NOT_PUBLIC');
  assert.equal((await refused('WEBHOOK_REJECTED', ask('https://127.0.0.1/'))).reason, 'IP_LITERAL');
  assert.equal((await refused('WEBHOOK_REJECTED', ask('https://[::1]:8443/'))).reason, 'IP_LITERAL');
  await refused('WEBHOOK_REJECTED', ask('https://evil.example/'));
  assert.deepEqual([seen.lookups.length, seen.connections.length, seen.system], [2, 1, 0]);
});

test('elsewhere than in Node nothing is sent', () => {
  const folder = fileURLToPath(new URL('.', import.meta.url));
  const code = "const { Webhooks } = await import('portcullis/webhooks'); new Webhooks({});";
  for (const [name, ...options] of [['bun', '-e'], ['deno', 'eval']]) {
    const program = fileURLToPath(new URL(`runtimes/node_modules/.bin/${name}`, import.meta.url));
    const { status, stderr } = spawnSync(program, [...options, code], { cwd: folder, encoding: 'utf8', timeout: 60_000 });
    assert.equal(status, 1, stderr);
    assert.match(stderr, /pinned in Node alone|Cannot find|not exported|Package subpath|not found/, name);
  }
});
