/** Middleware for Hono: what is denied is answered, what is allowed goes on with the gate's headers. */
import { forwarded } from '../gate/headers.js';
import { answer, handled, noGate } from './failure.js';

/** `gate` is a gate, a promise of one, or a function of the context that gives either. */
export function portcullis(gate) {
  handled(gate);
  return async (context, next) => {
    let made;
    try {
      made = await (typeof gate === 'function' ? gate(context) : gate);
    } catch (error) {
      return answer(noGate(error));
    }
    const verdict = await made.authorize(context.req.raw);
    if (!verdict.allowed) return verdict.toResponse();
    context.req.raw = await told(context.req.raw, verdict);
    context.set('portcullis', verdict);
    await next();
  };
}

/** The request with the gate's headers. A body that was read before stays with Hono, which has kept it. */
function told(request, verdict) {
  if (!request.bodyUsed) return verdict.forward(request);
  return new Request(request.url, { method: request.method, headers: forwarded(request.headers, verdict.tenantHeader, verdict.decision) });
}
