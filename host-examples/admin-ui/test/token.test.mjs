/** A token stays where it was pasted from: the page takes the claim out of it and keeps no more. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { start } from './support/browser.mjs';
import { token } from './support/model.mjs';
import { claimText, field, paste, row, status, tab, words } from './support/page.mjs';

const CLAIM = 'a:workflow-api.rpc;a:tenants:TenantA';
const SECRET = 'c2lnbmF0dXJlLXRoYXQtbXVzdC1zdGF5';
const TOKEN = token({ sub: 'ida.personal', iss: 'https://issuer.example', WorkflowApiPermissions: CLAIM }, SECRET);

let site;
before(async () => (site = await start()));
after(() => site.close());

/** Everything that the page could keep a token in. */
const traces = (page) => page.evaluate(() => {
  const texts = (root) => [...root.querySelectorAll('*')].flatMap((element) => [
    element.value ?? '', ...[...element.attributes].map(({ value }) => value), ...(element.shadowRoot ? texts(element.shadowRoot) : []),
    ...[...element.childNodes].filter(({ nodeType }) => nodeType === 3).map(({ data }) => data),
  ]);
  return JSON.stringify([texts(document), location.href, history.state, document.cookie, { ...localStorage }, { ...sessionStorage }]);
});

test('a pasted token leaves its claim and nothing else', async () => {
  const page = await site.open();
  for (const pasted of [TOKEN, `Bearer ${TOKEN}\n`]) {
    await field(page).fill('');
    await paste(page, pasted);
    await page.waitForFunction((claim) => document.querySelector('pc-app').session.state.claim === claim, CLAIM);
    assert.equal(await claimText(page), CLAIM);
    assert.match(await status(page), /signature not checked/);
    assert.match(await words(page, 'workflow-api'), /52 of 114/);
  }
  // Undo of the text area and of the page leads to claims only.
  await field(page).focus();
  for (let time = 0; time < 4; time++) await page.keyboard.press('ControlOrMeta+z');
  const kept = await traces(page) + await page.evaluate(() => JSON.stringify(document.querySelector('pc-app').session.state.envelope));
  for (const secret of [TOKEN, SECRET, 'ida.personal', TOKEN.split('.')[1].slice(0, 40)]) assert.ok(!kept.includes(secret), secret);
  assert.ok(site.server.requests.every((url) => !url.includes(SECRET) && !url.includes('?')));
  assert.deepEqual(page.mishaps, []);
  await page.context().close();
});

test('typed or dropped, a token is taken as one too', async () => {
  const page = await site.open();
  await field(page).fill(TOKEN);
  await page.waitForFunction((claim) => document.querySelector('pc-app').session.state.claim === claim, CLAIM);
  assert.equal(await claimText(page), CLAIM);
  await page.context().close();
});

test('another name of the claim can be said, and is the one that is looked for', async () => {
  const page = await site.open();
  const other = token({ WorkflowApiPermissions: 'a:workflow-api', 'https://acme.example/permissions': CLAIM });
  const name = page.getByLabel('Name in tokens');
  await name.fill('https://acme.example/permissions');
  await name.press('Enter');
  await paste(page, other);
  await page.waitForFunction((claim) => document.querySelector('pc-app').session.state.claim === claim, CLAIM);
  await paste(page, TOKEN);
  await page.locator('pc-claim [role=status] .deny').filter({ hasText: 'has no https://acme.example/permissions' }).waitFor();
  await name.fill('');
  await name.press('Enter');
  await paste(page, other);
  await page.waitForFunction(() => document.querySelector('pc-app').session.state.claim === 'a:workflow-api');
  assert.deepEqual(page.mishaps, []);
  await page.context().close();
});

test('the size is that of the token', async () => {
  const page = await site.open('#claim=');
  await paste(page, TOKEN);
  await tab(page, 'Size');
  const meter = page.getByRole('meter').first();
  await page.waitForFunction((length) => document.querySelector('pc-app').session.state.envelope !== null && length, TOKEN.length);
  assert.equal(Number(await meter.getAttribute('aria-valuenow')), TOKEN.length);
  await page.context().close();
});

test('what grants nothing says why', async () => {
  const page = await site.open();
  const cases = [
    [token({ sub: 'ida.personal' }), /has no WorkflowApiPermissions/],
    [token({ WorkflowApiPermissions: ['a:workflow-api', 'd:workflow-api'] }), /several/],
    [token({ WorkflowApiPermissions: 7 }), /not a string/],
    [token('{"WorkflowApiPermissions":"a:workflow-api","WorkflowApiPermissions":"d:workflow-api"}'), /repeats a member/],
    [token('not json'), /not JSON/],
    [token('[]'), /not a JSON object/],
  ];
  const before = await claimText(page);
  for (const [pasted, expected] of cases) {
    await paste(page, pasted);
    await page.locator('pc-claim [role=status] .deny').filter({ hasText: expected }).waitFor();
    assert.equal(await claimText(page), before);
    assert.doesNotMatch(await status(page), /ida\.personal/);
  }
  await paste(page, token({ WorkflowApiPermissions: ['a:workflow-api.liveness'] }));
  await page.waitForFunction(() => document.querySelector('pc-app').session.state.claim === 'a:workflow-api.liveness');
  await page.context().close();
});

test('a link holds claims only, in the fragment', async () => {
  const page = await site.open(`#claim=${CLAIM}&baseline=a:workflow-api`);
  assert.equal(await claimText(page), CLAIM);
  await paste(page, TOKEN);
  await page.getByRole('button', { name: 'Copy link' }).click();
  const link = new URL(await page.evaluate(() => navigator.clipboard.readText()));
  assert.equal(link.search, '');
  assert.deepEqual(Object.fromEntries(new URLSearchParams(link.hash.slice(1))), { claim: CLAIM, baseline: 'a:workflow-api' });
  const other = await site.open(link.hash);
  assert.equal(await claimText(other), CLAIM);
  await other.evaluate(() => (location.hash = 'claim=a:workflow-api.liveness'));
  await other.waitForFunction(() => document.querySelector('pc-app').session.state.claim === 'a:workflow-api.liveness');
  assert.equal(await claimText(other), 'a:workflow-api.liveness');
  await page.context().close();
  await other.context().close();
});

test('a token in a link is taken out of the address and not read', async () => {
  const page = await site.open(`#claim=${TOKEN}`);
  assert.doesNotMatch(page.url(), /#/);
  assert.match(await status(page), /treat the token as disclosed/);
  assert.notEqual(await claimText(page), CLAIM);
  assert.ok(!(await traces(page)).includes(SECRET));
  await page.context().close();
});
