/**
 * The questions that the page asks of the module, for one catalog and one list of tenants. It
 * decides nothing itself: an answer is passed on as it came.
 */
import {
  Claim, mapCatalog, Policy, type CatalogDocument, type Decision, type Difference, type Effective, type Explanation,
  type LocatedClaimProblem, type MapAnswer, type MapRequest,
} from 'portcullis';

/** Which operations exist, and which tenants. */
export interface Setup {
  /** None: the built-in catalog of the Workflow API. */
  readonly catalog?: CatalogDocument;
  /** None: one tenant is served, and claims need no tenant rule. */
  readonly tenants: readonly string[];
}

/** A change of a claim, and the claim after it. */
export interface Edit {
  readonly remove: readonly string[];
  readonly add: readonly string[];
  readonly result: string;
}

export class Engine {
  readonly setup: Setup;
  readonly #policy: Policy;

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

  /** Registered tenant ids; none where one tenant is served. */
  get tenants(): readonly string[] {
    return this.setup.tenants.length > 0 ? this.#policy.tenants : [];
  }

  /** The id of the one tenant, where one is served. */
  get onlyTenant(): string | null {
    return this.setup.tenants.length > 0 ? null : (this.#policy.tenants[0] ?? null);
  }

  catalog(): CatalogDocument {
    return this.#policy.catalog();
  }

  validate(claim: string): { normal: string | null; error: LocatedClaimProblem | null } {
    return Claim.validate(claim, { policy: this.#policy });
  }

  effective(claim: string): Effective {
    return this.#parse(claim).effective();
  }

  explain(claim: string, operation: string, tenant: string | null): Explanation {
    return this.#parse(claim).explain(operation, tenant);
  }

  diff(first: string, second: string): Difference {
    return this.#parse(first).diff(second);
  }

  minimize(claim: string): string {
    return this.#parse(claim).minimize().text;
  }

  /** The smallest edit that grants or revokes one tenant. */
  editTenant(claim: string, allow: boolean, tenant: string): Edit {
    const parsed = this.#parse(claim);
    const { remove, add, result } = allow ? parsed.grant({ tenant }) : parsed.revoke({ tenant });
    return { remove, add, result: result.text };
  }

  /** A claim that has only a tenant rule's worth of meaning so far. */
  buildForTenant(tenant: string): string {
    return Claim.build({ tenants: { noneExcept: [tenant] } }, { policy: this.#policy }).text;
  }

  /** Decides a request for an operation, whatever the claim is. */
  decide(claim: string, operation: string, tenant: string | null): Decision {
    const permit = this.#policy.permit(claim);
    try {
      return this.#policy.decide(permit, { operation, tenant });
    } finally {
      permit.dispose();
    }
  }

  /** For every operation, by its index, whether a tenant may call it; null: the one tenant that is served. */
  allowed(claim: string, tenant: string | null): Uint8Array {
    const index = tenant === null ? undefined : this.#policy.tenants.indexOf(tenant);
    const permit = this.#policy.permit(claim);
    try {
      return Uint8Array.from(this.operations, (_, operation) => Number(permit.allowsIndexes(operation, index)));
    } finally {
      permit.dispose();
    }
  }

  map(request: MapRequest): MapAnswer {
    return mapCatalog(request);
  }

  dispose(): void {
    this.#policy.dispose();
  }

  #parse(claim: string): Claim {
    return Claim.parse(claim, { policy: this.#policy });
  }
}
