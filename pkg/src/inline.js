/** The entry without a file: the module is text in a script. For bundlers, and runtimes not known. */
import { deflated, size } from '../dist/embedded.js';
import { inflate } from './inflate.js';
import { provide } from './runtime.js';
import { fromBase64 } from './text.js';

provide(() => inflate(fromBase64(deflated), size));

export * from './api.js';
