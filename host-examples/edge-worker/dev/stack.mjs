/** Everything that the example consists of: issuer, origin, cache, and the worker between them. */
import { startCache } from './cache.mjs';
import { startIssuer } from './issuer.mjs';
import { startOrigin } from './origin.mjs';
import { startWorkerd } from './workerd.mjs';

/** @param options.jwks how the gate fetches keys, as `Gate.create` takes it */
export async function startStack({ port, jwks, tokenTtl } = {}) {
  const [issuer, origin, cache] = await Promise.all([startIssuer({ tokenTtl }), startOrigin(), startCache()]);
  const bindings = {
    ISSUER: issuer.address, JWKS: issuer.jwks, ORIGIN: origin.address,
    ASSERTION_KEY: JSON.stringify(origin.assertionKey), ...(jwks && { JWKS_OPTIONS: JSON.stringify(jwks) }),
  };
  const stack = {
    issuer, origin, cache, worker: undefined,
    /** Another isolate in the place of the one that ran. */
    async restartWorker(changed = {}) {
      await stack.worker?.stop();
      stack.worker = await startWorkerd({ bindings: { ...bindings, ...changed }, cache: cache.address, port });
    },
    async stop() {
      await Promise.all([stack.worker, issuer, origin, cache].map((part) => part?.stop()));
    },
  };
  try {
    await stack.restartWorker();
  } catch (error) {
    await stack.stop();
    throw error;
  }
  return stack;
}
