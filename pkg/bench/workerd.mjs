/** What the gate adds to a request in workerd: the time of requests through it and through a bare proxy, in turn. */
import { appendFileSync } from 'node:fs';
import { Agent, createServer, request } from 'node:http';
import { parseArgs } from 'node:util';
import { ready } from 'portcullis';
import { document, issuer } from '../test/bodies/world.js';
import { startWorkerd } from '../test/hosts/workerd.mjs';

const { values: options } = parseArgs({ options: { quick: { type: 'boolean' }, only: { type: 'string' } }, strict: false });
const WORK = 'request through workerd, p50';
if (options.only && !WORK.includes(options.only)) process.exit();
const ROUNDS = options.quick ? 4 : 10;
const REQUESTS = options.quick ? 500 : 2000;
const AT_ONCE = 4;

await ready();
const home = await issuer('home');
const now = Date.now() / 1000;
const headers = {
  authorization: `Bearer ${await home.token({ iat: now, exp: now + 3600 })}`, 'workflow-api-tenant-id': 'TenantA',
};

function listen(answer) {
  const server = createServer((_, response) => response.end(answer));
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve({ server, address: `http://127.0.0.1:${server.address().port}` })));
}

const issuerServer = await listen(JSON.stringify({ keys: [home.jwk] }));
const origin = await listen('from the origin');
const bindings = { POLICY: JSON.stringify(document), JWKS: issuerServer.address, ORIGIN: origin.address, COOLDOWN: '30' };
const start = (name) => startWorkerd(new URL(`../test/hosts/${name}-worker.js`, import.meta.url), { bindings });
const workers = { proxy: await start('proxy'), gate: await start('gateway') };
const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });

/** The milliseconds of one request. */
function once(address) {
  return new Promise((resolve, reject) => {
    const begun = performance.now();
    const asked = request(`${address}/workflow-api/rpc/resume`, { method: 'POST', headers, agent }, (response) => {
      if (response.statusCode !== 200) reject(new Error(`status ${response.statusCode}`));
      response.resume().on('end', () => resolve(performance.now() - begun));
    });
    asked.on('error', reject).end();
  });
}

async function load(address) {
  const times = [];
  let left = REQUESTS;
  async function client() {
    while (left-- > 0) times.push(await once(address));
  }
  await Promise.all(Array.from({ length: AT_ONCE }, client));
  return times.sort((one, two) => one - two)[times.length >> 1];
}

const median = (values) => values.sort((one, two) => one - two)[values.length >> 1];
const found = { proxy: [], gate: [] };
try {
  for (const { address } of Object.values(workers)) await load(address);
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [name, { address }] of Object.entries(workers)) found[name].push(await load(address));
  }
} finally {
  for (const worker of Object.values(workers)) worker.stop();
  for (const { server } of [issuerServer, origin]) {
    server.closeAllConnections();
    server.close();
  }
  agent.destroy();
}
for (const [host, times] of Object.entries(found)) {
  const ms = median(times);
  console.log(`${`${WORK}/${host}`.padEnd(40)} ${ms.toFixed(3)} ms`);
  if (process.env.PORTCULLIS_BENCH) appendFileSync(process.env.PORTCULLIS_BENCH, `${JSON.stringify({ work: WORK, host, ns: ms * 1e6 })}\n`);
}
