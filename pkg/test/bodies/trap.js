/** What becomes of everybody when the module traps: a denial, and then a new instance. */
import { Claim, Policy } from 'portcullis';
import { instance } from '../../dist/core.js';
import { equal, fails, ok, test } from '../harness.js';
import { CLAIM, NOW, document, gateAt, home, request } from './world.js';

const RESUME = { operation: 'workflow-api.rpc.resume', tenant: 'TenantA' };

/** Overwrites the module's memory, so that whatever runs next in it traps. */
function wreck() {
  // The glue gives the exports of the instance that runs.
  new Uint8Array(instance().memory.buffer).fill(0xff);
}

test('a permit denies, and then answers as before', () => {
  const policy = new Policy(document);
  const permit = policy.permit(CLAIM);
  wreck();
  equal(permit.allows(RESUME.operation, RESUME.tenant), false);
  equal(permit.allows(RESUME.operation, RESUME.tenant), true);
  equal(permit.allows(RESUME.operation, 'TenantB'), false);
});

test('a decision is a denial with its code, and then as before', () => {
  const policy = new Policy(document);
  const permit = policy.permit(CLAIM);
  wreck();
  const denied = policy.decide(permit, RESUME);
  equal([denied.decision, denied.status, denied.reason], [false, 503, 'EVALUATION_LIMIT']);
  equal(policy.decide(permit, RESUME).reason, 'ALLOWED');
});

test('policies, key sets and permits of before keep apart in the new instance', async () => {
  const strict = new Policy({ portcullis: 1, tenancy: { mode: 'multi', tenants: ['TenantB'] } });
  const policy = new Policy(document, { jwks: { keys: [home.jwk] } });
  const [one, two] = [policy.permit(CLAIM), policy.permit('d:workflow-api;a:tenants')];
  wreck();
  await fails('MODULE_TRAPPED', () => Claim.parse(CLAIM));
  // In another order than before, so that handles are given out anew.
  equal(two.allows(RESUME.operation, RESUME.tenant), false);
  equal(one.allows(RESUME.operation, RESUME.tenant), true);
  const token = await home.token();
  equal((await policy.authorize({ token, ...RESUME }, { now: NOW })).reason, 'ALLOWED');
  equal(strict.decide(strict.permit(CLAIM), RESUME).reason, 'TENANT_UNKNOWN');
  equal(Claim.parse(CLAIM).text, CLAIM);
});

test('a principal of before is nobody in the new instance', async () => {
  const policy = new Policy(document);
  const { principal } = policy.permit(CLAIM);
  equal(policy.decideFor(principal, undefined, RESUME).decision, true);
  wreck();
  await fails('MODULE_TRAPPED', () => policy.decideFor(principal, undefined, RESUME));
  // The handle is somebody's again: of a claim that allows it too.
  policy.permit(CLAIM);
  await fails('MODULE_TRAPPED', () => policy.decideFor(principal, undefined, RESUME));
});

test('what is disposed of after a trap takes nothing from the new instance', () => {
  const policy = new Policy(document);
  const old = policy.permit('d:workflow-api;a:tenants');
  wreck();
  equal(old.allows(RESUME.operation, RESUME.tenant), false);
  const [other, kept] = [new Policy(document), policy.permit(CLAIM)];
  wreck();
  equal(kept.allows(RESUME.operation, RESUME.tenant), false);
  equal(kept.allows(RESUME.operation, RESUME.tenant), true);
  old.dispose();
  other.dispose();
  equal(kept.allows(RESUME.operation, RESUME.tenant), true);
});

test('a gate denies with a code, and then answers as before, cached token or not', async () => {
  const { gate } = await gateAt();
  const token = await home.token();
  equal((await gate.authorize(request(token))).allowed, true);
  wreck();
  const verdict = await gate.authorize(request(token));
  equal([verdict.allowed, verdict.toResponse().status, verdict.decision.reason], [false, 503, 'EVALUATION_LIMIT']);
  equal((await gate.authorize(request(token))).allowed, true);
  equal((await gate.authorize(request(token))).allowed, true);
  gate.dispose();
});

test('at the end of the stack nothing is allowed that is denied, and the module goes on', () => {
  const policy = new Policy(document);
  const permit = policy.permit(CLAIM);
  const found = new Set();
  (function deeper() {
    try {
      deeper();
    } catch {
      // Near the end: some calls fit, some do not.
    }
    try {
      found.add(permit.allows('workflow-api.rpc.delete-instance', 'TenantA'));
    } catch (error) {
      ok(error instanceof RangeError || error.name === 'InternalError', String(error));
    }
  })();
  equal(found.has(true), false);
  equal(permit.allows(RESUME.operation, RESUME.tenant), true);
});
