/** The gate: what is let through, what is answered, and what the origin is told. */
import { Gate, Policy } from 'portcullis';
import { equal, fails, ok, test } from '../harness.js';
import { CLAIM, JWKS, NOW, document, fromBase64Url, gateAt, home, issuer, request, served, verifications } from './world.js';

async function answered(verdict) {
  const response = verdict.toResponse();
  return { status: response.status, challenge: response.headers.get('www-authenticate'), ...(await response.json()) };
}

const reasonOf = async (gate, asked) => (await gate.authorize(asked)).decision.reason;

test('an allowed request goes on, told what was decided', async () => {
  const { gate } = await gateAt();
  const verdict = await gate.authorize(request(await home.token(), { headers: { 'x-request-id': '7' } }));
  equal([verdict.allowed, verdict.decision.reason, verdict.error], [true, 'ALLOWED', null]);
  const { headers, method, url } = await verdict.forward();
  equal([method, url], ['POST', 'https://api.example/workflow-api/rpc/resume']);
  equal(
    ['decision', 'operation', 'tenant', 'subject', 'assertion'].map((name) => headers.get(`portcullis-${name}`)),
    ['ALLOWED', 'workflow-api.rpc.resume', 'TenantA', 'user-1', null],
  );
  equal(headers.get('x-request-id'), '7');
  ok(headers.get('authorization').startsWith('Bearer '));
  await fails('CALL_MALFORMED', () => verdict.toResponse());
});

for (const alg of ['ES256', 'RS256', 'EdDSA']) {
  test(`a token signed with ${alg} is verified`, async () => {
    const other = await issuer('k', alg);
    const { gate } = await gateAt({ jwks: { keys: [other.jwk] } });
    equal(await reasonOf(gate, request(await other.token())), 'ALLOWED');
    const forged = await (await issuer('k', alg)).token();
    equal(await reasonOf(gate, request(forged)), 'CREDENTIAL_INVALID');
  });
}

test('denials answer as problems, with the challenge of their kind', async () => {
  const { gate } = await gateAt();
  const good = await home.token();
  const url = 'https://api.example';
  const cases = [
    [request(undefined), 401, 'AUTHENTICATION_REQUIRED', 'Bearer'],
    [request('x.y.z'), 401, 'CREDENTIAL_INVALID', 'Bearer error="invalid_token"'],
    [request(await home.token({ exp: NOW - 60 })), 401, 'CREDENTIAL_EXPIRED', 'Bearer error="invalid_token"'],
    [request(good, { url: `${url}/workflow-api/rpc/delete-instance` }), 403, 'OPERATION_DENIED', 'Bearer error="insufficient_scope"'],
    [request(good, { headers: { 'workflow-api-tenant-id': 'TenantB' } }), 403, 'TENANT_DENIED', 'Bearer error="insufficient_scope"'],
    [request(good, { url: `${url}/nothing` }), 404, 'ROUTE_UNKNOWN', null],
    [request(undefined, { url: `${url}/nothing` }), 404, 'ROUTE_UNKNOWN', null],
    [request(good, { url: `${url}/workflow-api/%zz` }), 400, 'REQUEST_MALFORMED', null],
  ];
  for (const [asked, status, reason, challenge] of cases) {
    const verdict = await gate.authorize(asked);
    const answer = await answered(verdict);
    const { stage } = verdict.decision;
    const titles = { 400: 'Bad Request', 401: 'Unauthorized', 403: 'Forbidden', 404: 'Not Found' };
    equal(answer, { status, challenge, type: 'about:blank', title: titles[status], reason, stage }, reason);
    equal(verdict.toResponse().headers.get('content-type'), 'application/problem+json');
    await fails('NOT_AUTHORIZED', () => verdict.forward());
    await fails('NOT_AUTHORIZED', () => verdict.headers());
  }
});

test('bad credentials are denied with a code, whatever they are', async () => {
  const { gate } = await gateAt();
  const good = await home.token();
  const twice = request(good);
  twice.headers.append('authorization', `Bearer ${good}`);
  equal(await reasonOf(gate, twice), 'CREDENTIAL_INVALID');
  const bad = ['Bearer', 'Bearer ', `Basic ${good}`, good, `Bearer ${good},${good}`, `Bearer ${good}é`, `Bearer ${'.'.repeat(1000)}`];
  for (const authorization of bad) {
    equal(await reasonOf(gate, request(undefined, { headers: { authorization } })), 'CREDENTIAL_INVALID', authorization.slice(0, 30));
  }
  for (const length of [200 << 10, 300 << 10]) {
    equal(await reasonOf(gate, request('a'.repeat(length))), 'CREDENTIAL_INVALID', String(length));
  }
});

