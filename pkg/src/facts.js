/** The facts of a request, as the module takes them. */

/** What a plain request says: it crosses as values, which is fastest, and is checked here. */
const PLAIN = new Set(['operation', 'method', 'path', 'tenant', 'preflight', 'now']);

/** A plain object: whatever getters the caller's has run here, and not inside a call of the module. */
export function factsOf(request) {
  return { tenant: null, ...request };
}

/** Whether a request is plain. Others cross as JSON, where the module refuses a member that is no fact. */
export function isPlain(facts) {
  for (const name in facts) {
    if (!PLAIN.has(name)) return false;
  }
  return true;
}
