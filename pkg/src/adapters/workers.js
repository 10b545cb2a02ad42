/** A handler for Cloudflare Workers, and whoever else takes `{ fetch }`: a gate before an origin. */
import { answer, noGate, noOrigin } from './failure.js';

/**
 * `gate(env)` makes the gate, once for each isolate; `origin(env)` names what allowed requests are
 * sent to: an address, or something with a `fetch`, such as a service binding.
 */
export function gateway({ gate, origin }) {
  let made;
  return {
    async fetch(request, env) {
      try {
        // Not a promise that requests share: one that ends would take it along.
        made ??= await gate(env);
      } catch (error) {
        return answer(noGate(error));
      }
      const verdict = await made.authorize(request);
      if (!verdict.allowed) return verdict.toResponse();
      const to = await origin(env);
      const isAddress = typeof to === 'string' || to instanceof URL;
      const forwarded = await verdict.forward(undefined, isAddress ? { origin: to } : {});
      try {
        return await (isAddress ? fetch(forwarded) : to.fetch(forwarded));
      } catch (error) {
        return answer(noOrigin(error));
      }
    },
  };
}
