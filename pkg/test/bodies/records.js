/** The privacy filter: of what a search finds, what may be shown, however it comes. */
import { Policy } from 'portcullis';
import { RecordFilter, authorizeRecords, filterRecords } from 'portcullis/records';
import { instance } from '../../dist/core.js';
import { equal, fails, ok, test } from '../harness.js';

const document = {
  portcullis: 1,
  types: {
    order: {
      fields: { id: 'string', owner: 'string', total: 'int' },
      rules: [{ name: 'owner', when: 'has(user.id) && resource.owner == user.id', grant: { find: true, view: ['id'] } }],
    },
  },
  declarations: { user: { id: 'string' } },
};
const search = (user = 'ann') => ({ surface: 'app', origin: 'internal', user: { id: user }, data: { type: 'order', action: 'search' } });
const orders = (count) => Array.from({ length: count }, (_, at) => ({ id: `o${at}`, owner: at % 3 === 0 ? 'ann' : 'bob', total: at }));
const shownOf = (records) => records.filter(({ owner }) => owner === 'ann').map(({ id }) => id);
const encoder = new TextEncoder();
const lines = (records) => encoder.encode(records.map((record) => `${JSON.stringify(record)}\n`).join(''));

test('records: what may be found is shown with the fields that may be seen', () => {
  const filter = filterRecords(new Policy(document), null, search());
  equal([filter.allowed, filter.decision.reason], [true, 'ALLOWED']);
  const found = orders(10_000);
  const shown = [...filter.records(found)];
  equal(shown.map(({ id }) => id), shownOf(found));
  ok(shown.every((record) => !('owner' in record) && !('total' in record)), JSON.stringify(shown[0]));
  equal(filter.counts, { records: 10_000, shown: shown.length, failed: 0, malformed: 0 });
  equal([...filter.records([])], []);
});

test('records: what is no record is counted and not shown', () => {
  const filter = filterRecords(new Policy(document), null, search());
  equal([...filter.records([undefined, 5, 'x', [], null, { id: 'a', owner: 'ann' }])].map(({ id }) => id), ['a']);
  const { records, shown, malformed } = filter.counts;
  equal([records, shown], [6, 1]);
  ok(malformed >= 4, JSON.stringify(filter.counts));
});

test('records: they may come as they are found, and in pieces that are cut anywhere', async () => {
  const policy = new Policy(document);
  const found = orders(500);
  async function* slowly() {
    for (const order of found) yield order;
  }
  const shown = [];
  for await (const record of filterRecords(policy, null, search()).recordsAsync(slowly())) shown.push(record.id);
  equal(shown, shownOf(found));
  const bytes = lines(found);
  for (const size of [1, 7, 100, 100_000]) {
    // Without the last line break: the end of the stream ends a line too.
    const piece = (at) => bytes.slice(at, Math.min(at + size, bytes.length - 1));
    const source = new ReadableStream({
      start(controller) {
        for (let at = 0; at < bytes.length - 1; at += size) controller.enqueue(piece(at));
        controller.close();
      },
    });
    const text = await new Response(source.pipeThrough(filterRecords(policy, null, search()).stream())).text();
    equal(text.trim().split('\n').map((line) => JSON.parse(line).id), shownOf(found), `pieces of ${size}`);
  }
});

test('records: a search that is denied shows nothing', async () => {
  const policy = new Policy(document);
  const filter = filterRecords(policy, null, { surface: 'data_api', origin: 'external', method: 'GET', user: { id: 'ann' }, data: { type: 'order', action: 'search' } });
  equal(filter.allowed, false);
  await fails('NOT_AUTHORIZED', () => [...filter.records(orders(1))]);
  await fails('NOT_AUTHORIZED', () => filter.filter(lines(orders(1))));
  await fails('NOT_AUTHORIZED', () => filter.counts);
});

test('records: a credential is looked at like any other, and nothing is left behind', async () => {
  const policy = new Policy(document);
  for (let time = 0; time < 300; time += 1) {
    const filter = await authorizeRecords(policy, { claim: 'a:workflow-api;a:tenants', ...search('bob') }, { now: 0 });
    equal([...filter.records(orders(3))].map(({ id }) => id), ['o1', 'o2']);
    filter.dispose();
  }
  const filter = filterRecords(policy, null, search());
  filter.dispose();
  filter.dispose();
  await fails('DISPOSED', () => filter.filter(lines(orders(1))));
  await fails('CALL_MALFORMED', () => filterRecords(policy, {}, search()));
  await fails('CALL_MALFORMED', () => new RecordFilter());
  await fails('INPUT_TOO_LARGE', () => filterRecords(policy, null, search()).filter(new Uint8Array((32 << 20) + 1)));
});

test('records: a filter is gone with its instance, and shows nothing then', async () => {
  const policy = new Policy(document);
  const filter = filterRecords(policy, null, search());
  new Uint8Array(instance().memory.buffer).fill(0xff);
  await fails('MODULE_TRAPPED', () => [...filter.records(orders(3))]);
  await fails('MODULE_TRAPPED', () => [...filter.records(orders(3))]);
  equal([...filterRecords(policy, null, search()).records(orders(3))].map(({ id }) => id), ['o0']);
});

test('records: the decision about a search carries a receipt where one is asked for', async () => {
  const policy = new Policy(document, { receipts: true });
  const asked = { ...search(), now: 5 };
  equal(filterRecords(policy, null, asked).decision.receipt, undefined);
  const { decision } = filterRecords(policy, null, asked, { receipt: true });
  // It is that of the same question to `authorize`: who shows nothing is nobody.
  equal(decision.receipt, (await policy.authorize(search(), { now: 5, receipt: true })).receipt);
  const opened = await authorizeRecords(policy, search(), { now: 5, receipt: true });
  equal([opened.decision.receipt, opened.decision.receipt.now], [decision.receipt, 5]);
  const refused = filterRecords(policy, null, { ...asked, data: { type: 'nothing', action: 'search' } }, { receipt: true });
  equal([refused.allowed, refused.decision.receipt.policy], [false, decision.receipt.policy]);
  await fails('CALL_MALFORMED', () => filterRecords(new Policy(document), null, asked, { receipt: true }));
});
