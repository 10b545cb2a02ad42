/** The entry for Cloudflare Workers, where an import of the file gives the compiled module. */
import module from '../dist/portcullis.wasm';
import { provide, start } from './runtime.js';

provide(() => module);

export * from './api.js';

/** There is nothing to wait for; it is here so that one program runs everywhere. */
export async function ready() {
  start();
}
