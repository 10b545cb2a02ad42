/**
 * The one instance of the module: how it comes to be, and what happens when it breaks.
 *
 * Handles belong to an instance. Whoever keeps one keeps the generation with it, and makes what it
 * named anew when the generation has moved on.
 */
import { __wbg_reset_state as reset, confirm, decide, initSync, permit, release as giveBack } from '../dist/glue.js';
import { PortcullisError } from './error.js';
import { door, exchange } from './exchange.js';
import { ABI, startedFrom } from './source.js';

/** What a module must export to be this one. */
const EXPORTS = [
  'memory', 'confirm', 'decide', 'permit', 'allows', 'release', 'portcullis_abi_version', 'portcullis_alloc', 'portcullis_call', '__wbindgen_start',
];
/** What calls are made with. By name: what else the glue has is left out by bundlers. */
const glue = { confirm, decide, permit };

/** Counts instances. What was made in an earlier one is gone. */
export let generation = 0;
/** Gives the compiled module or its bytes. */
let compile;
/** Brings the module, where that takes time. */
let fetchModule;
let started = false;
/** The raw door of the instance, while it runs. */
let running;

/** Says where the module comes from; it is compiled when it is first needed. */
export function provide(source) {
  if (!started) compile = source;
}

/** Says how the module is fetched where it is not there yet; `provide` is called in the end. */
export function provideLater(source) {
  fetchModule = source;
}

/** Whether the module can be started at once. */
export function provided() {
  return compile !== undefined;
}

/** Starts the module, and fetches it before where it has to be. Idempotent. */
export async function ready() {
  if (!provided()) await fetchModule?.();
  start();
}

/** Starts the module, where it does not run already. */
function start() {
  if (running) return;
  // The glue keeps whatever it instantiates, so a module that is not ours must not come that far.
  startedFrom('module', EXPORTS, compile, (compiled) => (started ? reset() : initSync({ module: compiled() })));
  started = true;
  running = door(initSync());
}

/**
 * Runs one call in the module. An error with a code is the module's word. Any other is a trap, or
 * the host's stack at its end: the instance is in no known state then, and the next call gets a new one.
 */
export function enter(call) {
  start();
  try {
    return call(glue, running);
  } catch (error) {
    if (error?.constructor === Error && typeof error.code === 'string') {
      throw new PortcullisError(error.code, error.message);
    }
    throw trapped(error);
  }
}

/** Gives the broken instance up. */
export function trapped(cause) {
  if (cause instanceof PortcullisError) return cause;
  running = undefined;
  generation += 1;
  return new PortcullisError('MODULE_TRAPPED', 'the module trapped and is started anew', { cause });
}

/** A principal is gone with its instance. */
export function mustBeHere(principal) {
  if (principal && principal.generation !== generation) throw new PortcullisError('MODULE_TRAPPED', 'the principal is gone with its instance');
}

/** Makes a call of the module by name, as JSON. */
export function ask(name, parameters) {
  const call = JSON.stringify({ [name]: parameters });
  const { ok, error } = enter((_, raw) => JSON.parse(exchange(raw, call)));
  if (error) throw new PortcullisError(error.code, error.message, error);
  return ok;
}

/** Gives a handle back, unless its instance is gone. Never throws: it runs in finalizers. */
export function release(kept) {
  if (kept.handle === 0 || kept.generation !== generation || !running) return;
  try {
    giveBack(kept.handle);
  } catch (error) {
    trapped(error);
  }
}

/** Handles of things that were forgotten without `dispose`. */
export const forgotten = /* @__PURE__ */ new FinalizationRegistry(release);

/** The version of the module and of its ABI. */
export function version() {
  const found = ask('version', {});
  if (found.abi !== ABI) throw new PortcullisError('MODULE_INVALID', `the module speaks ABI ${found.abi}, not ${ABI}`);
  return found;
}

/** The symbol of `using`, also where the platform does not have it yet. */
export const dispose = Symbol.dispose ?? Symbol.for('Symbol.dispose');
