/** Policies and permits: what a user of them relies on. */
import { Policy, PortcullisError, version } from 'portcullis';
import { equal, fails, ok, test } from '../harness.js';
import { CLAIM, document } from './world.js';

const ALL = 'a:workflow-api;a:tenants';
const LIVENESS = 'workflow-api.liveness';

test('a permit answers by ids and by indexes alike', () => {
  const policy = new Policy(document);
  const permit = policy.permit(CLAIM);
  equal(permit.allows('workflow-api.rpc.resume', 'TenantA'), true);
  equal(permit.allows('workflow-api.rpc.resume', 'TenantB'), false);
  equal(permit.allows('workflow-api.rpc.delete-instance', 'TenantA'), false);
  for (const [at, operation] of policy.operations.entries()) {
    for (const [tenantAt, tenant] of policy.tenants.entries()) {
      equal(permit.allowsIndexes(at, tenantAt), permit.allows(operation, tenant), operation);
    }
  }
});

test('unknown ids are denied', () => {
  const permit = new Policy(document).permit(ALL);
  equal(permit.allows('workflow-api.nope', 'TenantA'), false);
  equal(permit.allows(LIVENESS, 'TenantZ'), false);
  equal(permit.allows(LIVENESS), false, 'no default tenant');
  equal(permit.allows('__proto__', 'TenantA'), false);
});

test('what is no index is denied, and not taken for another', () => {
  const permit = new Policy(document).permit(ALL);
  equal(permit.allowsIndexes(0, 0), true);
  for (const wrong of [1e6, -1, 0.5, NaN, 2 ** 32, Infinity, null, '0', {}]) {
    equal(permit.allowsIndexes(wrong, 0), false, String(wrong));
    equal(permit.allowsIndexes(0, wrong), false, String(wrong));
  }
  equal(permit.allowsIndexes(undefined, 0), false);
});

test('a decision says why', () => {
  const policy = new Policy(document);
  const decision = policy.decide(policy.permit(CLAIM), { operation: 'workflow-api.rpc.delete-instance', tenant: 'TenantA' });
  equal(
    [decision.decision, decision.status, decision.stage, decision.reason, decision.matched.rule],
    [false, 403, 'operation', 'OPERATION_DENIED', 'd:workflow-api.rpc.delete-instance'],
  );
});

test('a malformed claim denies, and is no error', async () => {
  const policy = new Policy(document);
  equal(policy.permit('x').allows(LIVENESS, 'TenantA'), false);
  const decision = await policy.authorize({ claim: 'x', operation: LIVENESS, tenant: 'TenantA' });
  equal(decision.reason, 'CLAIM_MALFORMED');
});

test('a policy error has a code and every mistake', async () => {
  const error = await fails('POLICY_INVALID', () => new Policy({ portcullis: 1, tennancy: {}, claim: { max_bytes: 'x' } }));
  ok(error instanceof PortcullisError && error instanceof Error);
  equal(error.findings.map(({ path }) => path).sort(), ['/claim/max_bytes', '/tennancy']);
});

test('a document that is none is refused with a code', async () => {
  const circular = {};
  circular.self = circular;
  for (const wrong of [undefined, circular, { portcullis: 1n }]) await fails('CALL_MALFORMED', () => new Policy(wrong));
  for (const wrong of ['', '{', '[]', null, 5]) await fails('POLICY_INVALID', () => new Policy(wrong));
});

test('a policy of five megabytes is answered', async () => {
  const operation = (number) => ({ id: `big.operation-${number}`, method: 'GET', path: `/operations/${number}`, summary: 'x'.repeat(100) });
  const operations = Array.from({ length: 30_000 }, (_, number) => operation(number));
  const text = JSON.stringify({ portcullis: 1, catalog: { root: 'big', operations } });
  ok(text.length > 5_000_000, String(text.length));
  const policy = new Policy(text);
  equal(policy.permit('a:big').allows('big.operation-29999'), true);
  policy.dispose();
  await fails('POLICY_INVALID', () => new Policy(text.replace('"big"', '"Big"')));
  await fails('INPUT_TOO_LARGE', () => new Policy(' '.repeat(33 << 20)));
});

test('a request that is not of its shape is refused with a code', async () => {
  const policy = new Policy(document);
  const permit = policy.permit(CLAIM);
  await fails('CALL_MALFORMED', () => policy.decide(permit, { operation: 5 }));
  await fails('CALL_MALFORMED', () => policy.decide(permit, { operatoin: 'x' }));
  await fails('CALL_MALFORMED', () => policy.decide({}, { operation: 'x' }));
  await fails('CALL_MALFORMED', () => policy.permit(undefined));
});

test('tokens need keys, and keys that can be used', async () => {
  await fails('KEYS_INVALID', () => new Policy(document).authorize({ token: 'a.b.c', operation: 'x' }));
  for (const jwks of ['', 'x', {}, { keys: [] }, { keys: [{ kty: 'RSA', n: 'AQAB', e: 'AQAB' }] }]) {
    await fails('KEYS_INVALID', () => new Policy(document, { jwks }));
  }
});

test('what was disposed of denies', async () => {
  const policy = new Policy(document);
  const permit = policy.permit(ALL);
  const other = policy.permit(ALL);
  equal(permit.allows(LIVENESS, 'TenantA'), true);
  permit.dispose();
  permit.dispose();
  equal(permit.allows(LIVENESS, 'TenantA'), false);
  policy[Symbol.dispose ?? Symbol.for('Symbol.dispose')]();
  equal(other.allows(LIVENESS, 'TenantA'), false);
  await fails('DISPOSED', () => policy.permit('a:workflow-api'));
  await fails('DISPOSED', () => policy.decide(permit, { operation: LIVENESS }));
});

test('permits of another policy are refused', async () => {
  const [one, two] = [new Policy(document), new Policy(document)];
  const permit = one.permit(ALL);
  await fails('HANDLE_UNKNOWN', () => two.decide(permit, { operation: LIVENESS, tenant: 'TenantA' }));
});

test('a limit is told, and given back', async () => {
  const kept = [];
  const error = await fails('LIMIT_REACHED', () => {
    for (let at = 0; at < 100; at += 1) kept.push(new Policy(document));
  });
  ok(error.message.length > 0);
  for (const policy of kept) policy.dispose();
  new Policy(document).dispose();
});

test('the version is the ABI’s', () => {
  equal(version().abi, 1);
});
