/** Runs the worker in workerd, as `workerd.capnp` describes it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import workerd from 'workerd';

const CONFIG = fileURLToPath(new URL('../workerd.capnp', import.meta.url));

/** @param options.bindings the environment of the worker */
export async function startWorkerd({ bindings, cache, port = 0 }) {
  const child = spawn(workerd.default, [
    'serve', CONFIG, '--control-fd=3',
    `--socket-addr=http=127.0.0.1:${port}`, `--external-addr=cache=${new URL(cache).host}`,
  ], { env: { PATH: process.env.PATH, ...bindings }, stdio: ['ignore', 'inherit', 'inherit', 'pipe'] });
  const ended = once(child, 'exit');
  // Also where this process ends without being told to stop.
  const kill = () => child.kill();
  process.once('exit', kill);
  child.once('exit', () => process.off('exit', kill));
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
