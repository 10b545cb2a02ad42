/** The worker: every request is decided here, and only what is allowed reaches the origin. */
import { Gate } from 'portcullis';
import { gateway } from 'portcullis/workers';
import { jwksCache } from './jwks-cache.js';
import policy from './policy.json';

export default gateway({
  gate: (env) => Gate.create({
    ...(env.JWKS_OPTIONS && JSON.parse(env.JWKS_OPTIONS)),
    policy: issuedBy(env.ISSUER),
    jwks: env.JWKS,
    jwksCache,
    assertion: env.ASSERTION_KEY && { key: JSON.parse(env.ASSERTION_KEY), issuer: 'edge-worker', audience: 'workflow-origin' },
  }),
  origin: (env) => env.ORIGIN,
});

/** The policy for this deployment: who issues tokens is the one thing that differs from place to place. */
function issuedBy(issuer) {
  return { ...policy, token: { ...policy.token, issuers: [issuer] } };
}
