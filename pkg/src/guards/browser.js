/** The guards in browsers, which fetch the module: `await ready()` before anything else. */
import { once } from '../load.js';
import { guardsReady as start, provideGuards, provideGuardsLater } from './runtime.js';

export * from './api.js';

const bring = once(provideGuards);
provideGuardsLater(() => bring(new URL('../../dist/portcullis-guards.wasm', import.meta.url)));

export async function ready(source) {
  if (source !== undefined) await bring(source);
  await start();
}
