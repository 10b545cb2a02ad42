/**
 * The entry for those who bring the module themselves: a `WebAssembly.Module`, its bytes, or a
 * `Response`.
 */
import { PortcullisError } from './error.js';
import { compileFrom } from './load.js';
import { provide, version } from './runtime.js';

export * from './api.js';

/** At once, from a compiled module or bytes. */
export function initSync(source) {
  if (source == null) throw new PortcullisError('MODULE_INVALID', 'no module is given');
  provide(() => source);
  // Asked now: a module that is not ours is told here, and not by a request.
  version();
}

/** From anything that holds the module, or a promise of it. */
export async function init(source) {
  initSync(await compileFrom(source));
}
