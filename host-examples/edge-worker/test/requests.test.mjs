/** What is let through and what is not, in workerd, with tokens of the provider. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { startStack } from '../dev/stack.mjs';
import { PATH, ask as askAt, denial } from './ask.mjs';

let stack;
let tokens;
const ask = (options) => askAt(stack.worker.address, options);
const asked = async (options) => denial(await ask(options));

before(async () => {
  stack = await startStack();
  const { issuer } = stack;
  tokens = {
    operator: await issuer.token('operator'), admin: await issuer.token('admin'), stranger: await issuer.token('stranger'),
    elsewhere: await issuer.token('admin', { resource: 'urn:another-api' }),
  };
});

after(() => stack?.stop());

beforeEach(() => {
  stack.origin.received.length = 0;
});

test('an allowed request reaches the origin, with what the gate knows of it', async () => {
  const { status, text } = await ask({ token: tokens.operator, path: `${PATH}?id=7&id=8` });
  assert.equal(status, 200, text);
  const { operation, tenant, subject, decision, url } = JSON.parse(text);
  assert.deepEqual(
    { operation, tenant, subject, decision, url },
    { operation: 'workflow-api.rpc.resume', tenant: 'TenantA', subject: 'operator', decision: 'ALLOWED', url: `${PATH}?id=7&id=8` },
  );
});

test('tenants are told apart', async () => {
  const tenantB = { tenant: 'TenantB' };
  assert.equal((await ask({ token: tokens.admin, ...tenantB })).status, 200);
  assert.equal(stack.origin.received[0].headers['portcullis-tenant'], 'TenantB');
  assert.deepEqual(await asked({ token: tokens.operator, ...tenantB }), [403, 'TENANT_DENIED']);
  assert.deepEqual(await asked({ token: tokens.admin, tenant: 'TenantZ' }), [403, 'TENANT_UNKNOWN']);
  assert.deepEqual(await asked({ token: tokens.admin, tenant: null }), [403, 'TENANT_NOT_SPECIFIED']);
  assert.deepEqual(await asked({ token: tokens.admin, headers: { 'workflow-api-tenant-id': ['TenantA', 'TenantB'] } }), [403, 'TENANT_INVALID']);
  assert.equal(stack.origin.received.length, 1);
});

test('401 without a credential, and for one that is not good', async () => {
  const answer = await ask();
  assert.deepEqual(denial(answer), [401, 'AUTHENTICATION_REQUIRED']);
  assert.equal(answer.headers['www-authenticate'], 'Bearer');
  const [header, payload] = tokens.admin.split('.');
  const unsigned = `${btoa('{"alg":"none","typ":"at+jwt"}').replaceAll('=', '')}.${payload}.`;
  const changed = `${header}.${payload}.${'A'.repeat(86)}`;
  const credentials = {
    'of another audience': `Bearer ${tokens.elsewhere}`,
    unsigned: `Bearer ${unsigned}`,
    'signed by nobody': `Bearer ${changed}`,
    'no token': 'Bearer not-a-token',
    'nothing after the scheme': 'Bearer',
    'another scheme': 'Basic b3BlcmF0b3I6c2VjcmV0',
    'two tokens in one': `Bearer ${tokens.admin} ${tokens.admin}`,
    'a list': `Bearer ${tokens.admin}, Bearer ${tokens.admin}`,
    'not in ASCII': 'Bearer \u00e9\u00ff',
    'far too long': `Bearer ${'A'.repeat(60_000)}`,
    'two headers': [`Bearer ${tokens.admin}`, `Bearer ${tokens.admin}`],
    'two headers, the second malformed': [`Bearer ${tokens.admin}`, 'x'],
  };
  for (const [name, authorization] of Object.entries(credentials)) {
    const refused = await ask({ headers: { authorization } });
    assert.deepEqual(denial(refused), [401, 'CREDENTIAL_INVALID'], name);
    assert.equal(refused.headers['www-authenticate'], 'Bearer error="invalid_token"', name);
  }
  assert.deepEqual(stack.origin.received, []);
});

test('403 where the claim does not allow it', async () => {
  const liveness = { path: '/workflow-api/liveness', method: 'GET' };
  const answer = await ask({ token: tokens.operator, ...liveness });
  assert.deepEqual(denial(answer), [403, 'OPERATION_DENIED']);
  assert.equal(answer.headers['www-authenticate'], 'Bearer error="insufficient_scope"');
  assert.deepEqual(await asked({ token: tokens.stranger }), [403, 'CLAIM_MISSING']);
  assert.deepEqual(stack.origin.received, []);
  assert.equal((await ask({ token: tokens.admin, ...liveness })).status, 200);
});

test('404 where there is nothing, the same for everyone', async () => {
  const nothing = { path: '/workflow-api/nothing', method: 'GET' };
  const answers = await Promise.all([undefined, 'bad', tokens.admin].map((token) => ask({ token, ...nothing })));
  for (const answer of answers) {
    assert.deepEqual(denial(answer), [404, 'ROUTE_UNKNOWN']);
    assert.equal(answer.text, answers[0].text);
    assert.equal(answer.headers['www-authenticate'], undefined);
  }
  assert.deepEqual(await asked({ token: tokens.admin, path: '/workflow-api%2Frpc/resume' }), [400, 'REQUEST_MALFORMED']);
  assert.deepEqual(stack.origin.received, []);
});

test('nobody but the gate sets its headers', async () => {
  const forged = {
    'Portcullis-Subject': 'root', 'portcullis-decision': ['ALLOWED', 'ALLOWED'], 'PORTCULLIS-TENANT': 'TenantB', portcullis_operation: 'x',
    'portcullis-assertion': 'e30.e30.e30', 'portcullis-anything': 'x', workflow_api_tenant_id: 'TenantB',
    connection: 'close, portcullis-subject', 'x-kept': 'as it came',
  };
  assert.equal((await ask({ token: tokens.operator, headers: forged })).status, 200);
  const [{ headers, rawHeaders }] = stack.origin.received;
  const { 'portcullis-assertion': assertion, ...told } = Object.fromEntries(
    Object.entries(headers).filter(([name]) => /portcullis|tenant|x-kept/i.test(name)),
  );
  assert.deepEqual(told, {
    'portcullis-decision': 'ALLOWED', 'portcullis-operation': 'workflow-api.rpc.resume', 'portcullis-subject': 'operator',
    'portcullis-tenant': 'TenantA', 'workflow-api-tenant-id': 'TenantA', 'x-kept': 'as it came',
  });
  assert.equal(JSON.parse(Buffer.from(assertion.split('.')[1], 'base64url')).sub, 'operator');
  const names = rawHeaders.filter((_, at) => at % 2 === 0).map((name) => name.toLowerCase());
  assert.equal(new Set(names).size, names.length, 'no header came twice');
});

test('the origin believes nobody who comes past the gate, nor an assertion of another request', async () => {
  await ask({ token: tokens.operator });
  const [{ headers: { 'portcullis-assertion': assertion } }] = stack.origin.received;
  const past = { 'portcullis-decision': 'ALLOWED', 'portcullis-subject': 'root' };
  assert.equal((await askAt(stack.origin.address, { headers: past })).status, 403);
  past['portcullis-assertion'] = assertion;
  assert.equal((await askAt(stack.origin.address, { headers: past, path: '/workflow-api/rpc/start' })).status, 403);
});

test('an origin that is down is told with a code', async () => {
  await stack.origin.stop();
  try {
    assert.deepEqual(await asked({ token: tokens.operator }), [502, 'ORIGIN_UNAVAILABLE']);
  } finally {
    await stack.origin.start();
  }
  assert.equal((await ask({ token: tokens.operator })).status, 200);
});

test('a worker that is configured badly denies with a code', async () => {
  await stack.restartWorker({ JWKS_OPTIONS: '{"cooldwon":1}' });
  assert.deepEqual(await asked({ token: tokens.admin }), [503, 'GATE_UNAVAILABLE']);
  await stack.restartWorker({ JWKS: 'ftp://127.0.0.1/jwks' });
  assert.deepEqual(await asked({ token: tokens.admin }), [503, 'GATE_UNAVAILABLE']);
});
