/**
 * Runs the tests in one runtime and prints TAP: `node run.mjs node|node-24|deno|bun|workerd|chromium`.
 * `cargo xtask test` installs the runtimes and runs all of them.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));
const installed = (name) => path(`runtimes/node_modules/.bin/${name}`);
const SCRIPT = path('hosts/script.mjs');
const ROOT = path('../../');

const RUNTIMES = {
  node: () => script(process.execPath),
  'node-24': () => script(installed('node')),
  deno: () => script(installed('deno'), 'run', `--allow-read=${ROOT}`),
  bun: () => script(installed('bun'), 'run'),
  workerd,
  chromium,
};

function script(program, ...before) {
  const { status, stdout, stderr, error } = spawnSync(program, [...before, SCRIPT], { encoding: 'utf8', timeout: 120_000 });
  if (error) throw error;
  if (status !== 0) throw new Error(`${program} ended with ${status}: ${stderr}`);
  return stdout;
}

async function workerd() {
  const { startWorkerd } = await import('./hosts/workerd.mjs');
  const { readCorpus } = await import('./hosts/read-corpus.mjs');
  const worker = await startWorkerd(new URL('hosts/worker.js', import.meta.url));
  try {
    const response = await worker.fetch('/', { method: 'POST', body: JSON.stringify(readCorpus()) });
    return await response.text();
  } finally {
    worker.stop();
  }
}

async function chromium() {
  const { runInChromium } = await import('./hosts/chromium.mjs');
  return runInChromium(process.env.CHROMIUM ?? '/usr/bin/chromium');
}

const [name] = process.argv.slice(2);
if (RUNTIMES[name] === undefined) throw new Error(`one of ${Object.keys(RUNTIMES).join(', ')}`);
const results = await RUNTIMES[name]();
console.log(results.trimEnd());
process.exitCode = /^# fail 0$/m.test(results) ? 0 : 1;
