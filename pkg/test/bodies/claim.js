/** Claims: read, rewritten, explained, compared, built. */
import { Claim, Policy, mapCatalog } from 'portcullis';
import { before, equal, fails, test } from '../harness.js';
import { document } from './world.js';

const RPC = 'd:workflow-api;a:workflow-api.rpc;a:tenants:TenantA';
let policy;
before(() => {
  policy = new Policy(document);
});

const claim = (text) => Claim.parse(text, { policy });

test('a claim is read, and its forms decide alike', () => {
  equal(claim(RPC).text, RPC);
  equal(`${claim('a:workflow-api.rpc;a:tenants:TenantA').normalize()}`, RPC);
  equal(claim(RPC).minimize().text, 'a:workflow-api.rpc;a:tenants:TenantA');
  equal(JSON.stringify({ claim: claim(RPC) }), JSON.stringify({ claim: RPC }));
  equal(claim(RPC).policy === policy, true);
});

test('a mistake has a place, in bytes and in the string', async () => {
  const error = await fails('CLAIM_INVALID', () => Claim.parse('a:workflow-api;x'));
  equal(error.claim, { kind: 'effect', offset: 15, index: 15, expected: '`a:` or `d:`' });
  const { valid, error: problem } = Claim.validate('a:tenants:é');
  equal([valid, problem.offset, problem.index], [false, 10, 10]);
  const short = new Policy({ portcullis: 1, claim: { max_bytes: 51 } });
  const { error: large } = Claim.validate('é'.repeat(100), { policy: short });
  equal([large.kind, large.offset, large.index], ['too_large', 51, 26]);
  equal(Claim.validate('a:workflow-api.rpc'), { valid: true, normal: 'd:workflow-api;a:workflow-api.rpc', error: null });
  await fails('CLAIM_INVALID', () => Claim.parse('a:workflow-api.nope'));
  await fails('CLAIM_INVALID', () => Claim.parse(undefined));
});

test('an operation is explained', async () => {
  const explained = claim(RPC).explain('workflow-api.rpc.resume', 'TenantA');
  equal([explained.allowed, explained.reason, explained.rule.rule], [true, 'ALLOWED', 'a:workflow-api.rpc']);
  equal(explained.overridden.map(({ rule }) => rule), ['d:workflow-api']);
  equal(explained.flip.add, ['d:workflow-api.rpc.resume']);
  equal(claim(RPC).explain('workflow-api.rpc.resume').allowed, false);
  await fails('OPERATION_UNKNOWN', () => claim(RPC).explain('workflow-api.nope'));
});

test('every operation has its effect', () => {
  const { operations, tenants } = claim(RPC).effective();
  equal(operations.length, 114);
  for (const { operation, allowed } of operations) equal(allowed, operation.startsWith('workflow-api.rpc.'), operation);
  equal(tenants, [{ tenant: 'TenantA', allowed: true }, { tenant: 'TenantB', allowed: false }]);
});

test('two claims are compared, covered and intersected', () => {
  const wider = claim('a:workflow-api;a:tenants');
  const { gained, lost, first_covers_second: covers } = claim(RPC).diff(wider);
  equal([gained.length > 0, lost, covers], [true, [], false]);
  equal([wider.covers(RPC), claim(RPC).covers(wider)], [true, false]);
  equal(wider.intersect(RPC).text, RPC);
});

test('the smallest edit changes one answer', async () => {
  const edit = claim(RPC).revoke({ operation: 'workflow-api.rpc.resume' });
  equal([edit.remove, edit.add], [[], ['d:workflow-api.rpc.resume']]);
  equal(edit.result.permit().allows('workflow-api.rpc.resume', 'TenantA'), false);
  equal(edit.result.grant({ operation: 'workflow-api.rpc.resume' }).result.normalize().text, RPC);
  equal(claim(RPC).grant({ tenant: 'TenantB' }).result.permit().allows('workflow-api.rpc.resume', 'TenantB'), true);
  await fails('OPERATION_UNKNOWN', () => claim(RPC).grant({ operation: 'workflow-api.nope' }));
});

test('a claim is built, in normal form', async () => {
  const build = (parts) => Claim.build(parts, { policy });
  equal(build({ allow: ['workflow-api.rpc'], tenants: { noneExcept: ['TenantA'] } }).text, RPC);
  equal(build({ allowAllOperations: true, deny: ['workflow-api.rpc'], tenants: { allExcept: [] } }).text, 'a:workflow-api;d:workflow-api.rpc;a:tenants');
  equal(build({}).text, 'd:workflow-api');
  await fails('CLAIM_INVALID', () => build({ allow: ['workflow-api.nope'] }));
  await fails('CLAIM_INVALID', () => build({ tenants: { noneExcept: ['TenantZ'] } }));
  await fails('CALL_MALFORMED', () => build({ tenants: {} }));
  await fails('CALL_MALFORMED', () => build({ allow: 5 }));
});

test('a claim of another catalog is read under its policy', async () => {
  const operations = [{ document: 'shop', operation_id: 'listItems', tag: 'items', method: 'GET', path: '/items' }];
  const { operations: mapped } = mapCatalog({ root: 'shop', operations });
  const [{ id }] = mapped;
  const shop = new Policy({ portcullis: 1, catalog: { root: 'shop', operations: [{ id, method: 'GET', path: '/items' }] } });
  equal(Claim.parse('a:shop', { policy: shop }).permit().allows(id), true);
  equal(shop.catalog().operations[0].path, '/items');
  await fails('CLAIM_INVALID', () => Claim.parse('a:workflow-api', { policy: shop }));
});
