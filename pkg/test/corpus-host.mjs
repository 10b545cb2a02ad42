/**
 * Decides the corpus in Node. Lines of JSON in: `{"policy", "jwks", "receipts"}`, then `{"case", "now"}`; lines
 * out: `ok ` and the decision document, or what went wrong.
 */
import { createInterface } from 'node:readline';
import { Policy } from 'portcullis';

let policy;
let receipt;

async function answer({ policy: document, jwks, receipts, case: request, now }) {
  if (document !== undefined) {
    policy?.dispose();
    policy = new Policy(document, { jwks, receipts });
    receipt = receipts;
    return '';
  }
  const { id, now: _, facts, ...rest } = request;
  return JSON.stringify(await policy.authorize({ ...rest, ...facts }, { now, receipt }));
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
