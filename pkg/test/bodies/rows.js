/** Which rows of a table a search finds. */
import { Policy } from 'portcullis';
import { equal, fails, test } from '../harness.js';

const document = (rules, fields) => ({
  portcullis: 1,
  declarations: { user: { id: 'string', teams: 'strings' } },
  types: {
    note: {
      fields: { owner: { type: 'string', column: 'owner_id' }, made: { type: 'timestamp', column: 'made', stored: 'unix_ms' }, ...fields },
      rules: rules.map((when, place) => ({ name: `r${place}`, when, grant: { find: true, view: 'all' } })),
    },
  },
});
const search = (user) => ({ surface: 'app', origin: 'internal', user, data: { type: 'note', action: 'search' } });

test('what is left of the rules is data', async () => {
  const policy = new Policy(document(['has(user.id) && resource.owner == user.id', 'resource.made > now']));
  const [owner, made] = [{ name: 'owner_id', stored: 'text' }, { name: 'made', stored: 'unix_ms' }];
  const later = { compare: { column: made, is: 'gt', to: { int: '5250' } } };
  const nobody = await policy.find(search(null), { now: 5.25 });
  equal([nobody.decision.decision, nobody.rows], [true, { where: later }]);
  // A row on which a rule fails is not found, whatever the other says.
  const found = await policy.find(search({ id: "' or 1 = 1" }), { now: 5.25 });
  const own = { compare: { column: owner, is: 'eq', to: { string: "' or 1 = 1" } } };
  equal(found.rows, { where: { all: [{ any: [own, later] }, { there: owner }, { there: made }] } });
});

test('a search finds every row, or none, where rules say so without one', async () => {
  const policy = new Policy(document(["'all' in user.teams || resource.owner == user.id"]));
  equal((await policy.find(search({ id: 'a', teams: ['all'] }))).rows, 'always');
  equal((await policy.find(search({ teams: [] }))).rows, 'never');
});

test('a search that is denied has no rows', async () => {
  const { decision, rows } = await new Policy(document([])).find(search({ id: 'a' }));
  equal([decision.decision, decision.reason, rows], [false, 'SEARCH_NOT_ALLOWED', null]);
});

test('what cannot be told of a row is an error with its place', async () => {
  const policy = new Policy(document(["resource.hidden == 'a'"], { hidden: 'string' }));
  const error = await fails('FILTER_UNTRANSLATABLE', () => policy.find(search({ id: 'a' })));
  equal(error.findings.map(({ path }) => path), ['/types/note/rules/0/when']);
  // Filters are given back, also those of which nothing could be told: the module keeps 256.
  const good = new Policy(document(["resource.owner == 'a'"]));
  for (let count = 0; count < 300; count += 1) {
    await fails('FILTER_UNTRANSLATABLE', () => policy.find(search({ id: 'a' })));
    await good.find(search({ id: 'a' }));
  }
});

test('the decision about a search of rows carries a receipt where one is asked for', async () => {
  const policy = new Policy(document(['has(user.id)']), { receipts: true });
  const { decision, rows } = await policy.find(search({ id: 'a' }), { now: 5, receipt: true });
  equal([rows, decision.receipt], ['always', (await policy.authorize(search({ id: 'a' }), { now: 5, receipt: true })).receipt]);
});