test('headers and paths that are far too long are denied with a code', async () => {
  const { gate } = await gateAt();
  const token = await home.token();
  const tenant = request(token, { headers: { 'workflow-api-tenant-id': 'T'.repeat(1 << 20) } });
  equal(await reasonOf(gate, tenant), 'TENANT_INVALID');
  equal(await reasonOf(gate, request(token, { url: `https://api.example/${'a/'.repeat(1 << 19)}` })), 'INPUT_TOO_LARGE');
  equal(await reasonOf(gate, request(token, { headers: { 'workflow-api-tenant-id': 'TenantÄ' } })), 'TENANT_INVALID');
});

test('a tenant that is selected twice is refused', async () => {
  const { gate } = await gateAt();
  const asked = request(await home.token());
  asked.headers.append('workflow-api-tenant-id', 'TenantA');
  equal(await reasonOf(gate, asked), 'TENANT_INVALID');
  const facts = { method: 'POST', path: '/workflow-api/rpc/resume', authorization: `Bearer ${await home.token()}` };
  equal((await gate.authorizeFacts({ ...facts, tenant: ['TenantA', 'TenantA'] })).decision.reason, 'TENANT_INVALID');
  equal((await gate.authorizeFacts({ ...facts, tenant: ['TenantA'] })).decision.reason, 'ALLOWED');
  equal((await gate.authorizeFacts({ ...facts, authorization: [facts.authorization, 'x'] })).decision.reason, 'CREDENTIAL_INVALID');
});

test('facts that are none are a denial with a code', async () => {
  const { gate } = await gateAt();
  for (const facts of [{ pathh: '/' }, { method: 5, path: '/' }, { path: '/', authorization: 7 }]) {
    const verdict = await gate.authorizeFacts(facts);
    equal([verdict.allowed, verdict.toResponse().status, (await answered(verdict)).reason], [false, 400, 'CALL_MALFORMED']);
  }
  equal((await gate.authorize({})).allowed, false);
});

test('what only the gate may say is taken from nobody else', async () => {
  const { gate } = await gateAt();
  const forged = {
    'Portcullis-Decision': 'ALLOWED', 'portcullis-subject': 'root', 'PORTCULLIS_SUBJECT': 'root', 'Portcullis-Future': 'x',
    'portcullis_assertion': 'x', 'Workflow_Api_Tenant_ID': 'TenantB', 'x-portcullis-kept': 'kept',
  };
  const verdict = await gate.authorize(request(await home.token({ sub: undefined }), { headers: forged }));
  const { headers } = await verdict.forward();
  const names = [...headers.keys()].filter((name) => /portcullis|tenant/.test(name)).sort();
  equal(names, ['portcullis-decision', 'portcullis-operation', 'portcullis-tenant', 'workflow-api-tenant-id', 'x-portcullis-kept']);
});

test('a subject of any characters fits a header', async () => {
  const { gate } = await gateAt();
  const sub = 'Ada L.\r\nX: é|😀';
  const { headers } = await (await gate.authorize(request(await home.token({ sub })))).forward();
  equal(decodeURIComponent(headers.get('portcullis-subject')), sub);
  ok(/^[!-~]*$/.test(headers.get('portcullis-subject')));
});

test('another request than the one that was decided is not forwarded', async () => {
  const { gate } = await gateAt();
  const token = await home.token();
  const verdict = await gate.authorize(request(token));
  const others = [
    request(token, { url: 'https://api.example/workflow-api/rpc/delete-instance' }),
    request(token, { method: 'PUT' }),
    request(token, { headers: { 'workflow-api-tenant-id': 'TenantB' } }),
    request(await home.token({ sub: 'user-2' })),
  ];
  for (const other of others) await fails('NOT_AUTHORIZED', () => verdict.forward(other));
  await verdict.forward(request(token, { url: 'https://api.example/workflow-api/rpc/resume?another=query' }));
});

test('the origin may be elsewhere, below a path, and the body goes through unread', async () => {
  const { gate } = await gateAt();
  const url = 'https://api.example/workflow-api/rpc/resume?a=%2F&b';
  const body = new Uint8Array(100_000).map((_, at) => at * 7);
  const verdict = await gate.authorize(request(await home.token(), { url, body }));
  const forwarded = await verdict.forward(undefined, { origin: 'http://origin.internal:8080/base/' });
  equal(forwarded.url, 'http://origin.internal:8080/base/workflow-api/rpc/resume?a=%2F&b');
  equal(new Uint8Array(await forwarded.arrayBuffer()).every((byte, at) => byte === body[at]), true);
});

test('a body that was read is not sent on as none', async () => {
  const { gate } = await gateAt();
  const asked = request(await home.token(), { body: 'body' });
  const verdict = await gate.authorize(asked);
  await asked.text();
  await fails('CALL_MALFORMED', () => verdict.forward());
});

test('a preflight passes where the policy says so, with nothing of a body', async () => {
  const { gate } = await gateAt({ policy: { ...document, routes: { preflight: 'pass' } } });
  // Not a `Request`: browsers set these headers themselves.
  const preflight = (...names) => ({
    method: 'OPTIONS', url: 'https://api.example/workflow-api/rpc/resume', body: new Blob(['body']).stream(),
    headers: new Headers(names.map((name) => [name, 'x'])),
  });
  const asked = preflight('origin', 'access-control-request-method');
  const verdict = await gate.authorize(asked);
  equal([verdict.allowed, (await verdict.forward(asked)).body], [true, null]);
  for (const names of [['origin'], ['access-control-request-method'], []]) {
    equal((await gate.authorize(preflight(...names))).allowed, false, names.join());
  }
});

