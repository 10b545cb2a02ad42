/** A plain file server for `dist/`, under a folder of its own as on any web space; it notes what was asked for. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

const DIST = fileURLToPath(new URL('../../dist/', import.meta.url));
const BASE = '/tools/claims/';
const TYPES = {
  '.css': 'text/css', '.html': 'text/html', '.js': 'text/javascript', '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm', '.woff': 'font/woff', '.woff2': 'font/woff2',
};

export async function serve() {
  const requests = [];
  const server = createServer(async (request, response) => {
    requests.push(request.url);
    const { pathname } = new URL(request.url, 'http://localhost');
    const name = normalize(pathname.slice(BASE.length)) || '.';
    const file = join(DIST, name === '.' ? 'index.html' : name);
    const found = pathname.startsWith(BASE) && file.startsWith(DIST) && (await stat(file).catch(() => null))?.isFile();
    if (!found) return response.writeHead(404).end();
    response.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream' });
    createReadStream(file).pipe(response);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const page = `http://127.0.0.1:${server.address().port}${BASE}`;
  return { page, requests, close: () => new Promise((resolve) => server.close(resolve)) };
}
