/** From nothing to the first decision: in Node by its parts, less what Node itself takes; in workerd against a worker that decides nothing. */
import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startWorkerd } from '../test/hosts/workerd.mjs';

const { values: options } = parseArgs({ options: { quick: { type: 'boolean' }, only: { type: 'string' } }, strict: false });
const WORK = 'import to first decision';
if (options.only && !WORK.includes(options.only)) process.exit();
const TIMES = options.quick ? 5 : 15;
const here = new URL('.', import.meta.url);
const median = (values) => values.sort((one, two) => one - two)[values.length >> 1];

const IN_NODE = `
  const begun = performance.now();
  const { Policy } = await import('portcullis');
  const imported = performance.now();
  const policy = new Policy({ portcullis: 1 });
  const loaded = performance.now();
  policy.decide(policy.permit('a:workflow-api'), { operation: 'workflow-api.liveness' });
  const decided = performance.now();
  console.log(JSON.stringify([imported - begun, loaded - imported, decided - loaded, decided - begun]));`;
const runs = Array.from({ length: TIMES }, () => JSON.parse(execFileSync(process.execPath, ['--input-type=module', '-e', IN_NODE], { cwd: fileURLToPath(here), encoding: 'utf8' })));
['import', 'module and policy', 'decision', 'all'].forEach((part, at) => {
  console.log(`${`${WORK}/node, ${part}`.padEnd(56)} ${median(runs.map((run) => run[at])).toFixed(1).padStart(6)} ms`);
});

const WORKERS = {
  bare: "export default { fetch: () => new Response('ready') };",
  deciding: `
    import { Policy } from 'portcullis';
    export default { fetch() {
      const policy = new Policy({ portcullis: 1 });
      return Response.json(policy.decide(policy.permit('a:workflow-api'), { operation: 'workflow-api.liveness' }));
    } };`,
};

/** Waits for the port alone: the first request is the one that is measured. */
async function listening(address) {
  const { hostname, port } = new URL(address);
  for (;;) {
    const open = await new Promise((resolve) => {
      const socket = connect(port, hostname, () => resolve(true)).on('error', () => resolve(false));
      socket.on('connect', () => socket.destroy());
    });
    if (open) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

function once(address) {
  return new Promise((resolve, reject) => {
    const begun = performance.now();
    request(address, (response) => response.resume().on('end', () => resolve(performance.now() - begun))).on('error', reject).end();
  });
}

for (const [name, code] of Object.entries(WORKERS)) {
  const script = new URL(`start-${name}-worker.js`, here);
  writeFileSync(script, code);
  const [first, second] = [[], []];
  try {
    for (let time = 0; time < TIMES; time += 1) {
      const worker = await startWorkerd(script, { answers: listening });
      first.push(await once(worker.address));
      second.push(await once(worker.address));
      worker.stop();
    }
  } finally {
    rmSync(script);
  }
  console.log(`${`${WORK}/workerd, ${name}: first request, second`.padEnd(56)} ${median(first).toFixed(1).padStart(6)} ms ${median(second).toFixed(1)} ms`);
}
