/** Why, compare and size: what the panels beside the tree say, held against the module in Node. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Policy } from 'portcullis';
import { start, TALL } from './support/browser.mjs';
import { allowed, parse, policy, TENANTS } from './support/model.mjs';
import { claimText, field, filter, row, said, search, select, tab, why, wholeTree, words } from './support/page.mjs';

const CLAIM = 'd:workflow-api;a:workflow-api.rpc;d:workflow-api.rpc.delete-instance;a:tenants:TenantA,TenantB';

let site;
before(async () => (site = await start()));
after(() => site.close());

test('why: stages, rules and the smallest change, for operation and tenant', async () => {
  const page = await site.open(`#claim=${CLAIM}`);
  for (const [operation, tenant] of [
    ['workflow-api.rpc.resume', 'TenantA'], ['workflow-api.rpc.delete-instance', 'TenantB'],
    ['workflow-api.rpc.resume', 'TenantC'], ['workflow-api.liveness', 'TenantC'],
  ]) {
    await page.locator('pc-operations select').selectOption(tenant);
    await select(page, operation);
    const decision = policy.decide(policy.permit(CLAIM), { operation, tenant });
    const text = await said(page, 'pc-why');
    assert.ok(text.includes(`${decision.decision ? 'Allowed' : 'Denied'} for ${tenant}`), text);
    assert.ok(text.includes(decision.reason), text);
    const stages = await why(page).locator('.trace li').allTextContents();
    assert.deepEqual(stages.map((stage) => stage.trim().split(/\s+/).slice(0, 2)), decision.trace.map(({ stage, pass }) => [stage, pass ? 'passes' : 'denies']));
    const { rule, overridden } = parse(CLAIM).explain(operation, tenant);
    for (const { rule: shown } of [rule, ...overridden]) assert.ok(text.includes(shown), shown);

    assert.equal(text.includes('It grants the tenant'), !decision.decision && tenant === 'TenantC');
    await why(page).getByRole('button', { name: 'Apply' }).click();
    const changed = await claimText(page);
    assert.equal(policy.decide(policy.permit(changed), { operation, tenant }).decision, !decision.decision, changed);
    await page.getByRole('button', { name: 'Undo' }).click();
    assert.equal(await claimText(page), CLAIM);
  }
  assert.deepEqual(page.mishaps, []);
  await page.context().close();
});

test('why: no claim, and the operation rules alone', async () => {
  const page = await site.open('#claim=');
  await select(page, 'workflow-api.liveness');
  assert.match(await said(page, 'pc-why'), /Denied for TenantA/);
  assert.match(await said(page, 'pc-why'), /CLAIM_MISSING/);
  await field(page).fill('a:workflow-api');
  assert.match(await said(page, 'pc-why'), /TENANT_PERMISSION_MISSING/);
  await page.locator('pc-operations select').selectOption({ label: 'operation rules only' });
  assert.match(await said(page, 'pc-why'), /Allowed by the operation rules/);
  await page.context().close();
});

test('why: one tenant is served, and a tenant rule binds it', async () => {
  const page = await site.open('#claim=a:workflow-api;d:tenants');
  for (const tenant of TENANTS) await page.getByRole('button', { name: `Forget ${tenant}` }).click();
  const single = new Policy({ portcullis: 1, tenancy: { mode: 'single' } });
  const operation = 'workflow-api.liveness';
  const expected = single.decide(single.permit('a:workflow-api;d:tenants'), { operation });
  assert.equal(expected.decision, false);
  assert.match(await words(page, 'workflow-api'), /0 of 114 operations allowed/);
  await select(page, operation);
  assert.match(await said(page, 'pc-why'), new RegExp(`Denied .*${expected.reason}`));
  await why(page).getByRole('button', { name: 'Apply' }).click();
  const changed = await claimText(page);
  assert.equal(single.decide(single.permit(changed), { operation }).decision, true, changed);
  assert.match(await words(page, 'workflow-api'), /114 of 114 operations allowed/);
  await field(page).fill('a:workflow-api');
  assert.match(await words(page, 'workflow-api'), /114 of 114 operations allowed/);
  await page.context().close();
});

test('compare: gained and lost, operation by tenant', async () => {
  const page = await site.open(`#claim=${CLAIM}`, TALL);
  await page.getByRole('button', { name: 'Compare from here' }).click();
  const next = 'd:workflow-api;a:workflow-api.rpc.resume;a:workflow-api.search;a:tenants:TenantB,TenantC';
  await field(page).fill(next);
  for (const tenant of TENANTS) {
    const [old, now] = [allowed(CLAIM, tenant), allowed(next, tenant)];
    const gained = policy.operations.filter((id) => now.get(id) && !old.get(id));
    const lost = policy.operations.filter((id) => !now.get(id) && old.get(id));
    const cells = await page.locator('pc-compare .sums tbody tr', { hasText: tenant }).locator('td').allTextContents();
    assert.deepEqual(cells.map((cell) => Number(cell)), [gained.length, lost.length], tenant);
    const column = TENANTS.indexOf(tenant);
    const table = new Map(await page.locator('pc-compare .matrix tbody').evaluate((body, at) =>
      [...body.rows].map((line) => [`workflow-api.${line.cells[0].innerText.trim()}`, line.cells[at + 1].textContent.trim()]), column));
    for (const id of gained) assert.match(table.get(id), /gained/, id);
    for (const id of lost) assert.match(table.get(id), /lost/, id);
    const changed = [...table.values()].filter((cell) => /gained|lost/.test(cell)).length;
    assert.equal(changed, gained.length + lost.length);

    await page.locator('pc-operations select').selectOption(tenant);
    await filter(page, /Changed/);
    const rows = await wholeTree(page);
    for (const id of policy.operations) {
      const words = rows.get(id) ?? '';
      assert.equal(words.includes(', gained'), gained.includes(id), `${id}: ${words}`);
      assert.equal(words.includes(', lost'), lost.includes(id), `${id}: ${words}`);
    }
  }
  assert.match(await page.locator('pc-compare .relation').textContent(), /Each claim allows something/);
  await page.getByRole('button', { name: 'Swap the two' }).click();
  assert.equal(await claimText(page), CLAIM);
  assert.equal(await page.locator('pc-compare textarea').inputValue(), next);
  await page.locator('pc-compare textarea').fill('a:workflow-api;a:tenants');
  assert.match(await page.locator('pc-compare .relation').textContent(), /allows less/);
  await page.locator('pc-compare textarea').fill('a:nothing');
  assert.match(await page.locator('pc-compare #error').textContent(), /Character 3/);
  assert.deepEqual(page.mishaps, []);
  await page.context().close();
});

test('size: the shortest claim, and the room that it leaves', async () => {
  const long = `${CLAIM.replace(';a:tenants', ';a:workflow-api.rpc.resume;d:workflow-api.data;a:tenants')}`;
  const page = await site.open(`#claim=${long}`);
  await tab(page, 'Size');
  const shortest = parse(long).minimize().text;
  assert.ok(shortest.length < long.length);
  assert.match(await said(page, 'pc-size'), new RegExp(`${long.length} bytes become ${shortest.length}`));
  assert.equal(await page.getByRole('meter').count(), 2);
  await page.getByRole('button', { name: 'Minimize the claim' }).click();
  assert.equal(await claimText(page), shortest);
  assert.match(await said(page, 'pc-size'), /No shorter claim decides alike/);
  const ids = policy.operations.filter((_, at) => at % 2 === 0).map((id) => `a:${id}`).join(';');
  await field(page).fill(`d:workflow-api;${ids}`);
  assert.match(await said(page, 'pc-size'), /of a 4 KB cookie/);
  await page.context().close();
});

test('search, filters, counts and collapsing', async () => {
  const page = await site.open(`#claim=${CLAIM}`, TALL);
  const shown = () => page.locator('pc-tree [role=treeitem]').evaluateAll((rows) => rows.map(({ dataset }) => dataset.id));
  await search(page, 'POST rpc/resume');
  assert.ok((await shown()).includes('workflow-api.rpc.resume'));
  await search(page, 'no such thing');
  assert.match(await page.locator('pc-operations .empty').textContent(), /No operation matches/);
  await page.getByRole('button', { name: 'Show all' }).click();
  await filter(page, /Allowed 51/);
  const rows = await wholeTree(page);
  const expected = allowed(CLAIM, 'TenantA');
  assert.deepEqual(policy.operations.filter((id) => rows.has(id)), policy.operations.filter((id) => expected.get(id)));
  await filter(page, /Denied 63/);
  assert.ok(!(await wholeTree(page)).has('workflow-api.rpc.resume'));
  await filter(page, /All 114/);
  assert.match(await words(page, 'workflow-api.data'), /0 of 47 operations allowed/);
  await page.getByRole('button', { name: 'Collapse all' }).click();
  assert.ok(!(await shown()).includes('workflow-api.data.global-parameters'));
  assert.equal(await row(page, 'workflow-api.data').getAttribute('aria-expanded'), 'false');
  await row(page, 'workflow-api.data').locator('.turn').click();
  assert.ok((await shown()).includes('workflow-api.data.global-parameters'));
  await page.context().close();
});
