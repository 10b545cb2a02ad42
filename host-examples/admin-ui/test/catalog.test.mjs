/** Catalogs from files: the same as the command line makes of them, and clear words where there is none. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { Policy } from 'portcullis';
import { start } from './support/browser.mjs';
import { claimText, field, row, said, status, words } from './support/page.mjs';

const fixture = (name) => readFileSync(new URL(`fixtures/${name}`, import.meta.url), 'utf8');
/** `orders.MODE.json` is what `portcullis catalog import --root orders --ids MODE orders.yaml` printed. */
const ORDERS = fixture('orders.yaml');

let site;
before(async () => (site = await start()));
after(() => site.close());

const choose = (page, name, text) => chooseAll(page, { [name]: text });

/** Files by their names, chosen together. */
async function chooseAll(page, files) {
  const dialog = page.locator('pc-catalog dialog');
  if (!(await dialog.isVisible())) await page.getByRole('button', { name: 'Catalog:' }).click();
  await page.locator('pc-catalog input[type=file]').setInputFiles(Object.entries(files).map(([name, text]) => ({ name, mimeType: 'text/plain', buffer: Buffer.from(text) })));
  await page.locator('pc-catalog .answer').waitFor();
  return dialog;
}

const use = (page) => page.getByRole('button', { name: 'Use this catalog' }).click();
const catalogOf = (page) => page.evaluate(() => document.querySelector('pc-app').session.engine.catalog());

test('an OpenAPI document becomes the catalog that the command line makes of it', async () => {
  const page = await site.open('#claim=');
  for (const ids of ['tags', 'id', 'path']) {
    const dialog = await choose(page, 'orders.yaml', ORDERS);
    await dialog.locator('select').selectOption(ids);
    if (ids === 'path') {
      // Path and method give one id to several operations; the module says which ids would do.
      assert.match(await said(page, 'pc-catalog'), /one id for several operations/);
      await dialog.getByRole('button', { name: 'Give them the suggested ids' }).click();
    }
    assert.match(await said(page, 'pc-catalog'), /13 operations/);
    assert.match(await said(page, 'pc-catalog'), /GET \/search\?kind=x: imported without a route: the path has a query/);
    await use(page);
    const made = new Policy({ portcullis: 1, catalog: JSON.parse(fixture(`orders.${ids}.json`)) });
    assert.deepEqual(await catalogOf(page), made.catalog(), ids);
  }
  assert.deepEqual(page.mishaps, []);
  await page.context().close();
});

test('claims are checked against the catalog in force', async () => {
  const page = await site.open('#claim=a:workflow-api;a:tenants');
  await choose(page, 'orders.yaml', ORDERS);
  await use(page);
  assert.match(await status(page), /Not a claim/);
  await field(page).fill('a:orders.orders');
  assert.match(await words(page, 'orders.orders'), /0 of 3 operations allowed/, 'no tenant is granted');
  await page.getByRole('button', { name: 'All', exact: true }).click();
  assert.equal(await claimText(page), 'a:orders.orders;a:tenants');
  assert.match(await words(page, 'orders.orders'), /3 of 3 operations allowed/);
  await page.getByRole('button', { name: 'Catalog:' }).click();
  await page.getByRole('button', { name: /built-in/ }).click();
  assert.match(await status(page), /Workflow API/);
  assert.match(await page.locator('pc-claim #error').textContent(), /Character 3/);
  await page.context().close();
});

test('JSON and YAML, with and without a telling name, and catalog files', async () => {
  const page = await site.open('#claim=');
  const json = JSON.stringify({ openapi: '3.0.3', paths: { '/a': { get: { operationId: 'b' } } } });
  for (const [name, text] of [['a.json', json], ['a.JSON', `\ufeff${json}`], ['b.yaml', json], ['json', json], ['x.txt', "openapi: '3.2'\npaths: {/a: {get: {operationId: b}}}"]]) {
    const dialog = await choose(page, name, text);
    await dialog.getByLabel('Root of all ids').fill('api');
    await use(page);
    assert.deepEqual((await catalogOf(page)).operations, [{ id: 'api.b', original_id: 'b', method: 'GET', path: '/a' }], name);
  }
  await choose(page, 'catalog.json', fixture('orders.tags.json'));
  await use(page);
  assert.equal((await catalogOf(page)).operations.length, 13);
  await page.context().close();
});

