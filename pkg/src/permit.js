/** A claim compiled for a policy: the fastest way to ask. */
import { allows } from '../dist/glue.js';
import { PortcullisError } from './error.js';
import { Handle } from './handle.js';
import { dispose, enter, trapped } from './runtime.js';

/** The tenant index of a request without the tenant header. */
const NO_TENANT_HEADER = 0xffffffff;

export class Permit {
  #handle;
  #operations;
  #tenants;

  /** For `Policy.permit`. `operations` and `tenants` are indexes by id. */
  constructor(policyHandle, claim, operations, tenants) {
    if (typeof claim !== 'string') throw new PortcullisError('CALL_MALFORMED', 'a claim is a string');
    this.#operations = operations;
    this.#tenants = tenants;
    this.#handle = new Handle(() => {
      const policy = policyHandle.value;
      const handle = enter((module) => module.permit(policy, claim));
      if (handle === 0) throw new PortcullisError('LIMIT_REACHED', 'too many permits are kept; dispose of some');
      return handle;
    });
    // Compiled now: that the policy is gone, or a limit reached, is told here.
    void this.#handle.value;
  }

  /** The principal in the module. */
  get principal() {
    return this.#handle.kept;
  }

  allows(operation, tenant) {
    const operationIndex = this.#operations.get(operation);
    const tenantIndex = tenant == null ? NO_TENANT_HEADER : this.#tenants.get(tenant);
    if (operationIndex === undefined || tenantIndex === undefined) return false;
    return this.allowsIndexes(operationIndex, tenantIndex);
  }

  allowsIndexes(operation, tenant = NO_TENANT_HEADER) {
    // The module takes 32 bits, and would take the rest of another number for an index.
    if (operation >>> 0 !== operation || tenant >>> 0 !== tenant) return false;
    try {
      // A handle is good only while its instance runs, so nothing needs to be started here.
      return allows(this.#handle.value, operation, tenant);
    } catch (error) {
      trapped(error);
      return false;
    }
  }

  dispose() {
    this.#handle.dispose();
  }

  [dispose]() {
    this.dispose();
  }
}
