/** What the module answers in Node, to hold the page against. */
import { Claim, Policy } from 'portcullis';

export const TENANTS = ['TenantA', 'TenantB', 'TenantC'];
export const policy = new Policy({ portcullis: 1, tenancy: { mode: 'multi', tenants: TENANTS } });

/** For each operation id, whether a claim allows it for a tenant. */
export function allowed(claim, tenant) {
  const permit = policy.permit(claim);
  return new Map(policy.operations.map((id) => [id, permit.allows(id, tenant)]));
}

export const parse = (claim) => Claim.parse(claim, { policy });

/** A token with a payload; nobody here looks at signatures. */
export function token(payload, signature = 'c2lnbmF0dXJl') {
  const part = (value) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'RS256', typ: 'JWT' })}.${part(payload)}.${signature}`;
}
