/** The guards for those who bring the module themselves, and where nobody knows how to load a file. */
import { PortcullisError } from '../error.js';
import { compileFrom } from '../load.js';
import { guardsInstance, provideGuards } from './runtime.js';

export * from './api.js';

/** At once, from a compiled module or bytes. */
export function initSync(source) {
  if (source == null) throw new PortcullisError('MODULE_INVALID', 'no module is given');
  provideGuards(() => source);
  // Started now: a module that is not ours is told here, and not by a call.
  guardsInstance();
}

/** From anything that holds the module, or a promise of it. */
export async function init(source) {
  initSync(await compileFrom(source));
}
