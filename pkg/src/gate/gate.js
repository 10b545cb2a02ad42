/**
 * The policy enforcement point for servers: a `Request` in, a verdict out.
 *
 * It gathers the facts, lets WebCrypto do the arithmetic, asks the module, and carries out what the
 * module says. Whatever goes wrong on the way is a denial with a code.
 */
import { Bundle, bundleBytes } from '../bundle.js';
import { digest } from '../digest.js';
import { PortcullisError } from '../error.js';
import { factsOf } from '../facts.js';
import { KeySet } from '../keys.js';
import { Policy } from '../policy.js';
import { dispose, ready, release } from '../runtime.js';
import { DENIED } from '../trap.js';
import { Assertion } from './assertion.js';
import { Force } from './force.js';
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
  #force;
  #trust;
  #keys;
  #cache;
  #clock;
  #receipts;

  static async create(options = {}) {
    const { policy, catalog, bundle, bundleKeys, bundleName, bundleAtLeast, receipts, jwks, assertion, cachedTokens = DEFAULT_CACHED_TOKENS, clock, ...jwksOptions } = options;
    await ready();
    refuseUnknown(jwksOptions);
    const gate = new Gate();
    gate.#clock = clock ?? (() => Date.now() / 1000);
    gate.#receipts = receipts;
    gate.#trust = { keys: bundleKeys, name: bundleName, atLeast: bundleAtLeast };
    if (bundle === undefined) gate.#force = new Force(policy instanceof Policy ? policy : new Policy(policy, { catalog, receipts }), !(policy instanceof Policy));
    else if (policy !== undefined) throw new PortcullisError('CALL_MALFORMED', 'a gate goes by a `policy` or by a `bundle`');
    else await gate.reload(bundle);
    gate.#keys = keySource(jwks, jwksOptions, gate.#clock);
    if (gate.#keys === undefined && !gate.policy.securityDisabled) {
      throw new PortcullisError('KEYS_INVALID', 'a gate needs `jwks`: the address of the issuer’s keys, or the keys');
    }
    gate.#cache = new TokenCache(cachedTokens);
    gate.assertion = assertion && (await Assertion.create(assertion, gate.#clock));
    return gate;
  }

  get policy() {
    return this.#force.policy;
  }

  get tenantHeader() {
    return this.#force.tenantHeader;
  }

  /** The facts of a request, as `authorize` takes them. */
  facts(request) {
    return this.#force.facts(request);
  }

  async reload(source, { older = false } = {}) {
    const bytes = await bundleBytes(source);
    for (;;) {
      const before = this.#force;
      const bundle = await Bundle.verify(bytes, { ...this.#trust, inForce: before?.bundle, older, now: this.#clock() });
      // Another reload was faster: that bundle is the one that this one must not be older than.
      if (before !== this.#force) continue;
      if (bundle.unchanged) return before.bundle;
      // Refused here where it has mistakes; nothing waits between this and the end.
      const next = new Force(Policy.ofBundle(bundle, { receipts: this.#receipts }), true);
      const unprotected = this.#cache !== undefined && this.#keys === undefined && !next.policy.securityDisabled;
      if (unprotected) throw new PortcullisError('KEYS_INVALID', 'the policy of the bundle needs `jwks`, and the gate has none');
      // Principals are of a policy.
      this.#cache?.clear();
      this.#force = next;
      before?.end();
      return bundle;
    }
  }

  authorize(request) {
    let facts;
    try {
      facts = this.facts(request);
    } catch (error) {
      return Promise.resolve(this.#failed({}, error, request));
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
    const { authorization } = facts;
    // Of a `Request` nothing comes that is not known to be plain.
    const plain = request !== undefined;
    const asked = bounded(plain ? plainFacts(facts) : otherFacts(facts));
    asked.now = this.#clock();
    // One policy from here on, whatever is put in force meanwhile.
    const force = this.#force;
    force.enter();
    try {
      // What is known at once is not waited for.
      const identified = this.#identify(authorization);
      const who = identified instanceof Promise ? await identified : identified;
      let principal = who.name && force === this.#force ? this.#cache.get(who.name, who.keys, asked.now) : undefined;
      const cached = principal !== undefined;
      if (who.keys !== undefined && !cached) {
        Object.assign(who, await this.#verify(force.policy, who.keys, authorization, asked.now));
        ({ principal } = who);
      }
      // Nothing waits from here on: whoever else is served meanwhile could give the principal back.
      try {
        const decision = force.policy.decideFor(principal, who.refused, asked, force.policy.receipts, plain);
        // What does not exist answers alike to everyone, also where nobody can be verified.
        const unverified = who.error !== undefined && decision.stage === 'authentication';
        return new Verdict(force, this.assertion, facts, decision, unverified ? who.error : undefined, request);
      } finally {
        if (principal !== undefined && !cached) this.#keep(who, force, asked.now);
      }
    } catch (error) {
      return this.#failed(facts, error, request);
    } finally {
      force.leave();
    }
  }

  #failed(facts, error, request) {
    const known = error instanceof PortcullisError;
    const why = known ? error : new PortcullisError('CALL_MALFORMED', 'the request cannot be read', { cause: error });
    // A trap has a reason code of its own.
    return new Verdict(this.#force, this.assertion, facts, structuredClone(DENIED), why.code === 'MODULE_TRAPPED' ? undefined : why, request);
  }

  /** The keys to verify a credential with and its name in the cache, or why it is refused unseen. Or a promise of that. */
  #identify(authorization) {
    if (authorization === null || authorization === undefined || this.#keys === undefined) return {};
    const text = Array.isArray(authorization) && authorization.length === 1 ? authorization[0] : authorization;
    if (text.length > MAX_AUTHORIZATION_LENGTH) return { refused: 'CREDENTIAL_INVALID' };
    const keys = this.#keys.fresh;
    const name = typeof text === 'string' && this.#cache.enabled ? digest(text) : undefined;
    return keys === undefined || name instanceof Promise ? this.#later(keys, name) : { keys, name };
  }

  async #later(fresh, name) {
    let keys = fresh;
    try {
      keys ??= await this.#keys.get();
    } catch (error) {
      return { refused: 'CREDENTIAL_INVALID', error };
    }
    return { keys, name: await name };
  }

  /** A new principal, or why there is none, and the keys that told. */
  async #verify(policy, keys, authorization, now) {
    const { principal, expires, refused } = await keys.verify(policy, { authorization }, now);
    if (refused?.detail === 'kid_unknown') {
      const refreshed = await this.#keys.refreshed(keys);
      if (refreshed !== keys) return this.#verify(policy, refreshed, authorization, now);
    }
    return { keys, principal, expires, refused: refused?.reason };
  }

  /** Keeps a principal for the next request, if it was verified by the keys and for the policy that are still in force. */
  #keep({ name, keys, principal, expires }, force, verified) {
    if (name !== undefined && keys === this.#keys.current && force === this.#force) this.#cache.set(name, keys, { principal, verified, expires });
    else release(principal);
  }

  dispose() {
    this.#cache.clear();
    this.#keys?.dispose();
    this.policy.dispose();
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

function plainFacts({ method, path, tenant, preflight }) {
  return { method, path, tenant, preflight, now: 0 };
}

function otherFacts({ authorization: _, ...facts }) {
  return facts;
}

/** What is far too long crosses cut short, and is still too long. */
function bounded(facts) {
  const { path, tenant } = facts;
  if (path?.length > MAX_FACT_LENGTH) facts.path = path.slice(0, MAX_FACT_LENGTH);
  if (typeof tenant === 'string' && tenant.length > MAX_FACT_LENGTH) facts.tenant = tenant.slice(0, MAX_FACT_LENGTH);
  return facts;
}
