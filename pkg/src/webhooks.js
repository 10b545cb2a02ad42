/**
 * Webhooks from Node: a host is looked up once, all of its addresses are checked by the guard module,
 * and the connection goes to an address that was checked. Nothing looks the name up again, so a name
 * server that answers differently the second time is not asked.
 *
 * For Node alone: Deno and Bun take `createConnection` and `lookup` for less than what they say.
 */
import { lookup } from 'node:dns';
import { once } from 'node:events';
import { Agent, request as httpsRequest } from 'node:https';
import { connect as connectTcp, isIP } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { PortcullisError } from './error.js';
import { signatureHeaders } from './webhook-signature.js';

/** Times in seconds, sizes in bytes. */
const DEFAULTS = { timeout: 15, connectTimeout: 5, maxRequestBytes: 1 << 20, maxResponseBytes: 64 << 10, maxHeaderBytes: 16 << 10 };
/** What the agent and the sender take for TLS. That a certificate is not verified cannot be said. */
const TLS_OPTIONS = ['ca', 'cert', 'key', 'minVersion'];
/** What Node calls certificates that are not good, and handshakes that fail. */
const TLS_ERRORS = /^(ERR_TLS|ERR_SSL|CERT_|DEPTH_|SELF_|UNABLE_|HOSTNAME_|EPROTO)/;
/** Headers that say where a request goes, or how long it is: not the caller's to say. */
const OWN_HEADERS = new Set([
  'host', 'content-length', 'transfer-encoding', 'connection', 'upgrade', 'expect', 'te', 'trailer', 'proxy-authorization',
  'webhook-id', 'webhook-timestamp', 'webhook-signature',
]);

/** Where a connection may not go where it is told to, nothing is sent. */
function mustBeNode() {
  if (process.versions.bun ?? process.versions.deno) throw new PortcullisError('CALL_MALFORMED', 'webhooks are pinned in Node alone');
}

function refused(reason) {
  return Object.assign(new PortcullisError('WEBHOOK_REJECTED', `the webhook may not be sent: ${reason}`), { reason });
}

/** The platform's resolver: every address of a name. */
function resolveAll(host) {
  return new Promise((resolve, reject) => {
    lookup(host, { all: true }, (error, addresses) => (error ? reject(error) : resolve(addresses.map(({ address }) => address))));
  });
}

/** Whoever asks for the address of the host is given those of the verdict. */
function pinned(addresses) {
  const all = addresses.map((address) => ({ address, family: isIP(address) }));
  return (_, options, done) => {
    const fit = options.family ? all.filter(({ family }) => family === options.family) : all;
    if (fit.length === 0) done(new PortcullisError('WEBHOOK_UNREACHABLE', 'no address of this kind'));
    else if (options.all) done(null, fit);
    else done(null, fit[0].address, fit[0].family);
  };
}

/** Looks a host up, once, and asks whether a request may go to all that came of it. */
async function reach(guards, resolve, url) {
  // First without addresses: a name that is not allowed is not even looked up.
  let verdict = guards.checkWebhook(url);
  if (verdict.reason === 'NOT_RESOLVED') {
    const host = hostOf(url);
    let addresses;
    try {
      addresses = await resolve(host);
    } catch {
      throw new PortcullisError('WEBHOOK_LOOKUP_FAILED', 'the host could not be looked up');
    }
    verdict = guards.checkWebhook(url, addresses);
    // Two readers of one URL must not see two hosts.
    if (verdict.verdict === 'allow' && verdict.host !== host) throw refused('HOST_INVALID');
  }
  if (verdict.verdict !== 'allow') throw refused(verdict.reason);
  return verdict;
}

/** The host of a URL, without the brackets of an address. */
function hostOf(url) {
  return new URL(url).hostname.replace(/^\[|\]$/g, '');
}

/** A TLS connection to an address of the verdict, whatever the name would be resolved to by now. */
async function connection({ host, port, connect: addresses }, { connect, ...tls }, signal) {
  const name = host.replace(/^\[|\]$/g, '');
  // An address is connected to as it stands: for a name, `lookup` gives those that were checked.
  const socket = connect({ host: isIP(name) ? addresses[0] : name, port, lookup: pinned(addresses), autoSelectFamily: true });
  // Not before it is connected: a socket that tries one address after the other changes below TLS.
  try {
    await once(socket, 'connect', { signal });
  } catch (error) {
    socket.destroy();
    throw error;
  }
  return connectTls({ ...tls, socket, servername: isIP(name) ? '' : name, host: name, rejectUnauthorized: true, ALPNProtocols: ['http/1.1'] });
}

/** What of the options is for connections. */
function connecting({ connect = connectTcp, ...options }) {
  return { connect, ...Object.fromEntries(TLS_OPTIONS.filter((name) => options[name] !== undefined).map((name) => [name, options[name]])) };
}

function refuseUnknown(options, known) {
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  if (unknown) throw new PortcullisError('CALL_MALFORMED', `there is no option \`${unknown}\``);
}

/** An agent for `node:https` and what is built on it: each new connection is checked and pinned. */
export class WebhookAgent extends Agent {
  #guards;
  #resolve;
  #connecting;

  constructor(guards, { resolve = resolveAll, ...options } = {}) {
    mustBeNode();
    refuseUnknown(options, ['connect', ...TLS_OPTIONS]);
    super({ keepAlive: false, maxCachedSessions: 0 });
    this.#guards = guards;
    this.#resolve = resolve;
    this.#connecting = connecting(options);
  }

