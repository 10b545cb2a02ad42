/** What the module says of one claim, held so that every row of the tree can be drawn from it. */
import type { LocatedClaimProblem, Matched } from 'portcullis';
import type { Engine } from '../engine/engine.js';
import { marksBefore, type Outline } from './outline.js';

export class Evaluation {
  readonly claim: string;
  /** What is wrong with the claim; a claim that is wrong allows nothing. */
  readonly error: LocatedClaimProblem | null;
  /** The normal form, where there is one. */
  readonly normal: string | null;
  /** The rule that decided each operation; null where none is about it. */
  readonly rules: readonly (Matched | null)[];
  /** For each registered tenant, whether the tenant half allows it. */
  readonly tenants: ReadonlyMap<string, boolean>;
  readonly #engine: Engine;
  readonly #outline: Outline;
  readonly #operationHalf: Uint8Array;
  readonly #views = new Map<string | null, View>();
  readonly #overridden = new Map<number, readonly Matched[]>();

  constructor(engine: Engine, outline: Outline, claim: string) {
    this.#engine = engine;
    this.#outline = outline;
    this.claim = claim;
    const { error, normal } = engine.validate(claim);
    this.error = error;
    this.normal = normal;
    this.#operationHalf = new Uint8Array(engine.operations.length);
    if (error) {
      this.rules = [];
      this.tenants = new Map(engine.tenants.map((tenant) => [tenant, false]));
      return;
    }
    const effective = engine.effective(claim);
    const rules: (Matched | null)[] = new Array(engine.operations.length).fill(null);
    effective.operations.forEach(({ operation, allowed, rule }, at) => {
      const index = engine.operations[at] === operation ? at : outline.operation[outline.find.get(operation)!]!;
      this.#operationHalf[index] = Number(allowed);
      rules[index] = rule ?? null;
    });
    this.rules = rules;
    const registered = new Set(engine.tenants);
    this.tenants = new Map(
      effective.tenants.filter(({ tenant }) => registered.has(tenant)).map(({ tenant, allowed }) => [tenant, allowed]),
    );
  }

  /** Whether this is what the engine says of a claim. */
  isOf(engine: Engine, claim: string): boolean {
    return this.#engine === engine && this.claim === claim;
  }

  /**
   * What a tenant may call. Of null, what the one tenant may that is served; where several are, what
   * the operation rules allow whatever the tenant.
   */
  view(tenant: string | null): View {
    let view = this.#views.get(tenant);
    if (view === undefined) {
      const rulesOnly = tenant === null && this.#engine.tenants.length > 0;
      const allowed = rulesOnly ? this.#operationHalf : this.#engine.allowed(this.claim, tenant);
      view = { allowed, before: marksBefore(this.#outline, allowed), count: allowed.reduce((sum, one) => sum + one, 0) };
      this.#views.set(tenant, view);
    }
    return view;
  }

  /** The rules that are about an operation and did not decide it, nearest first. */
  overridden(operation: number): readonly Matched[] {
    if (this.error) return [];
    let rules = this.#overridden.get(operation);
    if (rules === undefined) {
      rules = this.#engine.explain(this.claim, this.#engine.operations[operation]!, null).overridden;
      this.#overridden.set(operation, rules);
    }
    return rules;
  }
}

export interface View {
  /** 1 for each operation that is allowed. */
  readonly allowed: Uint8Array;
  /** How many allowed operations the nodes before each node are. */
  readonly before: Int32Array;
  /** How many operations are allowed. */
  readonly count: number;
}
