/**
 * The entry for Deno: reads the module from the package when it is first needed. No top-level
 * await, so that `require()` works too.
 */
import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { provideDigest } from './digest.js';
import { provide } from './runtime.js';

provide(() => readFileSync(new URL('../dist/portcullis.wasm', import.meta.url)));
provideDigest((text) => hash('sha256', text, 'base64'));

export * from './api.js';
