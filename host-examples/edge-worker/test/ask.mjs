/** A client that sends what it is told to send, also what `fetch` would refuse or put right. */
import { request } from 'node:http';

export const PATH = '/workflow-api/rpc/resume';

/** @param options.headers a list sends a header more than once */
export function open(address, { path = PATH, method = 'POST', headers = {}, token, tenant = 'TenantA' } = {}) {
  return request(`${address}${path}`, {
    method, agent: false, signal: AbortSignal.timeout(30_000),
    headers: { ...(token && { authorization: `Bearer ${token}` }), ...(tenant && { 'workflow-api-tenant-id': tenant }), ...headers },
  });
}

/** What comes back. Begun before the body is sent: a denial may come while it still is. */
export function answerTo(sent) {
  return new Promise((resolve, reject) => {
    sent.on('error', reject);
    sent.on('response', async (response) => {
      try {
        const text = Buffer.concat(await response.toArray()).toString();
        resolve({ status: response.statusCode, headers: response.headers, text });
      } catch (error) {
        reject(error);
      }
    });
  });
}

export function ask(address, { body, ...options } = {}) {
  const sent = open(address, options);
  const answer = answerTo(sent);
  sent.end(body);
  return answer;
}

/** A denial as status and reason, if it is one as a client may expect it. */
export function denial({ status, headers, text }) {
  if (headers['content-type'] !== 'application/problem+json') throw new Error(`not a problem: ${status} ${text}`);
  const problem = JSON.parse(text);
  if (problem.status !== status) throw new Error(`the body says ${problem.status}, the response ${status}`);
  return [status, problem.reason];
}

export const seconds = (count) => new Promise((resolve) => setTimeout(resolve, count * 1000));
