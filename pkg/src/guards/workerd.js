/** The guards in Cloudflare Workers, where an import of the file gives the compiled module. */
import module from '../../dist/portcullis-guards.wasm';
import { provideGuards } from './runtime.js';

provideGuards(() => module);

export * from './api.js';
