/** For everybody: axe finds nothing, all goes by keyboard, and nothing needs a wide screen. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { violations } from './support/axe.mjs';
import { start } from './support/browser.mjs';
import { claimText, field, row, search, tab } from './support/page.mjs';

const CLAIM = 'd:workflow-api;a:workflow-api.rpc;d:workflow-api.rpc.delete-instance;a:tenants:TenantA,TenantB';

let site;
before(async () => (site = await start()));
after(() => site.close());

for (const [name, options] of [
  ['light', { colorScheme: 'light' }], ['dark', { colorScheme: 'dark' }],
  ['320', { viewport: { width: 320, height: 640 } }], ['wide', { viewport: { width: 1920, height: 1080 } }],
]) {
  test(`axe finds nothing: ${name}`, async () => {
    const page = await site.open(`#claim=${CLAIM}&baseline=a:workflow-api.search;a:tenants:TenantC`, options);
    const states = [
      ['why', async () => { await search(page, 'delete-instance'); await row(page, 'workflow-api.rpc.delete-instance').click(); }],
      ['compare', () => tab(page, 'Compare')],
      ['size', () => tab(page, 'Size')],
      ['error', async () => { await search(page, ''); await field(page).fill(`${CLAIM};x:oops`); }],
      ['catalog', async () => {
        await page.getByRole('button', { name: 'Catalog:' }).click();
        await page.locator('pc-catalog input[type=file]').setInputFiles(new URL('fixtures/orders.yaml', import.meta.url).pathname);
        await page.locator('pc-catalog select').selectOption('path');
        await page.locator('pc-catalog .answer.deny').waitFor();
      }],
    ];
    for (const [state, reach] of states) {
      await reach();
      // Wide differs from 1280 in room only.
      if (name === 'wide' && state !== 'compare') continue;
      assert.deepEqual(await violations(page), [], `${name}, ${state}`);
      await page.shot(`${name}-${state}`);
    }
    await page.context().close();
  });
}

test('nothing is cut off at 320 pixels, or at 200 percent', async () => {
  for (const width of [320, 640, 960]) {
    const page = await site.open(`#claim=${CLAIM}&baseline=a:workflow-api`, { viewport: { width, height: 640 } });
    for (const name of ['Why?', 'Compare', 'Size']) {
      await tab(page, name);
      const { scroll, client } = await page.evaluate(() => ({ scroll: document.documentElement.scrollWidth, client: document.documentElement.clientWidth }));
      assert.ok(scroll <= client, `${width}, ${name}: ${scroll} > ${client}`);
    }
    await page.context().close();
  }
});

test('the tree goes by keyboard, with one place in the tab order', async () => {
  const page = await site.open(`#claim=${CLAIM}`);
  const focused = () => page.evaluate(() => {
    let element = document.activeElement;
    while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
    return element?.dataset?.id ?? element?.tagName;
  });
  const press = async (...keys) => {
    for (const key of keys) await page.keyboard.press(key);
    return focused();
  };
  await page.keyboard.press('/');
  assert.equal(await focused(), 'INPUT');
  assert.equal(await press('ArrowDown'), 'workflow-api');
  assert.equal(await page.locator('pc-tree [role=treeitem][tabindex="0"]').count(), 1);
  assert.equal(await press('ArrowRight'), 'workflow-api.data');
  assert.equal(await press('ArrowRight'), 'workflow-api.data.global-parameters');
  assert.equal(await press('ArrowLeft'), 'workflow-api.data.global-parameters', 'the first left collapses');
  assert.equal(await row(page, 'workflow-api.data.global-parameters').getAttribute('aria-expanded'), 'false');
  assert.equal(await press('ArrowLeft'), 'workflow-api.data');
  assert.equal(await press('ArrowDown', 'ArrowDown', 'ArrowUp'), 'workflow-api.data.global-parameters');
  assert.equal(await press('End'), 'workflow-api.tenant-readiness');
  assert.equal(await press('a'), 'workflow-api.tenant-readiness');
  assert.match(await claimText(page), /;a:workflow-api\.tenant-readiness;a:tenants/);
  await press('d');
  assert.match(await claimText(page), /;d:workflow-api\.tenant-readiness;a:tenants/);
  await press('i');
  assert.equal(await claimText(page), CLAIM);
  assert.equal(await press('Home'), 'workflow-api');
  const item = row(page, 'workflow-api.data');
  assert.deepEqual(
    await item.evaluate((element) => ['aria-level', 'aria-posinset', 'aria-setsize', 'aria-expanded'].map((name) => element.getAttribute(name))),
    ['2', '1', '7', 'true'],
  );
  await press('PageDown', 'PageDown');
  assert.notEqual(await focused(), 'workflow-api');
  // Out of sight, and still there to go on from.
  const at = await focused();
  await page.locator('pc-tree').evaluate((tree) => (tree.scrollTop = 0));
  assert.equal(await focused(), at);
  assert.deepEqual(page.mishaps, []);
  await page.context().close();
});

test('tabs go by arrow keys', async () => {
  const page = await site.open(`#claim=${CLAIM}`);
  await page.getByRole('tab', { name: 'Why?' }).focus();
  await page.keyboard.press('ArrowRight');
  assert.equal(await page.getByRole('tab', { name: 'Compare' }).getAttribute('aria-selected'), 'true');
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowLeft');
  assert.equal(await page.getByRole('tab', { name: 'Size' }).getAttribute('aria-selected'), 'true');
  await page.context().close();
});

test('colours follow the system until somebody chooses', async () => {
  const page = await site.open('', { colorScheme: 'dark' });
  const paper = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  const dark = await paper();
  await page.getByRole('button', { name: 'Light colours' }).click();
  assert.notEqual(await paper(), dark);
  await page.reload();
  await page.getByRole('button', { name: 'Dark colours' }).waitFor();
  assert.notEqual(await paper(), dark);
  await page.context().close();
});
