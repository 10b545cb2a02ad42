/** The facts of a request, as the module takes them. */
import { PortcullisError } from './error.js';

/** What a request may say: a member with another name is a mistake, not a fact that is missing. */
const FACTS = new Set(['operation', 'method', 'path', 'tenant', 'preflight', 'now']);

/** A plain object: whatever getters the caller's has run here, and not inside a call of the module. */
export function factsOf(request) {
  const facts = { tenant: null, ...request };
  for (const name in facts) {
    if (!FACTS.has(name)) throw new PortcullisError('CALL_MALFORMED', 'a request has a member that is no fact');
  }
  return facts;
}
