/**
 * What lies behind the Cache API: workerd asks with GET, and stores with PUT, whose body is a whole
 * response as it stands on the wire. Enough for this worker, and no cache for anything else: it takes
 * bodies whole, and forgets nothing.
 */
import { listen } from './listen.mjs';

export async function startCache() {
  const entries = new Map();
  const server = await listen(async (request, response) => {
    const key = `${request.headers['cf-cache-namespace'] ?? ''} ${request.url}`;
    if (request.method === 'PUT') {
      entries.set(key, bodyOf(Buffer.concat(await request.toArray())));
      return response.writeHead(204).end();
    }
    const kept = entries.get(key);
    if (kept === undefined) return response.writeHead(504, { 'cf-cache-status': 'MISS' }).end();
    return response.writeHead(200, { 'cf-cache-status': 'HIT' }).end(kept);
    // workerd names the host in the request line alone.
  }, { requireHostHeader: false });
  return { ...server, entries };
}

function bodyOf(wire) {
  return wire.subarray(wire.indexOf('\r\n\r\n') + 4);
}
