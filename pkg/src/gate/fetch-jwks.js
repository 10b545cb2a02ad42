/** One fetch of a key set: bounded in time, in size, and in where it goes. */
import { boundedBytes } from '../bytes.js';
import { PortcullisError } from '../error.js';

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/** The address, if keys may come from there: over plain HTTP anybody on the way could put in keys. */
export function jwksAddress(address, { allowHttp }) {
  let url;
  try {
    url = new URL(address);
  } catch {
    throw new PortcullisError('KEYS_INVALID', 'the address of the keys is no URL');
  }
  const plain = url.protocol === 'http:' && (allowHttp || LOOPBACK.has(url.hostname));
  if (url.protocol !== 'https:' && !plain) {
    throw new PortcullisError('KEYS_INVALID', 'keys are fetched over https');
  }
  return url.href;
}

/** The text of the key set. Whether it is one is for the module to say. */
export async function readJwks(address, { fetch, timeout, maxBytes }) {
  const response = await fetch(address, {
    headers: { accept: 'application/jwk-set+json, application/json' },
    redirect: 'manual',
    signal: AbortSignal.timeout(timeout * 1000),
  });
  if (response.status !== 200) throw new PortcullisError('KEYS_UNAVAILABLE', `the issuer answered with status ${response.status}`);
  const bytes = await boundedBytes(response.body, maxBytes, () => new PortcullisError('INPUT_TOO_LARGE', 'the key set of the issuer is too large'));
  return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
}

/** What a promise gives, if it does within so many seconds. */
export async function within(seconds, promise) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new PortcullisError('KEYS_UNAVAILABLE', 'it took too long')), seconds * 1000);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
