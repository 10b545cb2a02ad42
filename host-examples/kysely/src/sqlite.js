/** An SQLite in memory for Kysely: sql.js is SQLite itself, compiled to WebAssembly, so nothing is to be built. */
import { Kysely, SqliteDialect } from 'kysely';
import initSqlJs from 'sql.js';

/** A database in memory. `SqliteDialect` takes what looks like `better-sqlite3`. */
export async function inMemory() {
  const { Database } = await initSqlJs();
  const database = new Database();
  const prepare = (text) => ({
    reader: true,
    all(parameters) {
      const statement = database.prepare(text);
      try {
        statement.bind([...parameters]);
        const rows = [];
        while (statement.step()) rows.push(statement.getAsObject());
        return rows;
      } finally {
        statement.free();
      }
    },
  });
  return new Kysely({ dialect: new SqliteDialect({ database: { prepare, close: () => database.close() } }) });
}
