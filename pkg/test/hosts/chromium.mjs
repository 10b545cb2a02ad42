/** A page in Chromium, with a strict policy for its content, that loads the package unbundled. */
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { readCorpus } from './read-corpus.mjs';

const ROOT = new URL('../../', import.meta.url);
const TYPES = { js: 'text/javascript', wasm: 'application/wasm' };
const NONCE = 'fixed-for-tests';
const POLICY = `default-src 'none'; connect-src 'self'; script-src 'self' 'nonce-${NONCE}' 'wasm-unsafe-eval'`;
const PAGE = `<!doctype html><meta charset="utf-8"><title>portcullis</title><link rel="icon" href="data:,">
<script type="importmap" nonce="${NONCE}">{"imports":{"portcullis":"/dist/browser.js","portcullis/records":"/dist/records.js","portcullis/guards":"/dist/guards/browser.js"}}</script>
<script type="module" nonce="${NONCE}" src="/test/hosts/page.js"></script>`;
const TEST_MS = 60_000;

const { chromium } = createRequire(new URL('../runtimes/', import.meta.url))('playwright-core');

async function serve(request, response) {
  const { pathname } = new URL(request.url, 'http://localhost');
  const send = (type, body) => response.writeHead(200, { 'content-type': type, 'content-security-policy': POLICY }).end(body);
  if (pathname === '/') return send('text/html', PAGE);
  if (pathname === '/corpus') return send('application/json', JSON.stringify(readCorpus()));
  const type = TYPES[pathname.split('.').pop()];
  if (type === undefined) return response.writeHead(404).end();
  return send(type, await readFile(new URL(`.${pathname}`, ROOT)));
}

/** The results as TAP. */
export async function runInChromium(executablePath) {
  const server = createServer((request, response) => {
    serve(request, response).catch((error) => response.writeHead(404).end(String(error)));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  // Containers have no user namespaces for its sandbox; the page is ours.
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  try {
    const page = await browser.newPage();
    const errors = [];
    page.on('pageerror', (error) => errors.push(error.message));
    page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
    await page.goto(`http://127.0.0.1:${server.address().port}/`);
    await page.waitForFunction(() => globalThis.results !== undefined, undefined, { timeout: TEST_MS }).catch((error) => {
      throw new Error(`no results: ${errors.join('\n')}`, { cause: error });
    });
    return await page.evaluate(() => globalThis.results);
  } finally {
    await browser.close();
    server.close();
  }
}
