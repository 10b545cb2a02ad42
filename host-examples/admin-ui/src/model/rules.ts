/**
 * The claim as text: its rules one by one, to colour them, and to write one in or out. What a rule
 * means, and whether the text is a claim at all, is for the module to say.
 */
export type Effect = 'a' | 'd';

/** A piece of the text between semicolons. */
export interface Piece {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export function pieces(claim: string): Piece[] {
  let start = 0;
  return claim.split(';').map((text) => {
    const piece = { start, end: start + text.length, text };
    start = piece.end + 1;
    return piece;
  });
}

/** The effects that the text has for exactly this target: none, one, or both. */
export function effectsOf(claim: string): ReadonlyMap<string, string> {
  const effects = new Map<string, string>();
  for (const { text } of pieces(claim)) {
    const target = text.slice(2);
    effects.set(target, (effects.get(target) ?? '') + text.slice(0, 1));
  }
  return effects;
}

const isTenantRule = (text: string): boolean => /^[ad]:tenants(:|$)/.test(text);

/** The text with one rule for a target, or none; everything else stays as it is. */
export function withRule(claim: string, target: string, effect: Effect | null): string {
  const rules = claim === '' ? [] : claim.split(';');
  const same = (text: string): boolean => text.slice(2) === target;
  const before = rules.findIndex(same);
  const others = rules.filter((text) => !same(text));
  if (effect !== null) {
    const tenants = others.findIndex(isTenantRule);
    const end = tenants < 0 ? others.length : tenants;
    others.splice(before < 0 ? end : before, 0, `${effect}:${target}`);
  }
  return others.join(';');
}

/** The text with this tenant rule, or none. */
export function withTenantRule(claim: string, rule: string | null): string {
  const others = claim === '' ? [] : claim.split(';').filter((text) => !isTenantRule(text));
  return [...others, ...(rule === null ? [] : [rule])].join(';');
}

/** The tenant ids that the text names. */
export function namedTenants(claim: string): string[] {
  return tenantRule(claim)?.split(':')[2]?.split(',') ?? [];
}

/** The tenant rule as it stands in the text. */
export function tenantRule(claim: string): string | null {
  return claim.split(';').find(isTenantRule) ?? null;
}
