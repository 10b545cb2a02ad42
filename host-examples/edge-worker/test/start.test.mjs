/** `npm start` prints lines that work. */
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const START = fileURLToPath(new URL('../dev/start.mjs', import.meta.url));

test('the printed lines give the answers that are said, and everything ends when told', async () => {
  const child = spawn(process.execPath, [START], { env: { ...process.env, PORT: '0' }, stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  try {
    const printed = [];
    for await (const line of createInterface({ input: child.stdout })) {
      printed.push(line);
      if (line.startsWith('Ctrl-C')) break;
    }
    const script = printed.filter((line) => /^(token=|curl )/.test(line)).join('\n');
    const { stdout } = await promisify(execFile)('bash', ['-euc', script], { timeout: 20_000 });
    const codes = stdout.match(/\d{3}$/gm);
    assert.deepEqual(codes, ['200', '401', '403', '403', '404', '403'], stdout);
    const worker = printed[0].match(/^worker (\S+),/)[1];
    child.kill('SIGINT');
    assert.deepEqual(await ended, [0, null]);
    await assert.rejects(fetch(worker), 'the worker is gone too');
  } finally {
    child.kill();
    await ended;
  }
});
