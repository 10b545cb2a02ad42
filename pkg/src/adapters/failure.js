/** Answers where there is no verdict: with a code too, and the reason told to the operator alone. */
import { PortcullisError } from '../error.js';
import { problemOf } from '../gate/problem.js';
import { DENIED } from '../trap.js';

/** There is no gate. */
export function noGate(error) {
  console.error('portcullis: the gate cannot be made:', error);
  return problemOf(DENIED, new PortcullisError('GATE_UNAVAILABLE', 'the gate cannot be made'));
}

/** The origin does not answer. */
export function noOrigin(error) {
  console.error('portcullis: the origin does not answer:', error);
  const body = { type: 'about:blank', title: 'Bad Gateway', status: 502, reason: 'ORIGIN_UNAVAILABLE' };
  return { status: 502, headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store' }, body: JSON.stringify(body) };
}

/** A gate that is not made yet may fail before the first request asks for it, and is told then. */
export function handled(gate) {
  if (typeof gate?.catch === 'function') gate.catch(() => {});
}

/** The same as a `Response`. */
export function answer({ body, ...init }) {
  return new Response(body, init);
}
