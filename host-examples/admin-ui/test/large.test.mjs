/** A catalog of 100,000 operations: a page that stays quick. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { start } from './support/browser.mjs';
import { field, row, search, words } from './support/page.mjs';

const OPERATIONS = Array.from({ length: 100_000 }, (_, at) => ({
  id: `big.area-${at % 40}.service-${Math.floor(at / 40) % 50}.operation-${at}`, method: 'GET', path: `/area-${at % 40}/operation-${at}`,
}));

let site;
before(async () => (site = await start()));
after(() => site.close());

test('100,000 operations load, scroll, search and follow the claim', async () => {
  const page = await site.open('#claim=a:big.area-7;d:big.area-7.service-3;a:tenants:TenantA');
  await page.getByRole('button', { name: 'Catalog:' }).click();
  await page.locator('pc-catalog input[type=file]').setInputFiles({
    name: 'big.json', mimeType: 'application/json', buffer: Buffer.from(JSON.stringify({ root: 'big', operations: OPERATIONS })),
  });
  await page.getByRole('button', { name: 'Use this catalog' }).click();
  await row(page, 'big').waitFor();
  assert.match(await words(page, 'big'), /2,450 of 100,000 operations allowed/);
  await page.getByRole('button', { name: 'Expand all' }).click();
  await row(page, 'big.area-0.service-0').waitFor();

  const { works, most, height } = await page.locator('pc-tree').evaluate(async (tree) => {
    const works = [];
    let most = 0;
    for (let step = 0; step < 120; step++) {
      // Now a wheel's worth, now a jump: both must be cheap.
      tree.scrollTop += step % 10 === 9 ? 200_000 : 240;
      await new Promise((resolve) => tree.addEventListener('scroll', resolve, { once: true }));
      const begun = performance.now();
      await tree.updateComplete;
      tree.getBoundingClientRect();
      works.push(performance.now() - begun);
      most = Math.max(most, tree.shadowRoot.querySelectorAll('[role=treeitem]').length);
      await new Promise(requestAnimationFrame);
    }
    return { works: works.sort((a, b) => a - b), most, height: tree.scrollHeight };
  });
  assert.ok(height > 3_000_000, 'every row has its place');
  assert.ok(most < 80, `${most} rows are in the document`);
  const median = works[60];
  console.log(`scrolling: ${median.toFixed(1)} ms of work a frame, ${most} rows in the document`);
  assert.ok(median < 16, `${median} ms of work a frame`);

  const searched = await page.evaluate(() => performance.now());
  await search(page, 'operation-99999');
  await row(page, 'big.area-39.service-49.operation-99999').waitFor();
  console.log(`search: ${((await page.evaluate(() => performance.now())) - searched).toFixed(0)} ms`);
  await search(page, '');
  await field(page).fill('a:big;a:tenants:TenantA');
  await page.waitForFunction(() => document.querySelector('pc-app').session.state.shown.claim === 'a:big;a:tenants:TenantA');
  await page.locator('pc-tree').evaluate((tree) => (tree.scrollTop = 0));
  assert.match(await words(page, 'big'), /100,000 of 100,000 operations allowed/);
  await page.shot('100k');
  assert.deepEqual(page.mishaps, []);
  await page.context().close();
});