test('references lead to the files that were chosen together, whatever folders they name', async () => {
  const page = await site.open('#claim=');
  const files = {
    'paths.yaml': `item:
  parameters: [{$ref: '../shared/parts.json#/parameters/rest'}]
  get: {$ref: '#/operations/list'}
operations:
  list: {operationId: listOrders, tags: [orders], summary: Lists, parameters: [{$ref: './parts.json#/parameters/id'}]}`,
    'parts.json': JSON.stringify({ parameters: { id: { name: 'id', in: 'path' }, rest: { name: 'rest', in: 'path', 'x-multi-segment': true } } }),
    'api.yaml': "openapi: '3.1.0'\npaths:\n  /orders/{id}/{rest}: {$ref: 'v1/paths.yaml#/item'}",
  };
  await chooseAll(page, files);
  assert.match(await said(page, 'pc-catalog'), /1 operations/);
  await use(page);
  assert.deepEqual(await catalogOf(page), {
    root: 'api', operations: [{ id: 'api.orders.list-orders', original_id: 'listOrders', method: 'GET', path: '/orders/{id}/{+rest}', summary: 'Lists' }],
  });
  const cases = [
    [{ 'api.yaml': files['api.yaml'] }, /choose paths\.yaml together with this one/],
    [{ ...files, 'other.yaml': "openapi: '3.1.0'" }, /no file refers to api\.yaml, other\.yaml|no file refers to other\.yaml, api\.yaml/],
    [{ 'a.yaml': "openapi: '3.1.0'\npaths: {/a: {$ref: 'https://elsewhere.example/b.yaml#/a'}}", 'c.yaml': '{}' }, /no file refers to/],
    [{ 'a.yaml': "openapi: '3.1.0'\npaths: {/a: {$ref: 'https://elsewhere.example/b.yaml#/a'}}" }, /is on a server, and nothing is fetched/],
    [{ 'a.yaml': "openapi: '3.1.0'\npaths: {/a: {$ref: 'b.yaml#/a'}}", 'b.yaml': "a: {$ref: 'b.yaml#/b'}\nb: {$ref: '#/a'}" }, /leads back to itself/],
    [{ 'a.yaml': "x: {$ref: 'b.yaml'}", 'b.yaml': "x: {$ref: 'a.yaml'}" }, /each of the files is referred to by another/],
  ];
  for (const [chosen, expected] of cases) {
    await chooseAll(page, chosen);
    await page.locator('pc-catalog .lines').waitFor();
    assert.match(await said(page, 'pc-catalog'), expected);
  }
  assert.deepEqual(page.mishaps, []);
  await page.context().close();
});

test('what makes no catalog says why, and the catalog in force stays', async () => {
  const page = await site.open('#claim=');
  const cases = [
    ['a.json', '{"openapi":', /a\.json cannot be read/],
    ['a.yaml', 'a: [', /a\.yaml cannot be read/],
    ['a.yaml', 'a: 1\na: 2', /duplicated/],
    ['a.json', '{"openapi":"3.1.0","paths":{"/a":{"get":{}},"\\u002fa":{"get":{}}}}', /`\/a` is there twice/],
    ['a.json', '{"swagger":"2.0"}', /Swagger 2\.0/],
    ['a.json', '{"openapi":"4.0.0"}', /none of 3\.0/],
    ['a.json', '[]', /not an object/],
    ['a.json', '{"openapi":"3.0.0"}', /no `paths`/],
    ['a.json', '{"openapi":"3.1.0"}', /no operations/],
    ['a.json', '{"openapi":"3.1.0","paths":{"/a":{"$ref":"other.yaml#/a"}}}', /another file/],
    ['a.json', '{"openapi":"3.1.0","paths":{"/a":{"$ref":"#/paths/~1b"},"/b":{"$ref":"#/paths/~1a"}}}', /leads back to itself/],
    ['a.json', '{"root":"x","operations":[{"id":"y.z"}]}', /y\.z|root/],
  ];
  for (const [name, text, expected] of cases) {
    await choose(page, name, text);
    const button = page.getByRole('button', { name: 'Use this catalog' });
    if (await button.isEnabled()) await button.click();
    await page.locator('pc-catalog .lines').waitFor();
    assert.match(await said(page, 'pc-catalog'), expected, text);
    assert.ok(await button.isDisabled());
  }
  assert.equal((await catalogOf(page)).root, 'workflow-api');
  assert.deepEqual(page.mishaps, []);
  await page.context().close();
});
