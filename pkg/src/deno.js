/**
 * The entry for Deno: reads the module from the package when it is first needed. No top-level
 * await, so that `require()` works too.
 */
import { readFileSync } from 'node:fs';
import { provide, start } from './runtime.js';

provide(() => readFileSync(new URL('../dist/portcullis.wasm', import.meta.url)));

export * from './api.js';

/** There is nothing to wait for; it is here so that one program runs everywhere. */
export async function ready() {
  start();
}
