/**
 * Decides the corpus in Node. Lines of JSON in: `{"policy", "jwks"}`, then `{"case", "now"}`; lines
 * out: `ok ` and the decision document, or what went wrong.
 */
import { createInterface } from 'node:readline';
import { Policy } from 'portcullis';

let policy;

async function answer({ policy: document, jwks, case: request, now }) {
  if (document !== undefined) {
    policy?.dispose();
    policy = new Policy(document, { jwks });
    return '';
  }
  const { id, now: _, facts, ...rest } = request;
  return JSON.stringify(await policy.authorize({ ...rest, ...facts }, { now }));
}

for await (const line of createInterface({ input: process.stdin })) {
  let reply;
  try {
    reply = `ok ${await answer(JSON.parse(line))}`;
  } catch (error) {
    reply = `error ${error.code ?? ''} ${error.message}`;
  }
  process.stdout.write(`${reply}\n`);
}
