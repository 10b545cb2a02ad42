/** The entry for browsers, which fetch the module: `await ready()` before anything else. */
import { PortcullisError } from './error.js';
import { compileFrom } from './load.js';
import { provide, provideLater, ready as start } from './runtime.js';

export * from './api.js';

provideLater(() => bring(new URL('../dist/portcullis.wasm', import.meta.url)));

export async function ready(source) {
  if (source !== undefined) await bring(source);
  await start();
}

let coming;

/** Once, however often it is asked for; one that failed is tried again when it is next asked for. */
function bring(source) {
  coming ??= download(source)
    .then(compileFrom)
    .then((module) => provide(() => module))
    .catch((error) => {
      coming = undefined;
      throw error;
    });
  return coming;
}

async function download(source) {
  if (typeof source !== 'string' && !(source instanceof URL)) return source;
  try {
    return await fetch(source);
  } catch (cause) {
    throw new PortcullisError('MODULE_UNAVAILABLE', 'the module cannot be fetched', { cause });
  }
}
