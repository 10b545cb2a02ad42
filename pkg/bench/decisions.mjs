/**
 * What a decision costs in Node: the same claims and questions as the native benchmarks ask, which
 * leave them in `world.json` beside the file that `PORTCULLIS_BENCH` names.
 */
import { appendFileSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { measure } from 'mitata';
import { Policy } from 'portcullis';

const { values: options } = parseArgs({ options: { quick: { type: 'boolean' }, only: { type: 'string' } } });
const file = process.env.PORTCULLIS_BENCH;
if (file === undefined) throw new Error('PORTCULLIS_BENCH names no file; run `cargo xtask bench`');
const world = JSON.parse(readFileSync(join(dirname(file), 'world.json'), 'utf8'));

const policy = new Policy(world.document);
const permits = world.claims.map((claim) => policy.permit(claim));
const questions = world.questions.map(({ claim, operation, method, path, tenant }) => ({
  claim: world.claims[claim],
  permit: permits[claim],
  operation,
  tenant,
  indexes: [policy.operations.indexOf(operation), policy.tenants.indexOf(tenant)],
  request: { method, path, tenant },
}));

/** By hand, over hash maps: what JavaScript without the module would do for the same answer. */
function byHand(claim) {
  const rules = new Map();
  let tenants = () => false;
  for (const rule of claim.split(';')) {
    const [effect, target, list] = rule.split(':');
    if (target !== 'tenants') {
      rules.set(target, effect === 'a');
      continue;
    }
    const named = new Set(list?.split(','));
    tenants = list === undefined ? () => effect === 'a' : (tenant) => named.has(tenant) === (effect === 'a');
  }
  const operations = new Set(policy.operations);
  const registered = new Set(policy.tenants);
  return (operation, tenant) => {
    if (!operations.has(operation) || !registered.has(tenant) || !tenants(tenant)) return false;
    for (let end = operation.length; end > 0; end = operation.lastIndexOf('.', end - 1)) {
      const allowed = rules.get(operation.slice(0, end));
      if (allowed !== undefined) return allowed;
    }
    return false;
  };
}
const handWritten = new Map(world.claims.map((claim) => [claim, byHand(claim)]));

for (const it of questions) {
  const allowed = policy.decide(it.permit, it.request).decision;
  const others = [
    it.permit.allows(it.operation, it.tenant),
    it.permit.allowsIndexes(...it.indexes),
    handWritten.get(it.claim)(it.operation, it.tenant),
  ];
  if (others.some((other) => other !== allowed)) throw new Error(`${it.operation}: what is compared differs`);
}

/** Asks the questions one after the other, and from the start when all are asked. */
function inTurn(ask) {
  let next = 0;
  return () => {
    const question = questions[next];
    next = next + 1 === questions.length ? 0 : next + 1;
    return ask(question);
  };
}

const works = {
  'compile a claim/node': ({ claim }) => policy.permit(claim).dispose(),
  'allows, indexes/node': ({ permit, indexes }) => permit.allowsIndexes(indexes[0], indexes[1]),
  'allows, strings/node': ({ permit, operation, tenant }) => permit.allows(operation, tenant),
  'allows, strings/node by hand': ({ claim, operation, tenant }) => handWritten.get(claim)(operation, tenant),
  'decide, document/node': ({ permit, request }) => policy.decide(permit, request),
};

for (const [name, ask] of Object.entries(works)) {
  if (options.only !== undefined && !name.includes(options.only)) continue;
  const seconds = options.quick ? 0.1 : 1;
  const { p50: ns } = await measure(inTurn(ask), { min_cpu_time: seconds * 1e9 });
  const [work, host] = name.split('/');
  appendFileSync(file, `${JSON.stringify({ work, host, ns })}\n`);
  console.log(`${name.padEnd(40)} ${ns.toFixed(1)} ns`);
}
