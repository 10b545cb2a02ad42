/** Middleware for Express, Connect and whoever else takes Node's requests. */
import { isForged } from '../gate/headers.js';
import { handled, noGate } from './failure.js';

/** `gate` is a gate or a promise of one. The verdict is `request.portcullis` from then on. */
export function portcullis(gate) {
  handled(gate);
  return (request, response, next) => {
    pass(gate, request, response).then((allowed) => allowed && next(), next);
  };
}

async function pass(gate, request, response) {
  let made;
  try {
    made = await gate;
  } catch (error) {
    return refuse(request, response, noGate(error));
  }
  const verdict = await made.authorizeFacts(factsOf(request, made.tenantHeader));
  if (!verdict.allowed) return refuse(request, response, verdict.problem());
  setHeaders(request, verdict.tenantHeader, verdict.headers());
  request.portcullis = verdict;
  return true;
}

function refuse(request, response, { status, headers, body }) {
  response.writeHead(status, headers).end(request.method === 'HEAD' ? undefined : body);
  return false;
}

function factsOf(request, tenantHeader) {
  const { method, headersDistinct: headers } = request;
  // Where a router has taken a prefix away, the path as it came is still here.
  const target = request.originalUrl ?? request.url;
  return {
    method,
    path: target.split(/[?#]/, 1)[0],
    // Node keeps the first of several in `headers`; here they all are.
    authorization: headers.authorization ?? null,
    tenant: headers[tenantHeader.toLowerCase()] ?? null,
    preflight: headers.origin !== undefined && headers['access-control-request-method'] !== undefined,
  };
}

/** Every view that Node has of the headers: without what was forged, and with the decision. */
function setHeaders(request, tenantHeader, decided) {
  const raw = [];
  for (let at = 0; at < request.rawHeaders.length; at += 2) {
    const [name, value] = request.rawHeaders.slice(at, at + 2);
    if (!isForged(name, tenantHeader)) raw.push(name, value);
  }
  for (const name of Object.keys(request.headers)) {
    if (!isForged(name, tenantHeader)) continue;
    delete request.headers[name];
    delete request.headersDistinct[name];
  }
  for (const [name, value] of Object.entries(decided)) {
    raw.push(name, value);
    request.headers[name] = value;
    request.headersDistinct[name] = [value];
  }
  request.rawHeaders = raw;
}
