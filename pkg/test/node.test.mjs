/** The package as Node has it: how it is loaded, and what is forgotten. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { constants, deflateRawSync } from 'node:zlib';
import { Policy } from 'portcullis';
import { deflated, size } from '../dist/embedded.js';
import { inflate } from '../src/inflate.js';
import { fromBase64, toBase64Url } from '../src/text.js';

const CLAIM = 'a:workflow-api;a:tenants';
const WASM = new URL('../dist/portcullis.wasm', import.meta.url);
const document = { portcullis: 1, tenancy: { mode: 'multi', tenants: ['TenantA'] } };

/** Runs a module in a Node of its own; what it prints. */
function inNode(code, ...options) {
  const cwd = fileURLToPath(new URL('.', import.meta.url));
  const { status, stdout, stderr } = spawnSync(process.execPath, [...options, '--input-type=module', '-e', code], { cwd, encoding: 'utf8' });
  assert.equal(status, 0, stderr);
  return stdout.trim();
}

/** What `init` of the manual entry says, in a process that has no module yet. */
function initialised(source) {
  return inNode(`
    import { readFileSync } from 'node:fs';
    import { init, initSync, version } from 'portcullis/manual';
    const bytes = readFileSync(${JSON.stringify(WASM.href)}.startsWith('file:') ? new URL(${JSON.stringify(WASM.href)}) : '');
    try {
      ${source};
      console.log('ABI', version().abi);
    } catch (error) {
      console.log(error.name, error.code);
    }`);
}

test('it can be required, and is one with what is imported', () => {
  const { Policy: required } = createRequire(import.meta.url)('portcullis');
  assert.equal(required, Policy);
});

test('the module is compiled when it is first needed, and once', () => {
  const code = `
    const { Module } = WebAssembly;
    let compiled = 0;
    WebAssembly.Module = class extends Module {
      constructor(bytes) {
        super(bytes);
        compiled += 1;
      }
    };
    const { Policy } = await import('portcullis');
    const before = compiled;
    for (let at = 0; at < 3; at += 1) new Policy({ portcullis: 1 });
    console.log(before, compiled);`;
  assert.equal(inNode(code), '0 1');
});

test('every export that is a script can be imported, and offers the same', async () => {
  const offered = Object.keys(await import('portcullis')).sort();
  for (const name of ['portcullis/inline', 'portcullis/manual']) {
    const found = Object.keys(await import(name));
    assert.deepEqual(offered.filter((item) => !found.includes(item)), [], name);
  }
  for (const name of ['portcullis/policy.wasm', 'portcullis/portcullis.wasm']) {
    assert.equal(import.meta.resolve(name), WASM.href);
  }
});

test('the inline entry is the same module', () => {
  const code = "import { version } from 'portcullis/inline'; console.log(version().abi);";
  assert.equal(inNode(code), '1');
  assert.ok(Buffer.from(inflate(fromBase64(deflated), size)).equals(readFileSync(WASM)));
});

test('base64 of both alphabets is read, and written', () => {
  for (let length = 0; length < 70; length += 1) {
    const bytes = Uint8Array.from({ length }, (_, at) => (at * 89 + length * 7) & 0xff);
    const text = Buffer.from(bytes);
    assert.deepEqual(fromBase64(text.toString('base64url')), bytes);
    assert.deepEqual(fromBase64(text.toString('base64').replaceAll('=', '')), bytes);
    assert.equal(toBase64Url(bytes), text.toString('base64url'));
  }
});

test('whatever DEFLATE may hold is inflated', () => {
  const bytes = readFileSync(WASM);
  const strategies = [{ level: 0 }, { level: 1 }, { level: 9 }, { strategy: constants.Z_FIXED }, { strategy: constants.Z_HUFFMAN_ONLY }, { strategy: constants.Z_RLE }];
  for (const options of strategies) {
    for (const part of [bytes, bytes.subarray(0, 1), bytes.subarray(0, 70_000), Buffer.alloc(100_000, 'ab')]) {
      assert.ok(Buffer.from(inflate(deflateRawSync(part, options), part.length)).equals(part), JSON.stringify(options));
    }
  }
});

test('the module can be brought as bytes, compiled, as a response, or as a promise', () => {
  const response = "new Response(bytes, { headers: { 'content-type': 'application/wasm' } })";
  for (const source of [
    'initSync(bytes)', 'initSync(new WebAssembly.Module(bytes))', 'await init(bytes)',
    'await init(WebAssembly.compile(bytes))', `await init(${response})`, 'await init(Promise.resolve(new Response(bytes)))',
    'await init(bytes); await init(bytes)',
  ]) {
    assert.equal(initialised(source), 'ABI 1', source);
  }
});

test('a module that is corrupted, or another, is refused with a code', () => {
  const other = 'Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0)';
  for (const source of [
    'await init(bytes.subarray(0, 1000))', 'initSync(bytes.subarray(1))', 'initSync(bytes.fill(0xff, 5000, 9000))',
    'await init(bytes.fill(0xff, 5000, 9000))', `initSync(${other})`, `await init(${other})`, 'initSync()', "initSync('x')", 'await init(5)',
  ]) {
    assert.equal(initialised(source), 'PortcullisError MODULE_INVALID', source);
  }
  assert.equal(initialised('await init(new Response(null, { status: 404 }))'), 'PortcullisError MODULE_UNAVAILABLE');
  assert.equal(initialised(''), 'PortcullisError MODULE_NOT_READY');
  assert.equal(initialised(`try { initSync(${other}) } catch {}; initSync(bytes)`), 'ABI 1');
});

test('what is forgotten is given back', () => {
  // More permits than the module keeps at once: without finalizers they would not fit.
  const code = `
    import { Policy } from 'portcullis';
    const policy = new Policy(${JSON.stringify(document)});
    for (let round = 0; round < 10; round += 1) {
      for (let at = 0; at < 20_000; at += 1) policy.permit('${CLAIM}');
      gc();
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    console.log('fits');`;
  assert.equal(inNode(code, '--expose-gc'), 'fits');
});
