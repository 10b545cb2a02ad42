/** Which rows of a table a search finds, as data for whoever writes the query. */
import { PortcullisError } from './error.js';
import { factsOf } from './facts.js';
import { ask, generation, release } from './runtime.js';

/** Decides a search from its credential on. Where the module traps it throws: find nothing then. */
export async function find(policy, authenticate, { authorization = null, token, claim, roles, ...request }, now) {
  const facts = factsOf({ ...request, now });
  const { principal, refused } = await authenticate({ authorization, token, claim, roles }, now);
  try {
    if (principal && principal.generation !== generation) {
      throw new PortcullisError('MODULE_TRAPPED', 'the principal is gone with its instance');
    }
    const parameters = { principal: principal?.handle, refused: refused?.reason, request: facts };
    const { decision, filter } = policy.ask('filter.open', parameters);
    if (filter === null) return { decision, rows: null };
    const kept = { handle: filter, generation };
    try {
      return { decision, rows: ask('filter.rows', { filter }) };
    } finally {
      release(kept);
    }
  } finally {
    if (principal) release(principal);
  }
}
