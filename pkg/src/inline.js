/** The entry without a file: the module is text in a script. For bundlers, and runtimes not known. */
import module from '../dist/inline.js';
import { provide } from './runtime.js';
import { fromBase64 } from './text.js';

provide(() => fromBase64(module));

export * from './api.js';
