/** The entry without a file: the module is text in a script. For bundlers, and runtimes not known. */
import module from '../dist/inline.js';
import { provide, start } from './runtime.js';
import { fromBase64 } from './text.js';

provide(() => fromBase64(module));

export * from './api.js';

/** There is nothing to wait for; it is here so that one program runs everywhere. */
export async function ready() {
  start();
}
