/** Signatures by Standard Webhooks: HMAC-SHA-256 over `id.timestamp.body`. */
import { createHmac, randomBytes } from 'node:crypto';
import { PortcullisError } from './error.js';

/** `whsec_` and 24 to 64 bytes in base64. */
const SECRET = /^(?:whsec_)?([A-Za-z0-9+/]{32,88}={0,2})$/;
/** What an id may be: it is a header, and a part of what is signed, where dots divide. */
const ID = /^[\w-]{1,128}$/;

function keyOf(secret) {
  const key = Buffer.from(SECRET.exec(secret)?.[1] ?? '', 'base64');
  // Not the secret, nor its length.
  if (key.length < 24 || key.length > 64) throw new PortcullisError('KEYS_INVALID', 'the secret of a signed webhook is `whsec_` and 24 to 64 bytes in base64');
  return key;
}

/** The headers that prove a body. While a secret is replaced there are two, and a signature by each. */
export function signatureHeaders({ secrets, id = `msg_${randomBytes(16).toString('hex')}` }, body, now = Math.floor(Date.now() / 1000)) {
  if (!Array.isArray(secrets) || secrets.length === 0) throw new PortcullisError('KEYS_INVALID', 'a signature needs `secrets`');
  if (!ID.test(id)) throw new PortcullisError('CALL_MALFORMED', 'the id of a webhook is letters, digits, `_` and `-`');
  const signatures = secrets.map((secret) => `v1,${createHmac('sha256', keyOf(secret)).update(`${id}.${now}.`).update(body).digest('base64')}`);
  return { 'webhook-id': id, 'webhook-timestamp': String(now), 'webhook-signature': signatures.join(' ') };
}
