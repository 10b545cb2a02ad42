/**
 * The one instance of the guard module. It imports nothing and speaks JSON over two buffers, so no
 * glue is needed. Nothing here limits its time or memory as a native host would: the length of what
 * crosses is checked before, and an instance that has grown large is not kept.
 */
import { PortcullisError } from '../error.js';
import { door, exchange } from '../exchange.js';
import { ABI, startedFrom } from '../source.js';

/** What a native host gives the module. */
const MAX_KEPT_MEMORY = 64 << 20;
/** What a module must export to be one that answers calls. */
const EXPORTS = ['memory', 'portcullis_abi_version', 'portcullis_alloc', 'portcullis_free', 'portcullis_call'];

/** Counts instances. Policies of an earlier one are gone. */
export let guardsGeneration = 0;
/** Gives the compiled module or its bytes. */
let compile;
/** Brings the module, where that takes time. */
let fetchModule;
/** Kept: each new instance is made of it. */
let module;
/** The door of the instance, while it runs. */
let running;

/** Says where the module comes from; it is compiled when it is first needed. */
export function provideGuards(source) {
  if (module === undefined) compile = source;
}

/** Says how the module is fetched where it is not there yet; `provideGuards` is called in the end. */
export function provideGuardsLater(source) {
  fetchModule = source;
}

/** Starts the module, and fetches it before where it has to be. Idempotent. */
export async function guardsReady() {
  if (compile === undefined) await fetchModule?.();
  start();
}

function start() {
  if (running) return running;
  running = startedFrom('guard module', EXPORTS, compile, (compiled) => {
    module ??= guards(compiled());
    const { exports } = new WebAssembly.Instance(module);
    if (exports.portcullis_abi_version() !== ABI) throw new PortcullisError('MODULE_INVALID', `the guard module does not speak ABI ${ABI}`);
    return door(exports);
  });
  return running;
}

/** The other module answers calls too. */
function guards(compiled) {
  if (WebAssembly.Module.exports(compiled).some(({ name }) => name === 'portcullis_permit')) {
    throw new PortcullisError('MODULE_INVALID', 'this is the module that decides, not the guard module');
  }
  return compiled;
}

/** Makes a call, given as JSON text. */
export function askGuards(call) {
  const { ok, error } = answered(call);
  if (error) throw new PortcullisError(error.code, error.message, error);
  return ok;
}

function answered(call) {
  const { exports } = start();
  try {
    const answer = JSON.parse(exchange(running, call));
    if (exports.memory.buffer.byteLength > MAX_KEPT_MEMORY) giveUp();
    return answer;
  } catch (cause) {
    if (cause instanceof PortcullisError) throw cause;
    giveUp();
    throw new PortcullisError('MODULE_TRAPPED', 'the guard module trapped and is started anew', { cause });
  }
}

function giveUp() {
  running = undefined;
  guardsGeneration += 1;
}

/** Gives a policy back, unless its instance is gone. Never throws: it runs in finalizers. */
export function releaseGuards({ handle, generation }) {
  if (running === undefined || generation !== guardsGeneration) return;
  try {
    askGuards(JSON.stringify({ release: { handle } }));
  } catch {
    // A trap has given the instance up, and the policy with it.
  }
}

/** Policies of guards that were forgotten without `dispose`. */
export const forgottenGuards = /* @__PURE__ */ new FinalizationRegistry(releaseGuards);

/** The exports of the instance that runs: the tests wreck it. */
export function guardsInstance() {
  return start().exports;
}

/** The version of the guard module and of its ABI. */
export function guardsVersion() {
  return askGuards('{"version":{}}');
}
