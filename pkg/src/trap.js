/** What is decided where the module cannot decide: no, and why. */
export const DENIED = {
  decision: false,
  status: 503,
  stage: 'request',
  reason: 'EVALUATION_LIMIT',
  operation: null,
  tenant: null,
  principal: null,
  matched: null,
  trace: [{ stage: 'request', pass: false, detail: 'trap' }],
};

/** A denial where what decides trapped. Other errors are the caller's. */
export function denyTraps(error) {
  if (error?.code !== 'MODULE_TRAPPED') throw error;
  return structuredClone(DENIED);
}
