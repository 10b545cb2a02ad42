/** A permission claim, read under a policy: what it means, and how to change it. */
import { PortcullisError } from './error.js';
import { Policy } from './policy.js';
import { indexOfByte } from './text.js';

/** The policy where none is named: the built-in catalog, several tenants, none of them registered. */
let builtIn;

function policyOf(options) {
  return options?.policy ?? (builtIn ??= new Policy({ portcullis: 1, tenancy: { mode: 'multi' } }));
}

/** The module counts bytes; JavaScript counts UTF-16. */
function located(problem, text) {
  return problem && { ...problem, index: indexOfByte(text, problem.offset) };
}

/** `{ operation }` or `{ tenant }`. */
function change({ operation, tenant }) {
  return operation === undefined ? { tenant } : { operation };
}

export class Claim {
  #policy;

  constructor(text, policy) {
    this.#policy = policy;
    this.text = text;
    Object.freeze(this);
  }

  static validate(text, options) {
    const policy = policyOf(options);
    const { error, ...validated } = policy.ask('claim.validate', { claim: String(text) });
    return { ...validated, error: located(error, String(text)) };
  }

  static parse(text, options) {
    const policy = policyOf(options);
    const { error } = Claim.validate(text, { policy });
    if (error) {
      const message = `${error.kind.replaceAll('_', ' ')} at byte ${error.offset}: expected ${error.expected}`;
      throw new PortcullisError('CLAIM_INVALID', message, { claim: error });
    }
    return new Claim(text, policy);
  }

  static build({ allowAllOperations = false, allow = [], deny = [], tenants = null } = {}, options) {
    const policy = policyOf(options);
    const parts = { allow_all_operations: allowAllOperations, allow, deny };
    if (tenants?.allExcept) parts.tenants = { all_except: tenants.allExcept };
    else if (tenants?.noneExcept) parts.tenants = { none_except: tenants.noneExcept };
    else if (tenants !== null) throw new PortcullisError('CALL_MALFORMED', 'tenants: `allExcept` or `noneExcept`');
    return new Claim(policy.ask('claim.build', { parts }).claim, policy);
  }

  get policy() {
    return this.#policy;
  }

  normalize() {
    return new Claim(this.#ask('claim.normalize').claim, this.#policy);
  }

  minimize() {
    return new Claim(this.#ask('claim.minimize').claim, this.#policy);
  }

  effective() {
    return this.#ask('claim.effective');
  }

  explain(operation, tenant = null) {
    return this.#ask('claim.explain', { operation, tenant });
  }

  diff(other) {
    return this.#policy.ask('claim.diff', { first: this.text, second: textOf(other) });
  }

  covers(other) {
    return this.diff(other).first_covers_second;
  }

  intersect(other) {
    const { claim } = this.#policy.ask('claim.intersect', { first: this.text, second: textOf(other) });
    return new Claim(claim, this.#policy);
  }

  grant(what) {
    return this.#edit(true, what);
  }

  revoke(what) {
    return this.#edit(false, what);
  }

  permit() {
    return this.#policy.permit(this.text);
  }

  toString() {
    return this.text;
  }

  toJSON() {
    return this.text;
  }

  #ask(name, parameters) {
    return this.#policy.ask(name, { claim: this.text, ...parameters });
  }

  #edit(allow, what) {
    const { result, ...edit } = this.#ask('claim.edit', { allow, change: change(what) });
    return { ...edit, result: new Claim(result, this.#policy) };
  }
}

function textOf(claim) {
  return typeof claim === 'string' ? claim : claim.text;
}
