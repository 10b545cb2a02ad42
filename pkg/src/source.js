/** Whether what is brought as a module is that module, and how it is started. */
import { PortcullisError } from './error.js';

/** The ABI that both modules speak. */
export const ABI = 1;

/**
 * What `start` makes of a module: it is given how to have the module compiled and looked at.
 * @param what it is for people
 * @param names what it must export to be it
 * @param compile gives the compiled module or its bytes; undefined while it is not there
 */
export function startedFrom(what, names, compile, start) {
  if (compile === undefined) throw new PortcullisError('MODULE_NOT_READY', `the ${what} is not there yet: \`await ready()\` first`);
  try {
    return start(() => checked(what, names, compile()));
  } catch (cause) {
    if (cause instanceof PortcullisError) throw cause;
    throw new PortcullisError('MODULE_INVALID', `the ${what} cannot be started: ${cause.message}`, { cause });
  }
}

function checked(what, names, source) {
  const module = source instanceof WebAssembly.Module ? source : new WebAssembly.Module(source);
  const exported = new Set(WebAssembly.Module.exports(module).map(({ name }) => name));
  const missing = names.find((name) => !exported.has(name));
  if (missing) throw new PortcullisError('MODULE_INVALID', `this is not the ${what}: it has no export \`${missing}\``);
  return module;
}
