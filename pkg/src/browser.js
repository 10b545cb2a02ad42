/** The entry for browsers, which fetch the module: `await ready()` before anything else. */
import { once } from './load.js';
import { provide, provideLater, ready as start } from './runtime.js';

export * from './api.js';

const bring = once(provide);
provideLater(() => bring(new URL('../dist/portcullis.wasm', import.meta.url)));

export async function ready(source) {
  if (source !== undefined) await bring(source);
  await start();
}
