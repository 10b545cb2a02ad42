/** The entry for Cloudflare Workers, where an import of the file gives the compiled module. */
import module from '../dist/portcullis.wasm';
import { provide } from './runtime.js';

provide(() => module);

export * from './api.js';
