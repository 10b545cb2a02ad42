/** Which rows of a table a search finds, as data. */
import type { Decision } from './documents.js';

/** A search that was decided. */
export interface Found {
  /** Whether it is allowed, and why. */
  decision: Decision;
  /** Which rows it finds, if it is; null if it is not: none. */
  rows: Rows | null;
}

/** Every row, none, or those for which a test holds. */
export type Rows = 'always' | 'never' | { where: RowTest };

/** A column that the policy names. */
export interface Column {
  name: string;
  /** What it holds. */
  stored: Storage;
}

export type Storage = 'text' | 'integer' | 'double' | 'boolean' | 'timestamp' | 'unix_s' | 'unix_ms' | 'unix_us';

/**
 * What is asked of a row. A test is true or false, never unknown: `compare` and `compare_columns` are false
 * where a column is null, or holds something of another kind, in `ne` and `not_…` too. Only `missing` is
 * true then.
 */
export type RowTest =
  | { all: RowTest[] }
  | { any: RowTest[] }
  | { there: Column }
  | { missing: Column }
  | { compare: { column: Column; is: Relation; to: TaggedValue } }
  | { compare_columns: { column: Column; is: Relation; to: Column } };

/** How a value stands to another. Text compares by code points. */
export type Relation =
  | 'eq' | 'ne' | 'lt' | 'le' | 'gt' | 'ge' | 'in' | 'not_in' | 'starts_with' | 'not_starts_with' | 'ends_with'
  | 'not_ends_with' | 'contains' | 'not_contains';

/** A value with its type. Numbers are text, for they may be larger than JavaScript's. */
export type TaggedValue =
  | { null: null }
  | { bool: boolean }
  | { int: string }
  | { uint: string }
  | { double: string }
  | { string: string }
  | { bytes: string }
  | { timestamp: string }
  | { duration: string }
  | { type: string }
  | { list: TaggedValue[] }
  | { map: [TaggedValue, TaggedValue][] };
