/** The package in Node: what a user of it relies on. */
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { Policy, PortcullisError, version } from '../src/node.js';

const CLAIM = 'd:workflow-api;a:workflow-api.rpc;d:workflow-api.rpc.delete-instance;a:tenants:TenantA';
const document = { portcullis: 1, tenancy: { mode: 'multi', tenants: ['TenantA', 'TenantB'] } };

test('a permit answers by ids and by indexes alike', () => {
  const policy = new Policy(document);
  const permit = policy.permit(CLAIM);
  assert.equal(permit.allows('workflow-api.rpc.resume', 'TenantA'), true);
  assert.equal(permit.allows('workflow-api.rpc.resume', 'TenantB'), false);
  assert.equal(permit.allows('workflow-api.rpc.delete-instance', 'TenantA'), false);
  for (const [at, operation] of policy.operations.entries()) {
    for (const [tenantAt, tenant] of policy.tenants.entries()) {
      assert.equal(permit.allowsIndexes(at, tenantAt), permit.allows(operation, tenant), operation);
    }
  }
});

test('unknown ids are denied', () => {
  const permit = new Policy(document).permit('a:workflow-api;a:tenants');
  assert.equal(permit.allows('workflow-api.nope', 'TenantA'), false);
  assert.equal(permit.allows('workflow-api.liveness', 'TenantZ'), false);
  assert.equal(permit.allows('workflow-api.liveness'), false, 'no default tenant');
  assert.equal(permit.allowsIndexes(1e6, 0), false);
  assert.equal(permit.allowsIndexes(0, 1e6), false);
});

test('a decision says why', () => {
  const policy = new Policy(document);
  const decision = policy.decide(policy.permit(CLAIM), { operation: 'workflow-api.rpc.delete-instance', tenant: 'TenantA' });
  assert.deepEqual(
    [decision.decision, decision.status, decision.stage, decision.reason, decision.matched.rule],
    [false, 403, 'operation', 'OPERATION_DENIED', 'd:workflow-api.rpc.delete-instance'],
  );
});

test('a malformed claim denies, and is no error', async () => {
  const policy = new Policy(document);
  assert.equal(policy.permit('x').allows('workflow-api.liveness', 'TenantA'), false);
  const decision = await policy.authorize({ claim: 'x', operation: 'workflow-api.liveness', tenant: 'TenantA' });
  assert.equal(decision.reason, 'CLAIM_MALFORMED');
});

test('a policy error has a code and every mistake', () => {
  assert.throws(
    () => new Policy({ portcullis: 1, tennancy: {}, claim: { max_bytes: 'x' } }),
    (error) => {
      assert.ok(error instanceof PortcullisError);
      assert.equal(error.code, 'POLICY_INVALID');
      assert.deepEqual(error.findings.map(({ path }) => path).sort(), ['/claim/max_bytes', '/tennancy']);
      return true;
    },
  );
});

test('a request that is not of its shape is refused with a code', () => {
  const policy = new Policy(document);
  const permit = policy.permit(CLAIM);
  assert.throws(() => policy.decide(permit, { operation: 5 }), { code: 'CALL_MALFORMED' });
  assert.throws(() => policy.decide(permit, { operatoin: 'x' }), { code: 'CALL_MALFORMED' });
});

test('tokens need keys', async () => {
  const policy = new Policy(document);
  await assert.rejects(policy.authorize({ token: 'a.b.c', operation: 'x' }), { code: 'KEYS_INVALID' });
});

test('what was disposed of denies', () => {
  const policy = new Policy(document);
  const permit = policy.permit('a:workflow-api;a:tenants');
  assert.equal(permit.allows('workflow-api.liveness', 'TenantA'), true);
  permit.dispose();
  permit.dispose();
  assert.equal(permit.allows('workflow-api.liveness', 'TenantA'), false);
  policy.dispose();
  assert.throws(() => policy.permit('a:workflow-api'), { code: 'DISPOSED' });
});

test('permits of another policy are refused', () => {
  const [one, two] = [new Policy(document), new Policy(document)];
  const permit = one.permit('a:workflow-api;a:tenants');
  assert.throws(() => two.decide(permit, { operation: 'workflow-api.liveness', tenant: 'TenantA' }), { code: 'HANDLE_UNKNOWN' });
});

test('a hundred thousand permits, disposed of, leave the handles free', () => {
  const policy = new Policy(document);
  for (let at = 0; at < 100_000; at += 1) policy.permit(CLAIM).dispose();
  assert.equal(policy.permit(CLAIM).allows('workflow-api.rpc.resume', 'TenantA'), true);
});

test('it can be required', () => {
  const { Policy: Required } = createRequire(import.meta.url)('../src/node.js');
  assert.equal(Required, Policy);
});

test('the version is the ABI’s', () => {
  assert.equal(version().abi, 1);
});
