/** The documents that cross between JavaScript and the module. Written by hand, compared with the module's own by the tests. */

/** Why a decision is what it is. Stable: switch on it. */
export type Reason =
  | 'ALLOWED' | 'SECURITY_DISABLED' | 'REQUEST_MALFORMED' | 'INPUT_TOO_LARGE' | 'PARAMETER_INVALID'
  | 'FIELD_UNKNOWN' | 'EVALUATION_LIMIT' | 'WORKFLOW_API_DISABLED' | 'WORKFLOW_UNKNOWN' | 'WORKFLOW_NOT_EXPOSED'
  | 'DATA_API_DISABLED' | 'TYPE_NOT_EXPOSED' | 'ROUTE_UNKNOWN' | 'METHOD_MISMATCH' | 'AUTHENTICATION_REQUIRED'
  | 'CREDENTIAL_INVALID' | 'CREDENTIAL_EXPIRED' | 'CREDENTIAL_REVOKED' | 'CREDENTIAL_WRONG_BRANCH'
  | 'ADMIN_CREDENTIAL_REQUIRED' | 'CLAIM_MISSING' | 'CLAIM_MULTIPLE' | 'CLAIM_MALFORMED' | 'CLAIM_UNKNOWN_TARGET'
  | 'OPERATION_UNKNOWN' | 'OPERATION_NO_RULE' | 'OPERATION_DENIED' | 'ROLE_PERMISSION_MISSING'
  | 'TENANT_NOT_SPECIFIED' | 'TENANT_INVALID' | 'TENANT_UNKNOWN' | 'TENANT_PERMISSION_MISSING' | 'TENANT_DENIED'
  | 'RESOURCE_TENANT_MISMATCH' | 'CONDITION_NOT_MET' | 'CONDITION_ERROR' | 'ACTION_SKIPPED' | 'NOT_FOUND'
  | 'FIELD_HIDDEN' | 'SEARCH_NOT_ALLOWED' | 'CONSTRAINT_NOT_ALLOWED' | 'FILE_DENIED' | 'AUTOBIND_DENIED'
  | 'CREATE_DENIED' | 'MODIFY_DENIED' | 'MODIFY_SELF_LOCKOUT' | 'DELETE_DENIED' | 'PRIVACY_BYPASSED';

/** The stages of the pipeline, in order. The first that denies ends it. */
export type Stage = 'request' | 'exposure' | 'authentication' | 'operation' | 'tenant' | 'condition' | 'data' | 'obligation';

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
  /** What the outside is told instead of stage and reason, where that is less: what is hidden reads as what is missing. */
  outward?: { stage: Stage | null; reason: Reason };
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
  /** What of the data may be seen; only where data is asked for and the decision allows. */
  data_scope?: DataScope;
  /** What the host must still do before it lets the request pass. */
  obligations?: Obligation[];
  /** Digests of everything that it was made from, where they were asked for. */
  receipt?: Receipt;
}

/** Digests of everything that a decision was made from: SHA-256, in lower-case hexadecimal. It is no signature. */
export interface Receipt {
  /** Of the module's file. */
  module: string;
  /** Of the policy document, and of the catalog file beside it. */
  policy: string;
  /** Of the permission claim; null where there is not one text. */
  claim: string | null;
  /** Of everything else that is known of the caller and the request, the time aside. */
  facts: string;
  /** The time of the request, in seconds since 1970. */
  now: number | null;
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

/** A credential that is not a token with a claim, as the store that keeps it says. */
export type CredentialFacts = { user: SessionFacts } | { admin_token: AdminTokenFacts };

/** The one thing that an operation or workflow is about. */
export interface ResourceFacts {
  /** Whose it is. */
  tenant_id?: string;
  /** Its members, as conditions see them; null where there is no such thing. */
  record?: unknown;
}

/** What is asked of things of one type. */
export interface DataFacts {
  /** The type. */
  type: string;
  /** What is asked; on the Data API it follows from the method. */
  action?: DataAction;
  /** The id of the thing that is asked for. */
  id?: string;
  /** The thing as it is stored; null where there is none. */
  record?: unknown;
  /** Whose it is, where the store keeps things of several tenants. */
  tenant_id?: string;
  /** The field to bind. */
  field?: string;
  /** What a search is narrowed by. */
  constraints?: ConstraintFacts[];
  /** What is to be written: an object, or a list of them to create. */
  body?: unknown;
}

/** Candidates of one search that a condition looks at. */
export interface SearchFacts {
  /** The search, as the workflow names it. */
  name: string;
  /** What the store found. What the caller may not find is left out by the module. */
  records?: unknown[];
}

/** What of the data may be seen or was judged. */
export interface DataScope {
  /** Whether privacy rules bind, and why if they do not. */
  privacy: Privacy;
  /** The type that is asked for. */
  type?: string;
  /** The fields of the one thing that may be shown, in the order of their names. */
  fields?: string[];
  /**
   * The rules of the type that matched, in the policy's order: of the thing as it is, and as it would be. None of
   * them where `everyone_else` decided; nothing where no rule was judged, as of a search.
   */
  rules?: string[];
  /** Of the things to make, those that may be made, by their place in the list. */
  created?: number[];
  /** The others. */
  rejected?: number[];
}

/** What the host must still do. */
export type Obligation = { skip_action: string } | { rate_limit: string } | { audit: Reason } | { mask: MaskRule[] };

/** Which values are masked, and how. It has a `name`, a `pointer` or what to `detect`. */
export interface MaskRule {
  /** The field's name, wherever it stands and however it is spelt. */
  name?: string;
  /** Where the field stands: a JSON Pointer, with `*` and `**`. */
  pointer?: string;
  /** Values of this kind, wherever they stand. */
  detect?: 'card' | 'ssn' | 'iban' | 'jwt' | 'api_key' | 'email';
  /** How the values are hidden. */
  strategy: 'fixed' | 'last_four' | 'hash' | 'drop';
}

/** An administrator's API token. */
export interface AdminTokenFacts {
  /** What the store says of it. */
  state?: CredentialState;
  /** The branches that it has reached by a deployment. */
  deployed_to?: string[];
  /** Its roles. */
  roles?: string[];
  /** The tenants that it is for. */
  tenants?: string[];
}

/** A user's session. Its lifetime is judged from these, so what is missing denies. */
export interface SessionFacts {
  /** What the store says of it. */
  state?: CredentialState;
  /** When the user logged in, in seconds since 1970. */
  issued_at?: number | undefined;
  /** When it was last used. */
  last_used_at?: number | undefined;
  /** Whether the user asked to stay logged in. */
  keep_logged_in?: boolean;
  /** Whether the user logged in with a second factor. */
  two_factor?: boolean;
  /** The branch that it was made on; any, if none is named. */
  branch?: string | undefined;
  /** The user's roles. */
  roles?: string[];
  /** The tenants that the user belongs to. */
  tenants?: string[];
}

/** One constraint of a search. Its value is the host's to apply. */
export interface ConstraintFacts {
  /** The field that is looked at. */
  field: string;
  /** Whether the application's own page defines it, and not the caller. */
  page_defined?: boolean;
}

/** What may be asked of things. */
export type DataAction =
  | 'search' | 'view' | 'file' | 'autobind' | 'create' | 'create_many' | 'modify' | 'replace' | 'delete';

/** Whether privacy rules bind. */
export type Privacy = 'enforced' | 'admin_token' | 'ignored';

/** What a store of credentials says of one. */
export type CredentialState = 'active' | 'expired' | 'revoked' | 'logged_out' | 'unknown';
