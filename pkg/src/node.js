/**
 * The entry for Node: reads the module from the package when it is first needed. No top-level
 * await, so that `require()` works too.
 */
import { readFileSync } from 'node:fs';
import { provideDigest } from './digest.js';
import { provide } from './runtime.js';

provide(() => readFileSync(new URL('../dist/portcullis.wasm', import.meta.url)));

let hash;
// Not imported: it takes Node longer to load than all of this package, and a gate alone needs it.
provideDigest((text) => (hash ??= process.getBuiltinModule('node:crypto').hash)('sha256', text, 'base64'));

export * from './api.js';
