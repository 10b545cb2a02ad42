/** The entry for browsers, which fetch the module: `await ready()` before anything else. */
import { PortcullisError } from './error.js';
import { compileFrom } from './load.js';
import { provide, provided, start } from './runtime.js';

export * from './api.js';

let loading;

export function ready(source = new URL('../dist/portcullis.wasm', import.meta.url)) {
  // One that failed is tried again when it is next asked for.
  loading ??= load(source).catch((error) => {
    loading = undefined;
    throw error;
  });
  return loading;
}

async function load(source) {
  if (!provided()) {
    const module = await compileFrom(isAddress(source) ? await download(source) : source);
    provide(() => module);
  }
  start();
}

function isAddress(source) {
  return typeof source === 'string' || source instanceof URL;
}

async function download(address) {
  try {
    return await fetch(address);
  } catch (cause) {
    throw new PortcullisError('MODULE_UNAVAILABLE', 'the module cannot be fetched', { cause });
  }
}
