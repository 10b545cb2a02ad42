/** Denials as HTTP: status, `WWW-Authenticate`, and a body of RFC 9457 that holds the reason and never the policy. */

const TITLES = {
  400: 'Bad Request', 401: 'Unauthorized', 403: 'Forbidden', 404: 'Not Found', 429: 'Too Many Requests',
  503: 'Service Unavailable',
};
/** Errors that are the client's. */
const MALFORMED = new Set(['CALL_MALFORMED', 'INPUT_TOO_LARGE']);
/** After how many seconds it may be worth to try again where nobody knows better. */
const RETRY_AFTER_S = 1;

/** Status, headers and body of a denial; `error` is why there is no proper decision, if there is none. */
export function problemOf(decision, error) {
  const status = error ? (MALFORMED.has(error.code) ? 400 : 503) : decision.status;
  // What exists and is hidden answers as what does not exist.
  const { reason, stage } = error ? { reason: error.code } : decision.outward ?? decision;
  const headers = { 'content-type': 'application/problem+json', 'cache-control': 'no-store' };
  const challenge = challengeOf(status, reason);
  if (challenge) headers['www-authenticate'] = challenge;
  if (status === 429 || status === 503) headers['retry-after'] = String(Math.max(Math.ceil(error?.retryAfter ?? 0), RETRY_AFTER_S));
  const body = { type: 'about:blank', title: TITLES[status] ?? 'Denied', status, reason, ...(stage && { stage }) };
  return { status, headers, body: JSON.stringify(body) };
}

function challengeOf(status, reason) {
  if (status === 401) return reason === 'AUTHENTICATION_REQUIRED' ? 'Bearer' : 'Bearer error="invalid_token"';
  return status === 403 ? 'Bearer error="insufficient_scope"' : undefined;
}
