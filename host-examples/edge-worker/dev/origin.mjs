/**
 * A small mock of the Workflow API. It decides nothing by itself: it serves what the gate vouches for
 * with a signed assertion, and answers with what it was told and what it received.
 */
import { createHash } from 'node:crypto';
import { exportJWK, generateKeyPair, jwtVerify } from 'jose';
import { listen } from './listen.mjs';

export async function startOrigin() {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
  /** What came in, also while it still comes. */
  const received = [];

  async function vouched(request) {
    try {
      const { payload } = await jwtVerify(request.headers['portcullis-assertion'] ?? '', publicKey, {
        algorithms: ['ES256'], typ: 'portcullis+jwt', issuer: 'edge-worker', audience: 'workflow-origin',
      });
      return payload.method === request.method && payload.path === request.url.split('?')[0];
    } catch {
      return false;
    }
  }

  async function handle(request, response) {
    const { method, url, headers, rawHeaders } = request;
    const entry = { method, url, headers, rawHeaders, bytes: 0, closed: false };
    received.push(entry);
    response.once('close', () => { entry.closed = true; });
    const hash = createHash('sha256');
    for await (const chunk of request) {
      hash.update(chunk);
      entry.bytes += chunk.length;
    }
    entry.sha256 = hash.digest('hex');
    if (!(await vouched(request))) return answer(response, 403, { error: 'this did not come through the gate' });
    const told = (name) => headers[`portcullis-${name}`];
    return answer(response, 200, {
      operation: told('operation'), tenant: told('tenant'), subject: told('subject'), decision: told('decision'),
      method, url, bytes: entry.bytes, sha256: entry.sha256,
    });
  }

  const server = await listen((request, response) => {
    // A client may go away while it still sends.
    handle(request, response).catch(() => response.destroy());
  });
  return { ...server, received, assertionKey: { ...(await exportJWK(privateKey)), alg: 'ES256' } };
}

function answer(response, status, body) {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
