/** The privacy filter of records: what of the things that a search finds may be shown. */
import type { Credential, Decision, Permit, Policy, RequestFacts } from './index.js';

export { PortcullisError } from './index.js';

/** What became of the records so far. */
export interface FilterCounts {
  records: number;
  shown: number;
  /** Those whose rules could not be evaluated: not shown. */
  failed: number;
  /** What was no record: not shown. */
  malformed: number;
}

/**
 * Decides a search (`data: { type, action: 'search' }`) for a permit, or for nobody, and opens a filter
 * for what it finds.
 * @param options.receipt whether its decision carries a receipt, where the policy was made with `receipts`
 * @throws {PortcullisError} `LIMIT_REACHED`, `MODULE_TRAPPED`, `CALL_MALFORMED`
 */
export function filterRecords(
  policy: Policy, permit: Permit | null, request: RequestFacts & { now?: number }, options?: { receipt?: boolean },
): RecordFilter;

/** The same from the credential on, at `now` in seconds since 1970. */
export function authorizeRecords(policy: Policy, request: RequestFacts & Credential, options?: { now?: number; receipt?: boolean }): Promise<RecordFilter>;

/**
 * A search that was decided. Where it was denied, whatever else is asked throws `NOT_AUTHORIZED`; where
 * the module trapped since, `MODULE_TRAPPED`: search again.
 */
export class RecordFilter {
  private constructor();
  readonly decision: Decision;
  readonly allowed: boolean;
  readonly counts: FilterCounts;
  /** What is shown of a block of whole lines of JSON, as lines. */
  filter(lines: Uint8Array | string): Uint8Array;
  /** What is shown of records, in their order: objects with the fields that may be seen. */
  records(records: Iterable<unknown>): Generator<Record<string, unknown>, void>;
  /** The same where records come as they are found. */
  recordsAsync(records: AsyncIterable<unknown> | Iterable<unknown>): AsyncGenerator<Record<string, unknown>, void>;
  /** Lines of JSON in, as bytes, cut anywhere; the lines that are shown out. */
  stream(): TransformStream<Uint8Array, Uint8Array>;
  /** Gives the filter back at once. */
  dispose(): void;
  [Symbol.dispose](): void;
}
