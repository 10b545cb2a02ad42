/** The documents that cross between JavaScript and the module. Written by hand, compared with the module's own by the tests. */

/** Why a decision is what it is. Stable: switch on it. */
export type Reason =
  | 'ALLOWED' | 'SECURITY_DISABLED'
  | 'REQUEST_MALFORMED' | 'INPUT_TOO_LARGE' | 'EVALUATION_LIMIT'
  | 'ROUTE_UNKNOWN' | 'METHOD_MISMATCH'
  | 'AUTHENTICATION_REQUIRED' | 'CREDENTIAL_INVALID' | 'CREDENTIAL_EXPIRED'
  | 'CLAIM_MISSING' | 'CLAIM_MULTIPLE' | 'CLAIM_MALFORMED' | 'CLAIM_UNKNOWN_TARGET'
  | 'OPERATION_UNKNOWN' | 'OPERATION_NO_RULE' | 'OPERATION_DENIED'
  | 'TENANT_NOT_SPECIFIED' | 'TENANT_INVALID' | 'TENANT_UNKNOWN' | 'TENANT_PERMISSION_MISSING' | 'TENANT_DENIED';

/** The stages of the pipeline, in order. The first that denies ends it. */
export type Stage = 'request' | 'exposure' | 'authentication' | 'operation' | 'tenant';

/** The answer to one request. Equal inputs give equal bytes on every host. */
export interface Decision {
  /** Whether the request may pass. */
  decision: boolean;
  /** The HTTP status that goes with the reason; 200 when allowed. */
  status: number;
  /** The stage that denied; null when allowed. */
  stage: Stage | null;
  /** Why. */
  reason: Reason;
  /** The operation that the request is; null where none was found, or several overlap. */
  operation: string | null;
  /** The tenant that the request selects, once known to be registered. */
  tenant: string | null;
  /** Who asks; null where nobody was verified. */
  principal: { issuer: string | null; subject: string | null } | null;
  /** The claim rule that decided the operation. */
  matched: Matched | null;
  /** What each stage found, in order, up to the one that ended it. */
  trace: Step[];
}

/** What one stage found. */
export interface Step {
  stage: Stage;
  /** Whether it let the request go on. */
  pass: boolean;
  /** More about it, where there is more. */
  detail?: string;
}

/** A rule of a claim, and where it stands there, in bytes: its first, and the one after its last. */
export interface Matched {
  rule: string;
  span: [number, number];
}

/** A finding about a policy document. */
export interface Finding {
  /** A stable code in snake case. */
  code: string;
  /** Where, as a JSON Pointer. */
  path: string;
  /** What is wrong, what was expected, and what to do. */
  message: string;
}

/** What is wrong with a claim. */
export interface ClaimProblem {
  /** A stable word. */
  kind: string;
  /** Where, in bytes from the start. */
  offset: number;
  /** What would have been right there. */
  expected: string;
}

/** The same, with the place in the JavaScript string. */
export interface LocatedClaimProblem extends ClaimProblem {
  /** Where, in UTF-16 code units from the start. */
  index: number;
}

/** Every operation with its effect. */
export interface Effective {
  /** Every operation, in the order of the tree. */
  operations: { operation: string; allowed: boolean; rule: Matched | null }[];
  /** The registered tenants. */
  tenants: { tenant: string; allowed: boolean }[];
}

/** Rules that go and come. */
export interface EditParts {
  remove: string[];
  add: string[];
}

/** Why one operation is allowed or denied. */
export interface Explanation {
  /** Whether both halves allow. */
  allowed: boolean;
  reason: Reason;
  operation: string;
  /** Whether the operation half allows. */
  operation_allowed: boolean;
  /** The rule that decided the operation. */
  rule: Matched | null;
  /** The other rules that are about it, nearest first. */
  overridden: Matched[];
  /** The smallest change that gives the other answer for this operation, and for nothing else. */
  flip: EditParts & { result: string };
  /** The tenant that the header selects, if it is registered. */
  tenant: string | null;
  /** Whether the tenant half allows. */
  tenant_allowed: boolean;
  /** The tenant rule. */
  tenant_rule: Matched | null;
}

/** A set of tenants: the ids, or everything except them. */
export interface TenantSet {
  ids: string[];
  all_but: boolean;
}

/** What changes from one claim to another. */
export interface Difference {
  /** Operations that only the second claim allows. */
  gained: string[];
  /** Operations that only the first claim allows. */
  lost: string[];
  tenants_gained: TenantSet;
  tenants_lost: TenantSet;
  /** Whether only one of the claims has a tenant rule. */
  tenant_rule_differs: boolean;
  first_covers_second: boolean;
  second_covers_first: boolean;
}

/** A catalog: the operations that exist. */
export interface CatalogDocument {
  root: string;
  base_path?: string;
  operations: CatalogOperation[];
}

export interface CatalogOperation {
  id: string;
  original_id?: string;
  method?: string;
  path?: string;
  summary?: string;
}

/** Operations of published documents, to be given ids. */
export interface MapRequest {
  /** The first segment of every id. */
  root: string;
  /** Where ids come from. */
  ids?: 'tags' | 'id' | 'path';
  operations: SourceOperation[];
  renames?: { original: string; id: string }[];
}

export interface SourceOperation {
  /** The document's name, for messages. */
  document: string;
  group?: string;
  operation_id?: string;
  tag?: string;
  method: string;
  path: string;
  /** The id that the document itself gives. */
  id?: string;
}

/** Ids, in the order of the operations, or why there are none. */
export type MapAnswer =
  | { operations: { id: string; original_id: string }[] }
  | { problems: { code: string; message: string; renames?: string[] }[] };

/** A key that is left out of its set, and why. */
export interface KeyWarning {
  index: number;
  kid: string | null;
  message: string;
}

/** A key that can verify. */
export interface UsableKey {
  index: number;
  kid: string | null;
  algorithms: string[];
}

/** The version of the module and of its ABI. */
export interface Version {
  abi: number;
  version: string;
}
