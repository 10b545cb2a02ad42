/**
 * The policy enforcement point for servers: a `Request` in, a verdict out.
 *
 * It gathers the facts, lets WebCrypto do the arithmetic, asks the module, and carries out what the
 * module says. Whatever goes wrong on the way is a denial with a code.
 */
import { digest } from '../digest.js';
import { PortcullisError } from '../error.js';
import { factsOf } from '../facts.js';
import { KeySet } from '../keys.js';
import { Policy } from '../policy.js';
import { dispose, ready, release } from '../runtime.js';
import { DENIED } from '../trap.js';
import { Assertion } from './assertion.js';
import { factsOfRequest } from './facts.js';
import { RemoteKeys } from './remote-keys.js';
import { TokenCache } from './token-cache.js';
import { Verdict } from './verdict.js';

const DEFAULT_CACHED_TOKENS = 1000;
/** Longest `Authorization` that is looked at; the module's own limit for tokens is 128 KiB. */
const MAX_AUTHORIZATION_LENGTH = 256 << 10;
/** Longest tenant header and path that cross whole: far beyond the module's limits, so it says what they are. */
const MAX_FACT_LENGTH = 64 << 10;

/** Keys that are always there. */
class FixedKeys {
  constructor(keys) {
    this.fresh = keys;
    this.current = keys;
  }

  async get() {
    return this.fresh;
  }

  async refreshed() {
    return this.fresh;
  }

  dispose() {
    this.fresh.dispose();
  }
}

export class Gate {
  #policy;
  #keys;
  #cache;
  #clock;

  static async create({ policy, catalog, jwks, assertion, cachedTokens = DEFAULT_CACHED_TOKENS, clock, ...jwksOptions } = {}) {
    await ready();
    refuseUnknown(jwksOptions);
    const gate = new Gate();
    gate.#clock = clock ?? (() => Date.now() / 1000);
    gate.#policy = policy instanceof Policy ? policy : new Policy(policy, { catalog });
    gate.#keys = keySource(jwks, jwksOptions, gate.#clock);
    if (gate.#keys === undefined && !gate.#policy.securityDisabled) {
      throw new PortcullisError('KEYS_INVALID', 'a gate needs `jwks`: the address of the issuer’s keys, or the keys');
    }
    gate.#cache = new TokenCache(cachedTokens);
    gate.assertion = assertion && (await Assertion.create(assertion, gate.#clock));
    return gate;
  }

  get policy() {
    return this.#policy;
  }

  get tenantHeader() {
    return this.#policy.tenantHeader;
  }

  /** The facts of a request, as `authorize` takes them. */
  facts(request) {
    return factsOfRequest(request, this.#policy.tenantHeader);
  }

  async authorize(request) {
    let facts;
    try {
      facts = this.facts(request);
    } catch (error) {
      return this.#failed({}, error, request);
    }
    return this.#decide(facts, request);
  }

  async authorizeFacts({ authorization = null, ...request }) {
    try {
      return await this.#decide({ authorization, ...factsOf(request) });
    } catch (error) {
      return this.#failed({}, error);
    }
  }

  async #decide(facts, request) {
    const { authorization, ...asked } = facts;
    asked.now = this.#clock();
    try {
      const who = await this.#identify(authorization);
      let principal = who.name && this.#cache.get(who.name, who.keys, asked.now);
      const cached = principal !== undefined;
      if (who.keys !== undefined && !cached) {
        Object.assign(who, await this.#verify(who.keys, authorization, asked.now));
        ({ principal } = who);
      }
      // Nothing waits from here on: whoever else is served meanwhile could give the principal back.
      try {
        const decision = this.#policy.decideFor(principal, who.refused, bounded(asked));
        // What does not exist answers alike to everyone, also where nobody can be verified.
        const unverified = who.error !== undefined && decision.stage === 'authentication';
        return new Verdict(this, facts, decision, unverified ? who.error : undefined, request);
      } finally {
        if (principal !== undefined && !cached) this.#keep(who);
      }
    } catch (error) {
      return this.#failed(facts, error, request);
    }
  }

  #failed(facts, error, request) {
    const known = error instanceof PortcullisError;
    const why = known ? error : new PortcullisError('CALL_MALFORMED', 'the request cannot be read', { cause: error });
    // A trap has a reason code of its own.
    return new Verdict(this, facts, structuredClone(DENIED), why.code === 'MODULE_TRAPPED' ? undefined : why, request);
  }

  /** The keys to verify a credential with and its name in the cache, or why it is refused unseen. */
  async #identify(authorization) {
    if (authorization === null || authorization === undefined || this.#keys === undefined) return {};
    const text = Array.isArray(authorization) && authorization.length === 1 ? authorization[0] : authorization;
    if (text.length > MAX_AUTHORIZATION_LENGTH) return { refused: 'CREDENTIAL_INVALID' };
    let keys;
    try {
      keys = this.#keys.fresh ?? (await this.#keys.get());
    } catch (error) {
      return { refused: 'CREDENTIAL_INVALID', error };
    }
    if (typeof text !== 'string' || !this.#cache.enabled) return { keys };
    const sum = digest(text);
    return { keys, name: typeof sum === 'string' ? sum : await sum };
  }

  /** A new principal, or why there is none, and the keys that told. */
  async #verify(keys, authorization, now) {
    const { principal, expires, refused } = await keys.verify(this.#policy, { authorization }, now);
    if (refused?.detail === 'kid_unknown') {
      const refreshed = await this.#keys.refreshed(keys);
      if (refreshed !== keys) return this.#verify(refreshed, authorization, now);
    }
    return { keys, principal, expires, refused: refused?.reason };
  }

  /** Keeps a principal for the next request, if it was verified by the keys that are still in force. */
  #keep({ name, keys, principal, expires }) {
    if (name !== undefined && keys === this.#keys.current) this.#cache.set(name, keys, { principal, expires });
    else release(principal);
  }

  dispose() {
    this.#cache.clear();
    this.#keys?.dispose();
    this.#policy.dispose();
  }

  [dispose]() {
    this.dispose();
  }
}

/** The options of the keys' source. A misspelt limit must not be no limit. */
const JWKS_OPTIONS = new Set(['cooldown', 'maxAge', 'staleFor', 'timeout', 'maxBytes', 'allowHttp', 'jwksCache', 'fetch']);

function refuseUnknown(options) {
  const unknown = Object.keys(options).find((name) => !JWKS_OPTIONS.has(name));
  if (unknown) throw new PortcullisError('CALL_MALFORMED', `a gate has no option \`${unknown}\``);
}

function keySource(jwks, options, clock) {
  if (jwks === undefined || jwks === null) return undefined;
  if (jwks instanceof KeySet) return new FixedKeys(jwks);
  const isAddress = jwks instanceof URL || (typeof jwks === 'string' && !jwks.trimStart().startsWith('{'));
  return isAddress ? new RemoteKeys(jwks, options, clock) : new FixedKeys(new KeySet(jwks));
}

/** What is far too long crosses cut short, and is still too long. */
function bounded(facts) {
  const { path, tenant } = facts;
  if (path?.length > MAX_FACT_LENGTH) facts.path = path.slice(0, MAX_FACT_LENGTH);
  if (typeof tenant === 'string' && tenant.length > MAX_FACT_LENGTH) facts.tenant = tenant.slice(0, MAX_FACT_LENGTH);
  return facts;
}
