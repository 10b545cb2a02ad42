/** What is published: the files, their size, and how tools and compilers see them. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const cwd = fileURLToPath(new URL('..', import.meta.url));
/**
 * The unpacked size that the package may have, in bytes: what decides, and what guards. 1 MB is meant for the
 * former. Today its module has 959 kB, and half as much again as text in the inline entry.
 */
const MAX_UNPACKED = { decides: 1_650_000, guards: 1_400_000 };

/** Runs a program of the package's tools; what it prints. */
function run(name, ...options) {
  const bin = fileURLToPath(new URL(`../node_modules/.bin/${name}`, import.meta.url));
  return spawned(process.execPath, bin, ...options);
}

function spawned(program, ...options) {
  return succeeded(spawnSync(program, options, { cwd, encoding: 'utf8', timeout: 120_000 }));
}

/** What a module prints. */
function printed(code) {
  return succeeded(spawnSync(process.execPath, ['--input-type=module', '-'], { cwd, input: code, encoding: 'utf8', timeout: 60_000 }));
}

function succeeded({ status, stdout, stderr }) {
  assert.equal(status, 0, `${stdout}\n${stderr}`);
  return stdout;
}

function packed() {
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const [found] = JSON.parse(spawned(npm, 'pack', '--dry-run', '--json'));
  return found;
}

test('the packed files are those of the list', () => {
  const wanted = readFileSync(new URL('packed-files.txt', import.meta.url), 'utf8').trim().split('\n');
  assert.deepEqual(packed().files.map(({ path }) => path).sort(), wanted);
});

test('the package stays small', () => {
  const sum = (files) => files.reduce((bytes, { size }) => bytes + size, 0);
  const { files } = packed();
  const guards = sum(files.filter(({ path }) => /guard|webhooks/.test(path)));
  const decides = sum(files) - guards;
  assert.ok(decides <= MAX_UNPACKED.decides && guards <= MAX_UNPACKED.guards, `${decides} and ${guards} bytes`);
  const sizes = JSON.parse(run('size-limit', '--json'));
  assert.ok(sizes.length === 4 && sizes.every(({ passed }) => passed), JSON.stringify(sizes));
});

/** Bundles a user's line of code as a tool does that knows these conditions. */
async function bundled(code, conditions, options = {}) {
  const wasm = { name: 'wasm', setup: (made) => made.onResolve({ filter: /\.wasm/ }, ({ path }) => ({ path, external: true })) };
  const { outputFiles, metafile } = await build({
    stdin: { contents: code, resolveDir: fileURLToPath(new URL('.', import.meta.url)) }, conditions, bundle: true, write: false,
    metafile: true, format: 'esm', platform: 'neutral', external: ['node:*'], plugins: [wasm], logLevel: 'error', ...options,
  });
  return { text: outputFiles[0].text, inputs: Object.keys(metafile.inputs).map((path) => path.split('/').pop()) };
}

const ENTRIES = ['workerd.js', 'edge-light.js', 'deno.js', 'bun.js', 'node.js', 'browser.js', 'inline.js'];

test('each condition chooses its entry, and no other', async () => {
  const found = async (...conditions) => {
    const { inputs } = await bundled("export { Policy } from 'portcullis'", conditions);
    return [...new Set(inputs.filter((input) => ENTRIES.includes(input)))];
  };
  assert.deepEqual(await found('workerd', 'worker', 'browser'), ['workerd.js']);
  assert.deepEqual(await found('edge-light', 'browser'), ['edge-light.js']);
  assert.deepEqual(await found('deno', 'node'), ['deno.js']);
  assert.deepEqual(await found('bun', 'node'), ['bun.js']);
  assert.deepEqual(await found('node'), ['node.js']);
  assert.deepEqual(await found('browser'), ['browser.js']);
  assert.deepEqual(await found(), ['inline.js']);
});

test('what a bundler leaves out is not what brings the module', async () => {
  const code = "import { Policy } from 'portcullis'; console.log(new Policy({ portcullis: 1 }).operations.length);";
  const { text } = await bundled(code, []);
  assert.equal(printed(text).trim(), '114');
});

test('publint finds nothing', () => {
  assert.match(run('publint', '--strict'), /All good/);
});

test('compilers find the types of every entry', () => {
  // That `require` gives a module of ES is meant: the Nodes that are supported can do that.
  const options = ['--pack', '.', '--profile', 'node16', '--ignore-rules', 'cjs-resolves-to-esm', '--format', 'json'];
  run('attw', ...options, '--exclude-entrypoints', 'policy.wasm', 'portcullis.wasm', 'portcullis-guards.wasm');
});

test('the types are what they say', () => {
  run('tsc', '-p', 'test/types/tsconfig.json');
});

test('what the README shows runs', () => {
  const text = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const blocks = [...text.matchAll(/^```js\n(.*?)^```/gms)].map(([, code]) => code);
  assert.equal(blocks.length, 7);
  for (const code of blocks) printed(code);
});
