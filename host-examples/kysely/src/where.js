/**
 * What `policy.find()` answers as the `where` of a Kysely query over SQLite.
 *
 * The module has worked in what the conditions do where a column is null or holds something else: a test is
 * true or false, and there is no negation. So this only translates. Names of columns come from the policy,
 * and each value is a parameter.
 */
import { sql } from 'kysely';

const YES = sql`1 = 1`;
const NO = sql`1 = 0`;

/** The condition for rows of a table, or of an alias of one. Without `rows` the search is denied: none. */
export function found(rows, table) {
  if (rows === 'always') return YES;
  if (rows === null || rows === 'never') return NO;
  return new Writer(table).test(rows.where);
}

/** Something that SQLite has no words for. It is thrown, never left out: a test less would find more. */
export class Untranslatable extends Error {
  name = 'Untranslatable';
}

const ORDER = { eq: sql`=`, ne: sql`<>`, lt: sql`<`, le: sql`<=`, gt: sql`>`, ge: sql`>=` };

class Writer {
  #table;

  constructor(table) {
    this.#table = table;
  }

  test(test) {
    const [[kind, of]] = Object.entries(test);
    switch (kind) {
      case 'all':
        return this.#several(of, sql` and `, YES);
      case 'any':
        return this.#several(of, sql` or `, NO);
      case 'there':
        return this.#there(of);
      case 'missing':
        return sql`not ${this.#there(of)}`;
      case 'compare':
        return sql`(${this.#there(of.column)} and ${this.#compare(of)})`;
      case 'compare_columns':
        return sql`(${this.#there(of.column)} and ${this.#there(of.to)} and ${this.#compareColumns(of)})`;
      default:
        throw new Untranslatable(`there is no test \`${kind}\``);
    }
  }

  #several(tests, between, none) {
    return tests.length === 0 ? none : sql`(${sql.join(tests.map((test) => this.test(test)), between)})`;
  }

  /** Whether a column holds a value of its kind. SQLite's may hold any, whatever the table says. */
  #there({ name, stored }) {
    const column = this.#named(name);
    switch (stored) {
      case 'text':
        return sql`(typeof(${column}) = 'text')`;
      case 'integer':
        return sql`(typeof(${column}) = 'integer')`;
      case 'double':
        return sql`(typeof(${column}) in ('integer', 'real') and ${column} between -1.7976931348623157e308 and 1.7976931348623157e308)`;
      case 'boolean':
        return sql`(typeof(${column}) = 'integer' and ${column} in (0, 1))`;
      case 'unix_s':
      case 'unix_ms':
      case 'unix_us': {
        const unit = { unix_s: 1n, unix_ms: 1000n, unix_us: 1000000n }[stored];
        // The years 1 to 9999.
        const [first, last] = [-62135596800n * unit, 253402300800n * unit - 1n].map((end) => sql.raw(String(end)));
        return sql`(typeof(${column}) = 'integer' and ${column} between ${first} and ${last})`;
      }
      default:
        throw new Untranslatable(`SQLite has no words for a column that is stored as \`${stored}\``);
    }
  }

  #compare({ column, is, to }) {
    if (is === 'in' || is === 'not_in') {
      const list = sql.join(to.list.map((element) => value(element)));
      return is === 'in' ? sql`${this.#key(column)} in (${list})` : sql`${this.#key(column)} not in (${list})`;
    }
    // A column as it is may have an index, and equality is the same for it.
    const indexed = column.stored === 'text' && is === 'eq';
    const key = indexed ? sql`${this.#named(column.name)} collate binary` : this.#key(column);
    return related(is, key, value(to));
  }

  #compareColumns({ column, is, to }) {
    return related(is, this.#key(column), this.#key(to));
  }

  /** A column, so that it has one order: that of code points, or of numbers. */
  #key({ name, stored }) {
    const column = this.#named(name);
    switch (stored) {
      case 'text':
        return sql`cast(${column} as text) collate binary`;
      case 'double':
        return sql`cast(${column} as real)`;
      default:
        return column;
    }
  }

  #named(name) {
    return this.#table === undefined ? sql.id(name) : sql.id(this.#table, name);
  }
}

function related(is, one, other) {
  if (Object.hasOwn(ORDER, is)) return sql`${one} ${ORDER[is]} ${other}`;
  if (is.startsWith('not_')) return sql`not (${related(is.slice(4), one, other)})`;
  // As bytes: functions of text stop at the first U+0000. SQLite has null for a part of no bytes.
  const [text, part] = [sql`cast(${one} as blob)`, sql`cast(${other} as blob)`];
  switch (is) {
    case 'starts_with':
      return sql`ifnull(substr(${text}, 1, length(${part})), x'') = ${part}`;
    case 'ends_with':
      return sql`(length(${part}) = 0 or ifnull(substr(${text}, -length(${part})), x'') = ${part})`;
    case 'contains':
      return sql`instr(${text}, ${part}) > 0`;
    default:
      throw new Untranslatable(`there is no relation \`${is}\``);
  }
}

/** A value as a parameter. */
function value(tagged) {
  const [[kind, of]] = Object.entries(tagged);
  switch (kind) {
    case 'string':
      return sql`${of}`;
    case 'int':
      // Integers of 64 bits are more than a number holds, and not every driver takes a bigint.
      return sql`cast(${of} as integer)`;
    case 'double':
      return sql`${Number(of)}`;
    case 'bool':
      return sql`${of ? 1 : 0}`;
    default:
      throw new Untranslatable(`SQLite has no words for a value of \`${kind}\``);
  }
}
