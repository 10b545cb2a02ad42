/** Which rows of a table a search finds, as data for whoever writes the query. */
import { factsOf } from './facts.js';
import { ask, generation, mustBeHere, release } from './runtime.js';

/** Decides a search from its credential on. Where the module traps it throws: find nothing then. */
export function find(policy, { authorization = null, token, claim, roles, ...request }, { now = Date.now() / 1000, receipt = false } = {}) {
  const facts = factsOf({ ...request, now });
  return policy.as({ authorization, token, claim, roles }, now, (principal, refused) => {
    mustBeHere(principal);
    const { decision, filter } = policy.ask('filter.open', { principal: principal?.handle, refused, request: facts, receipt });
    if (filter === null) return { decision, rows: null };
    const kept = { handle: filter, generation };
    try {
      return { decision, rows: ask('filter.rows', { filter }) };
    } finally {
      release(kept);
    }
  });
}
