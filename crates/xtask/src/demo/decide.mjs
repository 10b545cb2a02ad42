/**
 * What `portcullis decide --full` does, in Node: `node decide.mjs POLICY JWKS`, one JSON object per
 * line in and out.
 */
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { Policy } from '../../../../pkg/src/node.js';

const [policyFile, jwksFile] = process.argv.slice(2);
const policy = new Policy(readFileSync(policyFile, 'utf8'), { jwks: readFileSync(jwksFile, 'utf8') });

for await (const line of createInterface({ input: process.stdin })) {
  const { id, ...facts } = JSON.parse(line);
  console.log(JSON.stringify({ id, document: await policy.authorize(facts) }));
}
