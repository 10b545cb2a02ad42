/** A server on loopback that can be stopped and started again at the same port. */
import { once } from 'node:events';
import { createServer } from 'node:http';

export async function listen(handler, options = {}) {
  const server = createServer(options, handler);
  let port = 0;
  async function start() {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    ({ port } = server.address());
  }
  await start();
  return {
    address: `http://127.0.0.1:${port}`,
    start,
    async stop() {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
