/** Claim and tree are in step, both ways, and both are the module's word. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { start, TALL } from './support/browser.mjs';
import { allowed, parse, policy, TENANTS } from './support/model.mjs';
import { claimText, field, press, row, search, select, status, why, wholeTree, words } from './support/page.mjs';

let site;
before(async () => (site = await start()));
after(() => site.close());

const CLAIMS = [
  'd:workflow-api;a:workflow-api.rpc;d:workflow-api.rpc.delete-instance;a:tenants:TenantA,TenantB',
  'a:workflow-api;d:workflow-api.search.processes;d:workflow-api.data.schemes.get;d:tenants:TenantA',
  'a:workflow-api.designer',
];

test('every row says what the module says, for every tenant', async () => {
  for (const claim of CLAIMS) {
    const page = await site.open(`#claim=${claim}`, TALL);
    const { operations } = parse(claim).effective();
    for (const tenant of TENANTS) {
      await page.locator('pc-operations select').selectOption(tenant);
      const expected = allowed(claim, tenant);
      const rows = await wholeTree(page);
      for (const { operation, rule } of operations) {
        const words = rows.get(operation);
        assert.ok(words?.includes(expected.get(operation) ? ', allowed,' : ', denied,'), `${tenant} ${operation}: ${words}`);
        assert.ok(words.includes(rule ? `by ${rule.rule}` : 'no rule is about it'), `${operation}: ${words}`);
        const { overridden } = parse(claim).explain(operation);
        assert.equal(words.includes('overrides'), overridden.length > 0, words);
        for (const other of overridden) assert.ok(words.includes(other.rule), words);
      }
      const count = [...expected.values()].filter(Boolean).length;
      assert.ok(rows.get('workflow-api').includes(`${count} of ${policy.operations.length} operations allowed`));
    }
    assert.deepEqual(page.mishaps, []);
    await page.context().close();
  }
});

test('clicks write rules into the claim and take them out again', async () => {
  const page = await site.open('#claim=');
  assert.match(await status(page), /No claim/);
  await press(page, 'Allow', 'workflow-api.data');
  assert.equal(await claimText(page), 'a:workflow-api.data');
  await press(page, 'Deny', 'workflow-api.data.global-parameters.delete');
  assert.equal(await claimText(page), 'a:workflow-api.data;d:workflow-api.data.global-parameters.delete');
  await page.getByRole('button', { name: 'TenantB' }).and(page.locator('.toggle')).click();
  assert.equal(await claimText(page), 'a:workflow-api.data;d:workflow-api.data.global-parameters.delete;a:tenants:TenantB');
  await press(page, 'Allow', 'workflow-api.data.global-parameters.delete');
  assert.equal(await claimText(page), 'a:workflow-api.data;a:workflow-api.data.global-parameters.delete;a:tenants:TenantB');
  await press(page, 'Inherit', 'workflow-api.data.global-parameters.delete');
  assert.equal(await claimText(page), 'a:workflow-api.data;a:tenants:TenantB');
  await page.getByRole('button', { name: 'Undo' }).click();
  assert.equal(await claimText(page), 'a:workflow-api.data;a:workflow-api.data.global-parameters.delete;a:tenants:TenantB');
  assert.match(await status(page), /Valid/);
  await page.context().close();
});

test('tenants are granted and revoked by the smallest edit', async () => {
  const page = await site.open('#claim=a:workflow-api;a:tenants');
  const toggle = (tenant) => page.locator('pc-tenants .toggle', { hasText: tenant }).click();
  await toggle('TenantC');
  assert.equal(await claimText(page), parse('a:workflow-api;a:tenants').revoke({ tenant: 'TenantC' }).result.text);
  await page.getByRole('button', { name: 'None', exact: true }).click();
  assert.equal(await claimText(page), 'a:workflow-api;d:tenants');
  await page.getByRole('button', { name: 'Remove rule' }).click();
  assert.equal(await claimText(page), 'a:workflow-api');
  await page.getByLabel('Register a tenant id').fill('Tenant D');
  await page.keyboard.press('Enter');
  assert.match(await status(page), /tenant/i);
  await page.getByLabel('Register a tenant id').fill('Tenant.D');
  await page.keyboard.press('Enter');
  await toggle('Tenant.D');
  assert.equal(await claimText(page), 'a:workflow-api;a:tenants:Tenant.D');
  assert.deepEqual(page.mishaps, []);
  await page.context().close();
});

test('a tenant that the claim names can be registered', async () => {
  const page = await site.open('#claim=a:workflow-api;a:tenants:Acme,TenantA');
  await page.getByRole('button', { name: /Acme not registered/ }).click();
  assert.equal(await page.locator('pc-operations select').inputValue(), 'Acme');
  assert.match(await words(page, 'workflow-api'), /114 of 114 operations allowed/);
  assert.equal(await claimText(page), 'a:workflow-api;a:tenants:Acme,TenantA');
  await page.context().close();
});

test('a mistake is pointed at, and the tree stays with what could be read', async () => {
  const page = await site.open(`#claim=${CLAIMS[0]}`);
  const wrong = 'a:workflow-api.rpc;a:workflow-api.rpx;a:tenants';
  await field(page).fill(wrong);
  const error = page.locator('pc-claim #error');
  assert.match(await error.textContent(), /Character 22\s+expected an operation or branch/);
  assert.equal(await page.locator('pc-claim .frame mark').textContent(), wrong[21]);
  assert.equal(await field(page).getAttribute('aria-invalid'), 'true');
  await error.getByRole('button').click();
  assert.equal(await field(page).evaluate((text) => text.selectionStart), 21);
  assert.match(await page.locator('pc-operations .stale').first().textContent(), /last claim that could be read/);
  assert.match(await words(page, 'workflow-api'), /51 of 114/);
  await search(page, 'liveness');
  await press(page, 'Allow', 'workflow-api.liveness');
  assert.equal(await claimText(page), wrong, 'a click does not change what cannot be read');
  // Bytes and characters differ from here on.
  await field(page).fill('a:workflow-api;a:tenants:Ä€😀');
  assert.match(await error.textContent(), /Character 26/);
  assert.equal(await page.locator('pc-claim .frame mark').textContent(), 'Ä');
  await field(page).fill('a:workflow-api;');
  assert.match(await error.textContent(), /Character 1[56]/);
  await page.context().close();
});

test('the deciding rule is shown in the claim', async () => {
  const page = await site.open(`#claim=${CLAIMS[0]}`);
  await select(page, 'workflow-api.rpc.delete-instance');
  assert.equal(await page.locator('pc-claim .decides').textContent(), 'd:workflow-api.rpc.delete-instance');
  await why(page).getByRole('button', { name: 'a:workflow-api.rpc', exact: true }).click();
  const selection = await field(page).evaluate((text) => text.value.slice(text.selectionStart, text.selectionEnd));
  assert.equal(selection, 'a:workflow-api.rpc');
  await page.context().close();
});

test('line ends that come with a pasted claim are dropped', async () => {
  const page = await site.open('#claim=');
  await field(page).fill('a:workflow-api;\r\na:tenants\n');
  assert.equal(await claimText(page), 'a:workflow-api;a:tenants');
  await page.context().close();
});
