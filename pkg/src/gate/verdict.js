/** What a gate says of one request, and what follows from it. */
import { PortcullisError } from '../error.js';
import { ASSERTION, forwarded, headersOf } from './headers.js';
import { problemOf } from './problem.js';

export class Verdict {
  #force;
  #assertion;
  #facts;
  #request;

  /** For `Gate`. `error` is why there is no proper decision; then the verdict is a denial. */
  constructor(force, assertion, facts, decision, error, request) {
    this.#force = force;
    this.#assertion = assertion;
    this.#facts = facts;
    this.#request = request;
    this.decision = decision;
    this.error = error ?? null;
    this.allowed = error === undefined && decision.decision === true;
  }

  /** The header of the tenant under the policy that decided. */
  get tenantHeader() {
    return this.#force.tenantHeader;
  }

  /** The denial as status, headers and body, for servers that are not built on `Response`. */
  problem() {
    if (this.allowed) throw new PortcullisError('CALL_MALFORMED', 'an allowed request has no problem');
    return problemOf(this.decision, this.error ?? undefined);
  }

  toResponse() {
    const { body, ...init } = this.problem();
    return new Response(body, init);
  }

  /** The headers that the gate sets for whoever handles the request. */
  headers() {
    this.#mustBeAllowed();
    return headersOf(this.decision);
  }

  async forward(request = this.#request, { origin } = {}) {
    this.#mustBeAllowed();
    const facts = this.#force.facts(request);
    const same = ['method', 'path', 'tenant', 'authorization', 'preflight'].every((name) => facts[name] === this.#facts[name]);
    if (!same) throw new PortcullisError('NOT_AUTHORIZED', 'this is another request than the one that was decided');
    if (request.bodyUsed) throw new PortcullisError('CALL_MALFORMED', 'the body of the request was read, and cannot be sent on');
    const url = origin === undefined ? request.url : baseOf(origin) + targetOf(request.url);
    const headers = forwarded(request.headers, this.tenantHeader, this.decision);
    if (this.#assertion) headers.set(ASSERTION, await this.#assertion.sign(facts.method, new URL(url).pathname, this.decision));
    // A redirect is the client's to follow: not here, with the client's credential.
    const init = { method: request.method, headers, redirect: 'manual', signal: request.signal };
    // A preflight that passes has shown no credential, so nothing of it but its headers goes on.
    const body = facts.preflight ? null : request.body;
    return new Request(url, body ? { ...init, body, duplex: 'half' } : init);
  }

  #mustBeAllowed() {
    if (!this.allowed) throw new PortcullisError('NOT_AUTHORIZED', 'the request was denied');
  }
}

/** The path and the query of an absolute URL, as they stand. */
function targetOf(url) {
  const start = url.indexOf('/', url.indexOf('://') + 3);
  const fragment = url.indexOf('#', start);
  return fragment < 0 ? url.slice(start) : url.slice(start, fragment);
}

/** The origin that was asked for last: there is hardly ever more than one. */
let last = { origin: undefined, base: undefined };

/** Where to send requests: an origin, and its path, which comes before theirs. */
function baseOf(origin) {
  const text = String(origin);
  if (text !== last.origin) {
    const url = new URL(text);
    last = { origin: text, base: url.origin + url.pathname.replace(/\/$/, '') };
  }
  return last.base;
}
