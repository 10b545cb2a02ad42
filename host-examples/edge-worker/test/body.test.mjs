/** Bodies pass through workerd as they come: unread, unchanged, and before they are whole. */
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { after, before, beforeEach, test } from 'node:test';
import { startStack } from '../dev/stack.mjs';
import { answerTo, denial, open, seconds } from './ask.mjs';

const CHUNK = 1 << 20;
const CHUNKS = 32;

let stack;
let token;

before(async () => {
  stack = await startStack();
  token = await stack.issuer.token('operator');
});

after(() => stack?.stop());

beforeEach(() => {
  stack.origin.received.length = 0;
});

async function until(what) {
  for (const end = Date.now() + 15_000; !what();) {
    assert.ok(Date.now() < end, String(what));
    await seconds(0.01);
  }
}

test('a large body is streamed to the origin untouched', async () => {
  const chunk = randomBytes(CHUNK);
  const hash = createHash('sha256');
  const sent = open(stack.worker.address, { token, headers: { 'content-type': 'application/octet-stream' } });
  const answer = answerTo(sent);
  async function send() {
    hash.update(chunk);
    if (!sent.write(chunk)) await once(sent, 'drain');
  }
  await send();
  // The rest is not sent yet, and this much is there: nothing waits for the whole of it.
  await until(() => stack.origin.received[0]?.bytes === CHUNK);
  for (let count = 1; count < CHUNKS; count += 1) await send();
  sent.end();
  const { status, text } = await answer;
  assert.equal(status, 200, text);
  const { bytes, sha256 } = JSON.parse(text);
  assert.deepEqual([bytes, sha256], [CHUNK * CHUNKS, hash.digest('hex')]);
});

test('a body whose length is said keeps it', async () => {
  const sent = open(stack.worker.address, { token, headers: { 'content-length': '5', 'content-type': 'text/plain' } });
  const answer = answerTo(sent);
  sent.end('hello');
  assert.equal((await answer).status, 200);
  const [{ headers, bytes }] = stack.origin.received;
  assert.deepEqual([bytes, headers['content-length'], headers['transfer-encoding']], [5, '5', undefined]);
});

test('nothing of a body goes on where the request is denied', async () => {
  const sent = open(stack.worker.address, { headers: { 'content-length': String(CHUNK) } });
  const answer = answerTo(sent);
  sent.write(randomBytes(1024));
  assert.deepEqual(denial(await answer), [401, 'AUTHENTICATION_REQUIRED']);
  sent.destroy();
  assert.deepEqual(stack.origin.received, []);
});

test('a client that goes away takes its request to the origin along', async () => {
  const sent = open(stack.worker.address, { token });
  sent.on('error', () => {});
  sent.write(randomBytes(1024));
  await until(() => stack.origin.received[0]?.bytes === 1024);
  sent.destroy();
  await until(() => stack.origin.received[0].closed);
  assert.equal(stack.origin.received[0].sha256, undefined, 'what came is not taken for the whole');
});
