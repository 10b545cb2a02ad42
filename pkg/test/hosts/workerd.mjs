/** Starts workerd with a bundle, as wrangler would make it. */
import { spawn } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const MODULES = ['portcullis.wasm', 'portcullis-guards.wasm'];
const DIST = new URL('../../dist/', import.meta.url);
const WORKERD = fileURLToPath(new URL('../runtimes/node_modules/.bin/workerd', import.meta.url));
const START_MS = 10_000;

/** A worker of a script: `fetch` asks it, `stop` ends it. */
export async function startWorkerd(script, { bindings = {}, answers = answering } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-workerd-'));
  await bundle(script, join(folder, 'worker.js'));
  for (const module of MODULES) copyFileSync(new URL(module, DIST), join(folder, module));
  const port = await freePort();
  writeFileSync(join(folder, 'config.capnp'), config(port, bindings));
  const child = spawn(WORKERD, ['serve', join(folder, 'config.capnp')], { stdio: ['ignore', 'inherit', 'inherit'] });
  const address = `http://127.0.0.1:${port}`;
  function stop() {
    child.kill();
    rmSync(folder, { recursive: true, force: true });
  }
  try {
    await answers(address, child);
  } catch (error) {
    stop();
    throw error;
  }
  return { fetch: (path, init) => fetch(address + path, init), address, stop };
}

function bundle(script, outfile) {
  // The files stay modules of their own, which workerd compiles.
  const wasm = {
    name: 'wasm',
    setup: (made) => made.onResolve({ filter: /\.wasm$/ }, ({ path }) => ({ path: `./${basename(path)}`, external: true })),
  };
  return build({
    entryPoints: [fileURLToPath(script)], outfile, bundle: true, format: 'esm', target: 'es2022', logLevel: 'error',
    conditions: ['workerd', 'worker', 'browser'], plugins: [wasm],
  });
}

function config(port, bindings) {
  const texts = Object.entries(bindings).map(([name, text]) => `(name = ${JSON.stringify(name)}, text = ${JSON.stringify(text)})`);
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = (
      modules = [
        (name = "worker.js", esModule = embed "worker.js"),
        ${MODULES.map((module) => `(name = "${module}", wasm = embed "${module}"),`).join('\n        ')}
      ],
      bindings = [${texts.join(', ')}],
      compatibilityDate = "2026-01-01",
      globalOutbound = "internet",
    )),
    (name = "internet", network = (allow = ["local"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")],
);
`;
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject).listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

async function answering(address, child) {
  const until = Date.now() + START_MS;
  for (;;) {
    if (child.exitCode !== null) throw new Error(`workerd ended with ${child.exitCode}`);
    try {
      // Whether it is a good request or not: it answers.
      await fetch(address, { method: 'OPTIONS' });
      return;
    } catch (error) {
      if (Date.now() > until) throw new Error('workerd does not answer', { cause: error });
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
