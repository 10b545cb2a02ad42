/** Bundles and records: what they take and give, and what they refuse. */
import { expectTypeOf } from 'expect-type';
import { Bundle, Gate, Policy, type Decision } from 'portcullis';
import { RecordFilter, authorizeRecords, filterRecords } from 'portcullis/records';

expectTypeOf(Bundle.verify(new Uint8Array(), { keys: {}, inForce: null })).resolves.toEqualTypeOf<Bundle>();
expectTypeOf(Policy.fromBundle(fetch('https://x/'), { keys: '{}', jwks: {} })).resolves.toEqualTypeOf<Policy>();
expectTypeOf(new Policy({}).bundle).toEqualTypeOf<Bundle | null>();
// @ts-expect-error a bundle is verified with keys
void Bundle.verify(new Uint8Array(), {});
// @ts-expect-error bundles are verified, not made
new Bundle();
const gate = await Gate.create({ bundle: new ArrayBuffer(1), bundleKeys: {}, bundleName: 'x', bundleAtLeast: 3 });
expectTypeOf(gate.reload(new Response(), { older: true })).resolves.toEqualTypeOf<Bundle>();

const filter = filterRecords(new Policy({}), null, { data: { type: 'x', action: 'search' } }, { receipt: true });
expectTypeOf(filter).toEqualTypeOf<RecordFilter>();
expectTypeOf(filter.decision).toEqualTypeOf<Decision>();
expectTypeOf(authorizeRecords(new Policy({}), { token: 'x' }, { now: 5, receipt: true })).resolves.toEqualTypeOf<RecordFilter>();
for (const record of filter.records([{}])) expectTypeOf(record).toEqualTypeOf<Record<string, unknown>>();
new ReadableStream<Uint8Array>().pipeThrough(filter.stream());
// @ts-expect-error a filter is opened
new RecordFilter();
