/** Runs the worker in workerd, as `workerd.capnp` describes it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));
const WORKERD = path('../node_modules/workerd/bin/workerd');

/** @param options.bindings the environment of the worker */
export async function startWorkerd({ bindings, cache, port = 0 }) {
  const child = spawn(WORKERD, [
    'serve', path('../workerd.capnp'), '--control-fd=3',
    `--socket-addr=http=127.0.0.1:${port}`, `--external-addr=cache=${new URL(cache).host}`,
  ], { env: { PATH: process.env.PATH, ...bindings }, stdio: ['ignore', 'inherit', 'inherit', 'pipe'] });
  const ended = once(child, 'exit');
  // It tells which port it got.
  const events = createInterface({ input: child.stdio[3] });
  const listening = new Promise((resolve) => {
    events.on('line', (line) => {
      const { event, socket, port: got } = JSON.parse(line);
      if (event === 'listen' && socket === 'http') resolve(got);
    });
  });
  const got = await Promise.race([listening, ended.then(([code]) => { throw new Error(`workerd ended with ${code}`); })]);
  return {
    address: `http://127.0.0.1:${got}`,
    async stop() {
      child.kill();
      await ended;
    },
  };
}
