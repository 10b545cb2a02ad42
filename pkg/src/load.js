/** A compiled module from whatever holds one. */
import { PortcullisError } from './error.js';

/** From a `WebAssembly.Module`, its bytes, or a `Response`; or a promise of one of them. */
export async function compileFrom(source) {
  const given = await source;
  if (given instanceof WebAssembly.Module) return given;
  try {
    return await (isResponse(given) ? compileResponse(given) : WebAssembly.compile(given));
  } catch (cause) {
    if (cause instanceof PortcullisError) throw cause;
    throw new PortcullisError('MODULE_INVALID', `the module cannot be compiled: ${cause.message}`, { cause });
  }
}

function isResponse(given) {
  return typeof Response === 'function' && given instanceof Response;
}

async function compileResponse(response) {
  if (!response.ok) throw new PortcullisError('MODULE_UNAVAILABLE', `the module was not served: status ${response.status}`);
  // Compiling while it comes needs the right media type; a server that does not know it still serves the bytes.
  const streams = response.headers.get('content-type')?.startsWith('application/wasm') && WebAssembly.compileStreaming;
  return streams ? WebAssembly.compileStreaming(response) : WebAssembly.compile(await response.arrayBuffer());
}

/**
 * Brings a module for whoever it is provided to: from its address, or what holds it. Once, however
 * often it is asked for; one that failed is tried again when it is next asked for.
 */
export function once(provide) {
  let coming;
  return (source) => {
    coming ??= download(source)
      .then(compileFrom)
      .then((module) => provide(() => module))
      .catch((error) => {
        coming = undefined;
        throw error;
      });
    return coming;
  };
}

async function download(source) {
  if (typeof source !== 'string' && !(source instanceof URL)) return source;
  try {
    return await fetch(source);
  } catch (cause) {
    throw new PortcullisError('MODULE_UNAVAILABLE', 'the module cannot be fetched', { cause });
  }
}
