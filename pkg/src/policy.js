/** A checked policy, and what it decides. */
import { sha256 } from '../dist/digest.js';
import { Bundle } from './bundle.js';
import { PortcullisError } from './error.js';
import { factsOf, isPlain } from './facts.js';
import { Handle } from './handle.js';
import { KeySet } from './keys.js';
import { Permit } from './permit.js';
import { find } from './rows.js';
import { ask, dispose, enter, generation, mustBeHere, release } from './runtime.js';
import { jsonText } from './text.js';
import { denyTraps } from './trap.js';

export class Policy {
  #handle;
  #operations;
  #tenants;
  #keys;

  constructor(document, { catalog, jwks, receipts = false } = {}) {
    // The text is kept, not the object: it is what was checked, and what a new instance is given.
    const parameters = {
      document: jsonText(document),
      ...(catalog != null && { catalog: jsonText(catalog) }),
      ...(receipts !== false && { module: receipts === true ? sha256 : receipts }),
    };
    let loaded;
    this.#handle = new Handle(() => {
      loaded = ask('policy.load', parameters);
      return loaded.policy;
    });
    const { operations, tenants } = this.ask('policy.table');
    this.receipts = receipts !== false;
    this.advice = loaded.advice;
    this.tenantHeader = loaded.tenant_header;
    this.securityDisabled = loaded.security_disabled;
    this.operations = operations;
    this.tenants = tenants;
    this.#operations = new Map(operations.map((id, index) => [id, index]));
    this.#tenants = new Map(tenants.map((id, index) => [id, index]));
    if (jwks != null) this.#keys = new KeySet(jwks);
    this.bundle = null;
  }

  static async fromBundle(source, { jwks, receipts, ...trust } = {}) {
    return Policy.ofBundle(await Bundle.verify(source, trust), { jwks, receipts });
  }

  /** For `Gate` and `fromBundle`. */
  static ofBundle(bundle, options = {}) {
    const policy = new Policy(bundle.document, { ...options, catalog: bundle.catalog });
    policy.bundle = bundle;
    return policy;
  }

  get keyWarnings() {
    return this.#keys?.warnings ?? [];
  }

  ask(name, parameters) {
    return ask(name, { policy: this.#handle.value, ...parameters });
  }

  catalog() {
    return this.ask('policy.catalog');
  }

  permit(claim) {
    return new Permit(this.#handle, claim, this.#operations, this.#tenants);
  }

  decide(permit, request, { receipt = false } = {}) {
    if (!(permit instanceof Permit)) throw new PortcullisError('CALL_MALFORMED', 'not a permit');
    try {
      return this.decideFor(permit.principal, undefined, factsOf(request), receipt);
    } catch (error) {
      return denyTraps(error);
    }
  }

  async authorize({ authorization = null, token, claim, roles, ...request }, { now = Date.now() / 1000, receipt = false } = {}) {
    const facts = factsOf(request);
    facts.now = now;
    try {
      return await this.as({ authorization, token, claim, roles }, now, (principal, refused) => this.decideFor(principal, refused, facts, receipt));
    } catch (error) {
      return denyTraps(error);
    }
  }

  /** Which rows of a table a search finds. */
  async find(request, options) {
    return find(this, request, options);
  }

  /** For the package itself: runs something for whoever shows a credential, or is refused. */
  async as(credential, now, run) {
    const authenticated = this.#authenticate(credential, now);
    const { principal, refused } = authenticated instanceof Promise ? await authenticated : authenticated;
    try {
      return run(principal, refused?.reason);
    } finally {
      if (principal) release(principal);
    }
  }

  /** The principal of a credential, or why there is none. Or a promise of that. */
  #authenticate({ authorization, token, claim, roles = [] }, now) {
    if (claim !== undefined) {
      const { principal: handle } = this.ask('principal.assume', { claim, roles });
      return { principal: { handle, generation } };
    }
    const credential = token === undefined ? { authorization } : { token };
    if ((token ?? authorization) == null) return {};
    if (this.#keys === undefined) {
      throw new PortcullisError('KEYS_INVALID', 'tokens cannot be verified: the policy was made without `jwks`');
    }
    return this.#keys.verify(this, credential, now);
  }

  /**
   * Decides for a principal of this policy, a refused credential, or nobody. For the package itself:
   * it throws where the module traps.
   */
  decideFor(principal, refused, facts, receipt = false, plain = isPlain(facts)) {
    const policy = this.#handle.value;
    mustBeHere(principal);
    if (receipt || !plain) {
      return this.ask('decide', { principal: principal?.handle, refused, request: facts, receipt });
    }
    return enter((module) => module.decide(policy, principal?.handle, refused, facts));
  }

  dispose() {
    this.#handle.dispose();
    this.#keys?.dispose();
  }

  [dispose]() {
    this.dispose();
  }
}
