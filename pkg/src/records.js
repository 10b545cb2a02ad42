/**
 * The privacy filter of records: a search that was decided, and what of each record that is found may
 * be shown. Records cross as lines of JSON, many at once.
 */
import { joined } from './bytes.js';
import { PortcullisError } from './error.js';
import { bytesAt, encoder } from './exchange.js';
import { factsOf } from './facts.js';
import { Permit } from './permit.js';
import { ask, dispose, enter, forgotten, generation, mustBeHere, release } from './runtime.js';

/** The largest buffer of the module, and what crosses at once of records that come one by one. */
const MAX_BLOCK_BYTES = 32 << 20;
const USUAL_BLOCK = 64 << 10;
const LINE_BREAK = 0x0a;
const decoder = /* @__PURE__ */ new TextDecoder();

/** Decides a search for a permit, or for nobody, and opens a filter for what it finds. */
export function filterRecords(policy, permit, request, { receipt = false } = {}) {
  if (permit !== null && !(permit instanceof Permit)) throw new PortcullisError('CALL_MALFORMED', 'neither a permit nor null');
  return open(policy, permit?.principal, undefined, factsOf(request), receipt);
}

/** The same from the credential on, at `now` in seconds since 1970. */
export async function authorizeRecords(policy, { authorization = null, token, claim, roles, ...request }, { now = Date.now() / 1000, receipt = false } = {}) {
  const facts = factsOf({ ...request, now });
  return policy.as({ authorization, token, claim, roles }, now, (principal, refused) => open(policy, principal, refused, facts, receipt));
}

function open(policy, principal, refused, request, receipt) {
  mustBeHere(principal);
  return new RecordFilter(OPENED, policy.ask('filter.open', { principal: principal?.handle, refused, request, receipt }));
}

const OPENED = Symbol('opened');

export class RecordFilter {
  #kept;

  constructor(opened, { decision, filter } = {}) {
    if (opened !== OPENED) throw new PortcullisError('CALL_MALFORMED', 'a filter is opened: `filterRecords`');
    this.decision = decision;
    if (filter == null) return;
    this.#kept = { handle: filter, generation };
    forgotten.register(this, this.#kept, this);
  }

  get allowed() {
    return this.decision.decision === true;
  }

  get counts() {
    return ask('filter.counts', { filter: this.#handle() });
  }

  /** What is shown of a block of whole lines. */
  filter(lines) {
    const handle = this.#handle();
    const bytes = typeof lines === 'string' ? encoder.encode(lines) : lines;
    if (bytes.length === 0) return bytes;
    if (bytes.length > MAX_BLOCK_BYTES) throw new PortcullisError('INPUT_TOO_LARGE', 'a block of records has at most 32 MiB');
    return enter((_, { exports: module }) => {
      const address = module.portcullis_alloc(bytes.length);
      if (address === 0) throw new PortcullisError('LIMIT_REACHED', 'the module has no room for the records');
      new Uint8Array(module.memory.buffer, address, bytes.length).set(bytes);
      const packed = module.portcullis_filter(handle, address, bytes.length);
      // The memory may have grown: a view is taken now. A copy: it is the module's until the next call.
      const shown = bytesAt(module.memory, packed).slice();
      module.portcullis_free(address, bytes.length);
      if (packed === 0n) throw new PortcullisError('HANDLE_UNKNOWN', 'there is no such filter');
      return shown;
    });
  }

  /** What is shown of records, one by one. */
  *records(records) {
    let block = '';
    for (const record of records) {
      block += lineOf(record);
      if (block.length < USUAL_BLOCK) continue;
      yield* this.#shown(block);
      block = '';
    }
    yield* this.#shown(block);
  }

  /** The same where records come as they are found. */
  async *recordsAsync(records) {
    let block = '';
    for await (const record of records) {
      block += lineOf(record);
      if (block.length < USUAL_BLOCK) continue;
      yield* this.#shown(block);
      block = '';
    }
    yield* this.#shown(block);
  }

  /** Lines of JSON in, as bytes; those that are shown out. */
  stream() {
    let [held, length] = [[], 0];
    const hold = (bytes) => {
      length += bytes.length;
      if (length > MAX_BLOCK_BYTES) throw new PortcullisError('INPUT_TOO_LARGE', 'a record has at most 32 MiB');
      if (bytes.length > 0) held.push(bytes);
    };
    const pass = (controller) => {
      const block = held.length === 1 ? held[0] : joined(held, length);
      [held, length] = [[], 0];
      const shown = this.filter(block);
      if (shown.length > 0) controller.enqueue(shown);
    };
    return new TransformStream({
      transform: (chunk, controller) => {
        const end = chunk.lastIndexOf(LINE_BREAK) + 1;
        hold(chunk.slice(0, end));
        if (end > 0) pass(controller);
        hold(chunk.slice(end));
      },
      flush: (controller) => {
        if (length > 0) pass(controller);
      },
    });
  }

  #shown(block) {
    if (block === '') return [];
    return decoder.decode(this.filter(block)).split('\n').filter((line) => line !== '').map((line) => JSON.parse(line));
  }

  #handle() {
    if (!this.allowed) throw new PortcullisError('NOT_AUTHORIZED', 'the search was denied: nothing may be shown');
    if (this.#kept === undefined) throw new PortcullisError('DISPOSED', 'there is no filter: it was disposed of, or nothing was searched for');
    // Not opened again: who asked may be gone with the instance.
    if (this.#kept.generation !== generation) throw new PortcullisError('MODULE_TRAPPED', 'the filter is gone with its instance');
    return this.#kept.handle;
  }

  dispose() {
    forgotten.unregister(this);
    if (this.#kept) release(this.#kept);
    this.#kept = undefined;
  }

  [dispose]() {
    this.dispose();
  }
}

/** A record as a line. What is no JSON is no record: the filter counts it and shows nothing of it. */
function lineOf(record) {
  return `${JSON.stringify(record) ?? 'null'}\n`;
}