test('the assertion is bound to the request and good for half a minute', async () => {
  const signer = await issuer('edge');
  const key = { ...(await signer.privateKey()), alg: 'ES256', kid: 'edge' };
  const { gate } = await gateAt({ assertion: { key, issuer: 'edge', audience: 'origin' } });
  const verdict = await gate.authorize(request(await home.token()));
  const forwarded = await verdict.forward(undefined, { origin: 'https://origin.example/base' });
  const assertion = forwarded.headers.get('portcullis-assertion');
  const [header, claims] = assertion.split('.').slice(0, 2).map((part) => JSON.parse(new TextDecoder().decode(fromBase64Url(part))));
  equal(header, { alg: 'ES256', typ: 'portcullis+jwt', kid: 'edge' });
  equal(claims, {
    iss: 'edge', aud: 'origin', iat: NOW, exp: NOW + 30, method: 'POST', path: '/base/workflow-api/rpc/resume',
    decision: 'ALLOWED', tenant: 'TenantA', sub: 'user-1',
  });
  // The origin's own rules take it, and only for so long.
  const rules = { issuers: ['edge'], audiences: ['origin'], algorithms: ['ES256'], types: ['portcullis+jwt'], leeway_s: 0 };
  const origin = new Policy({ portcullis: 1, token: rules }, { jwks: { keys: [signer.jwk] } });
  const asked = async (now) => (await origin.authorize({ token: assertion, operation: 'workflow-api.liveness' }, { now })).reason;
  equal([await asked(NOW + 29), await asked(NOW + 30)], ['CLAIM_MISSING', 'CREDENTIAL_EXPIRED']);
});

test('a key that cannot sign, and options that are none, are refused at once', async () => {
  const { jwk } = home;
  for (const key of [undefined, {}, jwk, { ...jwk, alg: 'none' }]) {
    await fails('KEYS_INVALID', () => gateAt({ assertion: { key, issuer: 'a', audience: 'b' } }));
  }
  await fails('CALL_MALFORMED', () => gateAt({ cooldwon: 5 }));
  await fails('KEYS_INVALID', () => gateAt({ jwks: undefined }));
  await fails('KEYS_INVALID', () => gateAt({ jwks: 'http://issuer.example/jwks' }));
  await fails('KEYS_INVALID', () => gateAt({ jwks: 'not an address' }));
  await fails('POLICY_INVALID', () => gateAt({ policy: {} }));
  await fails('CALL_MALFORMED', () => Gate.create());
});

test('without security nobody needs a key, and every request says so', async () => {
  const gate = await Gate.create({ policy: { portcullis: 1, disable_security: true } });
  const verdict = await gate.authorize(request('x.y.z'));
  equal([verdict.allowed, verdict.headers()['portcullis-decision']], [true, 'SECURITY_DISABLED']);
});

test('a verified token is looked at once, until it expires or its keys go', async () => {
  const source = served(home);
  const { gate, clock } = await gateAt({ jwks: JWKS, fetch: source.fetch });
  const token = await home.token({ exp: NOW + 700 });
  const count = await verifications(async () => {
    for (let at = 0; at < 5; at += 1) equal(await reasonOf(gate, request(token)), 'ALLOWED');
  });
  equal(count, 1);
  equal(await reasonOf(gate, request(`${token.slice(0, -4)}AAAA`)), 'CREDENTIAL_INVALID', 'a changed signature');
  source.keys = [(await issuer('new')).jwk];
  clock.now = NOW + 601;
  equal(await reasonOf(gate, request(token)), 'CREDENTIAL_INVALID', 'its key is gone');
  source.keys = [home.jwk];
  clock.now += 601;
  equal(await reasonOf(gate, request(token)), 'CREDENTIAL_EXPIRED');
});

test('more tokens than the cache holds are all served', async () => {
  const { gate } = await gateAt({ cachedTokens: 1 });
  const tokens = await Promise.all(Array.from({ length: 30 }, (_, at) => home.token({ sub: `user-${at}` })));
  for (let round = 0; round < 3; round += 1) {
    const verdicts = await Promise.all(tokens.map((token) => gate.authorize(request(token))));
    equal(verdicts.map(({ decision }) => decision.principal.subject), tokens.map((_, at) => `user-${at}`));
  }
});

test('no token, claim or subject is in an error', async () => {
  const token = await home.token({ WorkflowApiPermissions: CLAIM });
  const { gate } = await gateAt();
  const verdict = await gate.authorize(request(`${token}x`));
  ok(!JSON.stringify([verdict, verdict.problem()]).includes(token.slice(0, 20)));
});
