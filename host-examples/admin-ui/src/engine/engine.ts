/**
 * The questions that the page asks of the module, for one catalog and one list of tenants. It
 * decides nothing itself: an answer is passed on as it came.
 */
import {
  mapCatalog, Policy, type ClaimValidated, type Decision, type DiffView, type EditView, type EffectiveView, type ExplanationView,
  type Permit,
} from './portcullis.js';
import type { CatalogDocument, ImportAnswer, ImportRequest } from './catalog.js';

/** Which operations exist, and which tenants. */
export interface Setup {
  /** None: the built-in catalog of the Workflow API. */
  readonly catalog?: CatalogDocument;
  /** None: one tenant is served, and claims need no tenant rule. */
  readonly tenants: readonly string[];
}

export class Engine {
  readonly setup: Setup;
  #policy: Policy;

  /** @throws {PortcullisError} `POLICY_INVALID`, with every mistake */
  constructor(setup: Setup) {
    this.setup = setup;
    this.#policy = new Policy({
      portcullis: 1,
      ...(setup.catalog && { catalog: setup.catalog }),
      tenancy: setup.tenants.length > 0 ? { mode: 'multi', tenants: setup.tenants } : { mode: 'single' },
    });
  }

  /** Operation ids, in the order of indexes. */
  get operations(): readonly string[] {
    return this.#policy.operations;
  }

  /** Registered tenant ids, in the order of indexes; none where one tenant is served. */
  get tenants(): readonly string[] {
    return this.setup.tenants.length > 0 ? this.#policy.tenants : [];
  }

  catalog(): CatalogDocument {
    return this.#ask('policy.catalog');
  }

  validate(claim: string): ClaimValidated {
    return this.#ask('claim.validate', { claim });
  }

  effective(claim: string): EffectiveView {
    return this.#ask('claim.effective', { claim });
  }

  explain(claim: string, operation: string, tenant: string | null): ExplanationView {
    return this.#ask('claim.explain', { claim, operation, tenant });
  }

  diff(first: string, second: string): DiffView {
    return this.#ask('claim.diff', { first, second });
  }

  minimize(claim: string): string {
    return this.#ask<{ claim: string }>('claim.minimize', { claim }).claim;
  }

  /** The smallest edit that grants or revokes one operation, or one tenant. */
  edit(claim: string, allow: boolean, change: { operation: string } | { tenant: string }): EditView {
    return this.#ask('claim.edit', { claim, allow, change });
  }

  /** A claim that has only a tenant rule's worth of meaning so far. */
  buildForTenant(tenant: string): string {
    return this.#ask<{ claim: string }>('claim.build', { parts: { tenants: { none_except: [tenant] } } }).claim;
  }

  /** Decides a request for an operation, whatever the claim is: several claims are a list. */
  decide(claim: string | readonly string[] | null, operation: string, tenant: string | null): Decision {
    const { principal } = this.#ask<{ principal: number }>('principal.assume', { claim });
    try {
      return this.#ask('decide', { principal, request: { operation, tenant } });
    } finally {
      this.#policy.ask('release', { handle: principal });
    }
  }

  /** For every operation, whether a tenant may call it; without a tenant, as a request without one. */
  allowed(claim: string, tenant: string | null): Uint8Array {
    const index = tenant === null ? undefined : this.#policy.tenants.indexOf(tenant);
    if (index === -1) return new Uint8Array(this.operations.length);
    const permit: Permit = this.#policy.permit(claim);
    try {
      return Uint8Array.from(this.operations, (_, operation) => Number(permit.allowsIndexes(operation, index)));
    } finally {
      permit.dispose();
    }
  }

  map(request: ImportRequest): ImportAnswer {
    return mapCatalog(request) as ImportAnswer;
  }

  dispose(): void {
    this.#policy.dispose();
  }

  #ask<Answer>(name: string, parameters: object = {}): Answer {
    return this.#policy.ask(name, parameters) as Answer;
  }
}
