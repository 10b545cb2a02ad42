/** Why one operation is allowed or denied for a tenant, and what would change it. */
import type { Decision, Explanation } from 'portcullis';
import type { Edit, Engine } from '../engine/engine.js';

export interface Why {
  readonly operation: string;
  readonly tenant: string | null;
  readonly allowed: boolean;
  readonly decision: Decision;
  /** None for a claim that cannot be read. */
  readonly explanation: Explanation | null;
  readonly flip: Flip | null;
}

/** An edit of the claim that gives the other answer. */
export interface Flip extends Edit {
  /** Whether the module, asked again, gives the other answer for the edited claim. */
  readonly works: boolean;
  /** Whether it grants the tenant, and with it whatever else the operation rules allow. */
  readonly grantsTenant: boolean;
}

/** Without a tenant, what is asked is what the operation rules say. */
export function why(engine: Engine, claim: string, operation: string, tenant: string | null): Why {
  const header = engine.tenants.length > 0 ? tenant : null;
  const rulesOnly = engine.tenants.length > 0 && tenant === null;
  const decision = engine.decide(claim, operation, header);
  if (engine.validate(claim).error) {
    return { operation, tenant, allowed: decision.decision, decision, explanation: null, flip: null };
  }
  const explanation = engine.explain(claim, operation, header);
  const allowed = rulesOnly ? explanation.operation_allowed : decision.decision;

  const answer = (text: string): boolean =>
    rulesOnly ? engine.explain(text, operation, null).operation_allowed : engine.decide(text, operation, header).decision;
  const edits: Edit[] = explanation.operation_allowed === allowed ? [explanation.flip] : [];
  let result = edits.at(-1)?.result ?? claim;
  // What the operation rules allow and is still denied, the tenant rule denies.
  const denied = tenant ?? engine.onlyTenant;
  const grantsTenant = !allowed && denied !== null && !answer(result);
  if (grantsTenant) {
    edits.push(engine.editTenant(result, true, denied));
    result = edits.at(-1)!.result;
  }
  const flip = {
    remove: edits.flatMap((edit) => edit.remove),
    add: edits.flatMap((edit) => edit.add),
    result,
    works: answer(result) !== allowed,
    grantsTenant,
  };
  return { operation, tenant, allowed, decision, explanation, flip };
}
