/** Shows who finds what: `npm start`. */
import { Policy } from 'portcullis';
import { sql } from 'kysely';
import { policy as document } from './policy.js';
import { inMemory } from './sqlite.js';
import { found } from './where.js';

const database = await inMemory();
await sql`
  create table documents
    (id integer primary key, owner_id text, team text, path text, level integer, score real, is_draft integer, published_at integer)
`.execute(database);
const rows = [
  { id: 1, owner_id: 'ann', team: 'red', path: '/red/plan', level: null, score: 1, is_draft: 1, published_at: null },
  { id: 2, owner_id: 'bob', team: 'red', path: '/red/notes', level: 2, score: 0.5, is_draft: 0, published_at: null },
  { id: 3, owner_id: 'bob', team: 'blue', path: '/public/news', level: null, score: 9, is_draft: 0, published_at: sql`cast('1700000000000' as integer)` },
];
await database.insertInto('documents').values(rows).execute();

const policy = new Policy(document);
for (const user of [{ id: 'ann', teams: ['red'] }, { id: 'bob' }, null]) {
  const search = { surface: 'app', origin: 'internal', user, data: { type: 'document', action: 'search' } };
  const { decision, rows } = await policy.find(search);
  const query = database.selectFrom('documents').select(['id', 'path']).where(found(rows));
  console.log(user?.id ?? 'nobody', decision.reason, query.compile().sql);
  console.table(await query.execute());
}
await database.destroy();