  createConnection({ host, port }, done) {
    const authority = isIP(host) === 6 ? `[${host}]` : host;
    reach(this.#guards, this.#resolve, `https://${authority}:${port}/`)
      .then((verdict) => connection(verdict, this.#connecting, AbortSignal.timeout(DEFAULTS.connectTimeout * 1000)))
      .then((socket) => done(null, socket), done);
  }
}

/** Sends webhooks. */
export class Webhooks {
  #guards;
  #resolve;
  #options;
  #connecting;

  constructor(guards, { resolve = resolveAll, ...options } = {}) {
    mustBeNode();
    refuseUnknown(options, ['connect', ...TLS_OPTIONS, ...Object.keys(DEFAULTS)]);
    this.#guards = guards;
    this.#resolve = resolve;
    this.#options = { ...DEFAULTS, ...options };
    this.#connecting = connecting(options);
  }

  async send(url, { method = 'POST', headers = {}, body, signed, signal } = {}) {
    const bytes = bodyBytes(body);
    if (bytes.length > this.#options.maxRequestBytes) throw new PortcullisError('INPUT_TOO_LARGE', 'the body is too large');
    const names = Object.keys(headers);
    const own = names.find((name) => OWN_HEADERS.has(name.toLowerCase()));
    if (own !== undefined) throw new PortcullisError('CALL_MALFORMED', 'a header that is not the caller’s to set');
    const proof = signed === undefined ? {} : signatureHeaders(signed, bytes);
    const text = String(url);
    const ended = AbortSignal.any([AbortSignal.timeout(this.#options.timeout * 1000), ...(signal ? [signal] : [])]);
    const verdict = await unless(ended, reach(this.#guards, this.#resolve, text));
    return this.#exchange(verdict, new URL(text), { method, headers: { ...headers, ...proof }, bytes, ended });
  }

  #exchange(verdict, { pathname, search, host }, { method, headers, bytes, ended }) {
    const { maxHeaderBytes, maxResponseBytes, connectTimeout } = this.#options;
    return new Promise((resolve, reject) => {
      const over = new AbortController();
      let asked;
      try {
        asked = httpsRequest({
          method, path: pathname + search, headers: { ...headers, host, 'content-length': bytes.length, connection: 'close' },
          maxHeaderSize: maxHeaderBytes, signal: ended,
          createConnection: (_, done) => void connection(verdict, this.#connecting, over.signal).then((socket) => done(null, socket), done),
        });
      } catch {
        // Not the platform's message: it repeats the header.
        reject(new PortcullisError('CALL_MALFORMED', 'the request cannot be sent as it is'));
        return;
      }
      let connected = false;
      const late = setTimeout(() => asked.destroy(new PortcullisError('WEBHOOK_TIMEOUT', 'there is no connection in time')), connectTimeout * 1000);
      const failed = (error) => {
        clearTimeout(late);
        over.abort();
        reject(told(error, connected, ended));
      };
      asked.on('error', failed);
      asked.on('socket', (socket) => socket.once('secureConnect', () => {
        connected = true;
        clearTimeout(late);
      }));
      asked.on('response', (response) => {
        read(response, maxResponseBytes).then((read) => resolve({ status: response.statusCode, headers: response.headers, body: read }), failed);
      });
      asked.end(bytes);
    });
  }
}

function bodyBytes(body) {
  if (body === undefined || body === null) return Buffer.alloc(0);
  if (typeof body === 'string') return Buffer.from(body);
  if (ArrayBuffer.isView(body)) return Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  if (body instanceof ArrayBuffer) return Buffer.from(body);
  throw new PortcullisError('CALL_MALFORMED', 'a body is text or bytes');
}

/** The body, as far as it is read. Whoever answers with more is not listened to. */
async function read(response, most) {
  const chunks = [];
  let length = 0;
  for await (const chunk of response) {
    chunks.push(chunk);
    length += chunk.length;
    if (length >= most) break;
  }
  response.destroy();
  return Buffer.concat(chunks).subarray(0, most);
}

/** What a promise gives, unless time runs out before. */
function unless(ended, promise) {
  return new Promise((resolve, reject) => {
    const stop = () => reject(told(ended.reason, false, ended));
    if (ended.aborted) return stop();
    ended.addEventListener('abort', stop, { once: true });
    return promise.then(resolve, reject).finally(() => ended.removeEventListener('abort', stop));
  });
}

/** Errors of this package hold no URL, no header and no part of a body: a URL can be as secret as a password. */
function told(error, connected, ended) {
  if (error instanceof PortcullisError) return error;
  const because = (code, message) => new PortcullisError(code, typeof error?.code === 'string' ? `${message} (${error.code})` : message);
  if (ended.aborted && ended.reason?.name !== 'TimeoutError') return new PortcullisError('WEBHOOK_INTERRUPTED', 'the caller gave it up');
  if (ended.aborted) return new PortcullisError('WEBHOOK_TIMEOUT', 'there is no answer in time');
  if (/^HPE_/.test(error?.code)) return because('WEBHOOK_RESPONSE_INVALID', 'the response is not HTTP, or its headers are too large');
  if (connected) return because('WEBHOOK_INTERRUPTED', 'the exchange broke off');
  if (TLS_ERRORS.test(error?.code)) return because('WEBHOOK_TLS_FAILED', 'no trusted TLS connection to the host');
  return because('WEBHOOK_UNREACHABLE', 'no address of the host took the connection');
}
