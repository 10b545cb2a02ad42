/** Real rows: what Kysely's query selects is what the module's own filter shows of the same records. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { sql } from 'kysely';
import { Policy, PortcullisError } from 'portcullis';
import { policy as example } from '../src/policy.js';
import { inMemory } from '../src/sqlite.js';
import { Untranslatable, found } from '../src/where.js';
import { Module } from './module.mjs';

const NOW = 1_700_000_000;

const fields = {
  ...example.types.document.fields,
  // The name of a column is the policy's, whatever characters it has.
  other: { type: 'string', column: 'the "other" one' },
};
const grant = { find: true, view: ['id'] };
/** One type for each of these: rules, and what everyone else finds. */
const RULES = [
  [example.types.document.rules.map((rule) => ({ ...rule, grant }))],
  ["resource.owner != 'ann'"],
  ["!(resource.owner == 'ann' || resource.level > 1)"],
  ['resource.level >= 9007199254740993 || resource.level < -1'],
  ['resource.score < 0.5 || resource.score == 42.0'],
  ['resource.draft == (resource.level > 1)'],
  ['resource.draft ? resource.team == resource.other : resource.team > resource.other'],
  ["resource.other.startsWith('a') && !resource.other.endsWith('b')"],
  ["resource.other.contains(\"'\") || resource.other.contains('%') || resource.other.contains('\\u0000')"],
  ['!(resource.team in user.teams)'],
  ['user.teams.exists(team, team == resource.team)', 'resource.draft'],
  ['user.clearance > resource.level'],
  ['resource.published > now || !has(resource.published)'],
  ["resource.published >= timestamp('2023-11-14T22:13:19.9995Z')"],
  [[{ name: 'nothing', when: "resource.owner == 'ann'", grant: {} }], { find: true, view: ['id'] }],
  [[{ name: 'fails', when: '1 / 0 == resource.level', grant }], { find: true, view: ['id'] }],
];

const types = Object.fromEntries(
  RULES.map((rules, index) => {
    const [whole, everyone_else] = Array.isArray(rules[0]) ? rules : [];
    const list = whole ?? rules.map((when, place) => ({ name: `r${place}`, when, grant }));
    return [`t${index}`, { fields, rules: list, ...(everyone_else && { everyone_else }) }];
  }),
);
const document = { ...example, types };

const USERS = [
  null,
  { id: 'ann', teams: ['red', "a'b"], clearance: 2 },
  { id: '', teams: [] },
  { id: "' or 1 = 1; --", teams: ['', 'a', 'A', 'é', 'e\u0301', '%', '\u0000', 'a\u0000b', '😀'], clearance: 0 },
];
const TEXTS = [null, '', 'a', 'A', 'ab', 'a ', "a'b", '"', '%', '_', 'é', 'e\u0301', '😀', '\uffff', '\u0000', 'a\u0000b', 'ann', 'red'];
const LEVELS = [null, 0, 1, 2, -5, '9007199254740993', 'text'];
const SCORES = [null, 0, 0.5, -0.25, 42, 1e300, 'text'];
const TIMES = [null, 0, NOW * 1000, NOW * 1000 - 1, NOW * 1000 + 1, 253_402_300_800_000];

let database;
let rows;

before(async () => {
  database = await inMemory();
  // Columns without a type hold anything, and two have a collation that minds neither case nor spaces.
  await sql`
    create table documents
      (id integer primary key, owner_id text collate nocase, team collate rtrim, path, level, score, is_draft, published_at, ${sql.id(fields.other.column)} text)
  `.execute(database);
  let state = 1;
  const of = (values) => {
    state = (state * 48271) % 2147483647;
    return values[state % values.length];
  };
  rows = Array.from({ length: 400 }, (_, id) => ({
    id, owner: of(TEXTS), team: of(TEXTS), path: of([...TEXTS, '/public/x', '/public/', '/Public/']), level: of(LEVELS),
    score: of(SCORES), draft: of([null, 0, 1, 2]), published: of(TIMES), other: of(TEXTS),
  }));
  for (const row of rows) {
    const names = Object.keys(row).map((field) => sql.id(fields[field].column));
    // sql.js binds an integer of more than 32 bits as a real, which is none of the columns' integers.
    const stored = (value) => (/^-?\d+$/.test(value) ? sql`cast(${String(value)} as integer)` : sql`${value}`);
    const values = Object.values(row).map(stored);
    await sql`insert into documents (${sql.join(names)}) values (${sql.join(values)})`.execute(database);
  }
});

after(() => database.destroy());

/** A row as a record, a line of JSON. What is of another type than its column is left as it is, and is no value. */
function line({ draft, published, level, ...row }) {
  const time = published === null ? null : new Date(published);
  const record = {
    ...row,
    draft: draft === 0 || draft === 1 ? draft === 1 : draft,
    published: time && time.getUTCFullYear() <= 9999 ? time.toISOString() : null,
  };
  // An integer that is more than a number of JavaScript holds.
  const digits = /^\d+$/.test(level) ? String(level) : JSON.stringify(level);
  return `${JSON.stringify(record).slice(0, -1)},"level":${digits}}\n`;
}

test('the rows that are selected are those that the module shows', async () => {
  const policy = new Policy(document);
  const module = new Module(document);
  let [pairs, telling] = [0, 0];
  for (const type of Object.keys(types)) {
    for (const user of USERS) {
      const request = { surface: 'app', origin: 'internal', user, data: { type, action: 'search' } };
      const { decision, rows: told } = await policy.find(request, { now: NOW });
      assert.equal(decision.decision, true);
      const query = database.selectFrom('documents').select('id').where(found(told, 'documents')).orderBy('id');
      const selected = (await query.execute()).map(({ id }) => id);
      const shown = module.shown({ ...request, now: NOW }, rows.map(line).join('')).map(({ id }) => id);
      assert.deepEqual(selected, shown, `${type} ${JSON.stringify(types[type].rules)} for ${JSON.stringify(user)}: ${JSON.stringify(told)}`);
      pairs += rows.length;
      telling += shown.length > 0 && shown.length < rows.length;
    }
  }
  assert.ok(pairs > 20_000 && telling > 30, `${pairs} pairs, ${telling} searches that find some`);
});

test('a search that is denied finds nothing, and what cannot be told is an error', async () => {
  const closed = new Policy({ ...example, types: { document: { fields } } });
  const request = { surface: 'app', origin: 'internal', user: { id: 'ann' } };
  const denied = await closed.find({ ...request, data: { type: 'document', action: 'search' } });
  assert.equal(denied.decision.decision, false);
  assert.equal(denied.rows, null);
  assert.deepEqual(await database.selectFrom('documents').select('id').where(found(denied.rows)).execute(), []);

  const when = "resource.path.matches('^/a')";
  const told = new Policy({ ...example, types: { document: { fields, rules: [{ name: 'r', when, grant }] } } });
  await assert.rejects(told.find({ ...request, data: { type: 'document', action: 'search' } }), (error) => {
    assert.ok(error instanceof PortcullisError);
    assert.equal(error.code, 'FILTER_UNTRANSLATABLE');
    assert.equal(error.findings[0].path, '/types/document/rules/0/when');
    return true;
  });
  assert.throws(() => found({ where: { there: { name: 'x', stored: 'timestamp' } } }), Untranslatable);
  assert.throws(() => found({ where: { none: [] } }), Untranslatable);
});
