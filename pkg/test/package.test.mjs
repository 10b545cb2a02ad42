/** What is published: the files, their size, and how tools and compilers see them. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const cwd = fileURLToPath(new URL('..', import.meta.url));
/** The unpacked size that the package may have, in bytes. */
const MAX_UNPACKED = 1 << 20;

/** Runs a program of the package's tools; what it prints. */
function run(name, ...options) {
  const bin = fileURLToPath(new URL(`../node_modules/.bin/${name}`, import.meta.url));
  return spawned(process.execPath, bin, ...options);
}

function spawned(program, ...options) {
  const { status, stdout, stderr } = spawnSync(program, options, { cwd, encoding: 'utf8', timeout: 120_000 });
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
  const { unpackedSize } = packed();
  assert.ok(unpackedSize <= MAX_UNPACKED, `${unpackedSize} bytes`);
  const sizes = JSON.parse(run('size-limit', '--json'));
  assert.ok(sizes.length === 2 && sizes.every(({ passed }) => passed), JSON.stringify(sizes));
});

test('publint finds nothing', () => {
  assert.match(run('publint', '--strict'), /All good/);
});

test('compilers find the types of every entry', () => {
  // That `require` gives a module of ES is meant: the Nodes that are supported can do that.
  const options = ['--pack', '.', '--profile', 'node16', '--ignore-rules', 'cjs-resolves-to-esm', '--format', 'json'];
  run('attw', ...options, '--exclude-entrypoints', 'policy.wasm', 'portcullis.wasm');
});

test('the types are what they say', () => {
  run('tsc', '-p', 'test/types/tsconfig.json');
});

test('what the README shows runs', () => {
  const text = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const blocks = [...text.matchAll(/^```js\n(.*?)^```/gms)].map(([, code]) => code);
  assert.equal(blocks.length, 3);
  for (const code of blocks) spawned(process.execPath, '--input-type=module', '-e', code);
});
