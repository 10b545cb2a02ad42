/** The guards in Deno: reads the module from the package when it is first needed. */
import { readFileSync } from 'node:fs';
import { provideGuards } from './runtime.js';

provideGuards(() => readFileSync(new URL('../../dist/portcullis-guards.wasm', import.meta.url)));

export * from './api.js';
