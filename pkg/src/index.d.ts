/** What every entry of the package offers. */
import type {
  CatalogDocument, ClaimProblem, CredentialFacts, DataFacts, Decision, Difference, EditParts, Effective, Explanation,
  Finding, KeyWarning, LocatedClaimProblem, MapAnswer, MapRequest, ResourceFacts, SearchFacts, UsableKey, Version,
} from './documents.js';
import type { Found } from './rows.js';

export type * from './documents.js';
export type * from './rows.js';
export * from './gate.js';

/** A header's value or values; null if it did not come. */
export type HeaderValues = string | string[] | null;

/** The facts of a request. An operation is named by its id, or by method and path. */
export interface RequestFacts {
  /** The operation's id, for callers that route by themselves. */
  operation?: string;
  /** The HTTP method, in the case in which it came. */
  method?: string;
  /** The path as it came, not decoded; a query is passed over. */
  path?: string;
  /** The values of the tenant header. */
  tenant?: HeaderValues;
  /** Whether the request is a CORS preflight. */
  preflight?: boolean;
  /** Which door it came to; `app` must be said, the others follow from what is asked for. */
  surface?: 'operations' | 'workflow_api' | 'data_api' | 'app';
  /** Whether it comes from outside, or from the application itself. */
  origin?: 'external' | 'internal';
  /** The workflow to run, by name. */
  workflow?: string;
  /** The branch of the application; `live` by default. */
  branch?: string;
  /** A credential that is not a token with a claim, as the store that keeps it says. */
  credential?: CredentialFacts;
  /** Who the caller is, as conditions see it. */
  user?: Record<string, unknown>;
  /** Parameters of the body. */
  params?: Record<string, unknown>;
  /** Parameters of the query. */
  query?: Record<string, unknown>;
  /** What is said of the action itself: `request.action` of conditions. */
  action?: Record<string, unknown>;
  /** What is said of the circumstances: `request.context` of conditions. */
  context?: Record<string, unknown>;
  /** The one thing that the operation or workflow is about. */
  resource?: ResourceFacts;
  /** What is asked of things of a type. */
  data?: DataFacts;
  /** Candidates of the searches that the workflow's conditions look at. */
  searches?: SearchFacts[];
}

/** Who asks: the `Authorization` header, a token, or the claim of a principal verified elsewhere. */
export interface Credential {
  authorization?: HeaderValues;
  token?: string | null;
  claim?: HeaderValues;
  /** The roles of a principal verified elsewhere, beside `claim`. */
  roles?: string[];
}

/** Every code of a `PortcullisError`. */
export type ErrorCode =
  /** A call, document or option is not of its shape. */
  | 'CALL_MALFORMED'
  /** Something of another policy, or that is gone. */
  | 'HANDLE_UNKNOWN'
  /** Too many things are kept in the module at once. */
  | 'LIMIT_REACHED'
  /** The policy has mistakes: `findings`. */
  | 'POLICY_INVALID'
  /** The key set cannot be used, or there is none. */
  | 'KEYS_INVALID'
  /** The claim is outside its grammar, or has an unknown target: `claim`. */
  | 'CLAIM_INVALID'
  /** The catalog has no operation with this id. */
  | 'OPERATION_UNKNOWN'
  /** A rule cannot be told of the rows of a table: `findings`. */
  | 'FILTER_UNTRANSLATABLE'
  /** Over a limit; it was not read. */
  | 'INPUT_TOO_LARGE'
  /** The module cannot be compiled or started, or is not the module. */
  | 'MODULE_INVALID'
  /** `ready()` was not awaited. */
  | 'MODULE_NOT_READY'
  /** The module could not be fetched. */
  | 'MODULE_UNAVAILABLE'
  /** The module trapped. The call did nothing, and the next one runs in a new instance. */
  | 'MODULE_TRAPPED'
  /** It was used after `dispose`. */
  | 'DISPOSED'
  /** The issuer's keys could not be fetched. */
  | 'KEYS_UNAVAILABLE'
  /** A request that was denied, or another than the one that was decided, is not forwarded. */
  | 'NOT_AUTHORIZED'
  /** The bundle could not be had. */
  | 'BUNDLE_UNAVAILABLE'
  /** It is no bundle, or too long. */
  | 'BUNDLE_MALFORMED'
  /** What is signed is something else than a bundle. */
  | 'BUNDLE_TYPE'
  /** It is signed in a way that bundles may not be signed. */
  | 'BUNDLE_ALGORITHM'
  /** No trusted key has signed it. */
  | 'BUNDLE_SIGNATURE'
  /** Its format is not known. */
  | 'BUNDLE_FORMAT'
  /** It is not the bundle that is asked for, or not the one in force. */
  | 'BUNDLE_NAME'
  /** It is older than what is asked for or in force, or another of the same version. */
  | 'BUNDLE_VERSION'
  /** Its time is over. */
  | 'BUNDLE_EXPIRED'
  /** What follows the signed line is not what was signed. */
  | 'BUNDLE_CONTENT'
  /** The verdict on a webhook: nothing may be sent there. `reason` says why. */
  | 'WEBHOOK_REJECTED'
  /** The host of a webhook could not be looked up. */
  | 'WEBHOOK_LOOKUP_FAILED'
  /** None of the addresses took the connection. */
  | 'WEBHOOK_UNREACHABLE'
  /** The server did not prove that it is the host. */
  | 'WEBHOOK_TLS_FAILED'
  /** Time ran out. */
  | 'WEBHOOK_TIMEOUT'
  /** The exchange broke off; the request may have arrived. */
  | 'WEBHOOK_INTERRUPTED'
  /** What came is not a response, or its headers are too large. */
  | 'WEBHOOK_RESPONSE_INVALID';

/** Every error of the package. Switch on `code`, not on the message. */
export class PortcullisError extends Error {
  private constructor();
  readonly name: 'PortcullisError';
  readonly code: ErrorCode;
  /** With `POLICY_INVALID`: every mistake; with `FILTER_UNTRANSLATABLE`: what cannot be told. */
  readonly findings?: Finding[];
  /** With `CLAIM_INVALID`: what is wrong, and where. */
  readonly claim?: ClaimProblem | LocatedClaimProblem;
  /** With `WEBHOOK_REJECTED`: why, as the verdict says. */
  readonly reason?: string;
  /** With `KEYS_UNAVAILABLE`: in how many seconds the issuer is asked again. */
  readonly retryAfter?: number;
}

/** A claim compiled for a policy: the fastest way to ask. */
export class Permit {
  private constructor();
  /** Whether the claim allows an operation for a tenant, by their ids. Unknown ids are denied. */
  allows(operation: string, tenant?: string | null): boolean;
  /** The same by indexes into `policy.operations` and `policy.tenants`. */
  allowsIndexes(operation: number, tenant?: number): boolean;
  /** Gives the permit back at once. It denies everything from then on. */
  dispose(): void;
  [Symbol.dispose](): void;
}

/** A bundle's bytes, or a response that has them. */
export type BundleSource = ArrayBuffer | ArrayBufferView | Response | Promise<ArrayBuffer | ArrayBufferView | Response>;

/** What a bundle is verified with. */
export interface BundleTrust {
  /** The keys that bundles are signed with, as a JWK Set or JWK. They are not those of tokens. */
  keys: object | string | KeySet;
  /** The name that it must have; any, if none is said. */
  name?: string;
  /** The least version that is taken. */
  atLeast?: number;
  /** The bundle that it is to replace: one of another name, or older, is refused. */
  inForce?: Bundle | null;
  /** Whether it may be older than the one in force: for going back on purpose. */
  older?: boolean;
  /** The time in seconds since 1970. */
  now?: number;
}

/** A signed bundle that is genuine and has the content that was signed: a policy, its catalog, and what is said of them. */
export class Bundle {
  private constructor();
  /** @throws {PortcullisError} `KEYS_INVALID`, `CALL_MALFORMED`, or a code that begins with `BUNDLE_` */
  static verify(source: BundleSource, trust: BundleTrust): Promise<Bundle>;
  readonly name: string;
  readonly version: number;
  /** When it is no longer to be taken, in seconds since 1970. */
  readonly expires: number | null;
  /** Whether it is the one that was in force. */
  readonly unchanged: boolean;
  /** What it says for people. */
  readonly metadata: Record<string, unknown>;
  /** The policy, as JSON text. */
  readonly document: string;
  /** The catalog that the policy names, as JSON text. */
  readonly catalog: string | null;
}

/** A checked policy. */
export class Policy {
  /**
   * The policy of a signed bundle.
   * @throws {PortcullisError} what `Bundle.verify` and the constructor throw
   */
  static fromBundle(source: BundleSource, options: BundleTrust & { jwks?: object | string; receipts?: boolean | string }): Promise<Policy>;
  /** Whether its decisions can carry receipts. */
  readonly receipts: boolean;
  /** The bundle that it came in. */
  readonly bundle: Bundle | null;
  /**
   * Checks a policy document: an object, or JSON text.
   * @param options.catalog the content of the catalog file that the document names
   * @param options.jwks the key set that `authorize` verifies tokens with
   * @param options.receipts whether decisions can carry receipts; or the SHA-256 of the module's file in lower-case
   * hexadecimal, where it is another than the package's
   * @throws {PortcullisError} `POLICY_INVALID` with every mistake, or `KEYS_INVALID`
   */
  constructor(document: object | string, options?: { catalog?: CatalogDocument | string; jwks?: object | string; receipts?: boolean | string });
  /** What is not wrong and still worth knowing. */
  readonly advice: Finding[];
  /** Keys of the set that are left out, and why. */
  readonly keyWarnings: KeyWarning[];
  /** The header that selects the tenant. */
  readonly tenantHeader: string;
  /** Whether the policy switches security off. */
  readonly securityDisabled: boolean;
  /** Operation ids by index. */
  readonly operations: string[];
  /** Tenant ids by index. */
  readonly tenants: string[];
  /** The catalog in force. */
  catalog(): CatalogDocument;
  /** Compiles the claim of a principal that something else has verified. */
  permit(claim: string): Permit;
  /** Decides a request for a permit. Where the module traps, the decision is a denial, without a receipt. */
  decide(permit: Permit, request: RequestFacts & { now?: number }, options?: { receipt?: boolean }): Decision;
  /** Decides a request from its credential on, at `now` in seconds since 1970. */
  authorize(request: RequestFacts & Credential, options?: { now?: number; receipt?: boolean }): Promise<Decision>;
  /**
   * Decides a search from its credential on, and tells which rows of a table it finds: `data` searches, and the
   * policy names the columns. An error is never an answer: find nothing then.
   * @throws {PortcullisError} `FILTER_UNTRANSLATABLE` where a rule cannot be told of a table's rows: `findings`
   */
  find(request: RequestFacts & Credential, options?: { now?: number; receipt?: boolean }): Promise<Found>;
  /** Makes any call of the module about this policy. */
  ask(name: string, parameters?: object): unknown;
  /** Gives the policy and its permits back at once. */
  dispose(): void;
  [Symbol.dispose](): void;
}

/** The policy under which a claim is read. The built-in catalog with several tenants by default. */
export interface ClaimOptions {
  policy?: Policy;
}

/** What a claim is built from. */
export interface ClaimParts {
  /** Whether operations without a rule are allowed. */
  allowAllOperations?: boolean;
  /** Operations and branches to allow. */
  allow?: string[];
  /** Operations and branches to deny. */
  deny?: string[];
  /** The tenant half; none by default. */
  tenants?: { allExcept: string[] } | { noneExcept: string[] } | null;
}

/** What an edit changes. */
export type ClaimChange = { operation: string } | { tenant: string };

/** The smallest edit that changes one answer. */
export interface ClaimEdit extends EditParts {
  /** The claim after the edit. */
  result: Claim;
}

/** A permission claim, read under a policy. It does not change. */
export class Claim {
  private constructor();
  /** Reads a claim. @throws {PortcullisError} `CLAIM_INVALID` with what is wrong, and where */
  static parse(text: string, options?: ClaimOptions): Claim;
  /** Checks a claim. */
  static validate(text: string, options?: ClaimOptions):
    { valid: true; normal: string; error: null } | { valid: false; normal: null; error: LocatedClaimProblem };
  /** Builds a claim, in normal form. @throws {PortcullisError} `CLAIM_INVALID` for unknown operations and tenants */
  static build(parts: ClaimParts, options?: ClaimOptions): Claim;
  /** The claim as written. */
  readonly text: string;
  /** The policy under which it is read. */
  readonly policy: Policy;
  /** The normal form: equal for two claims exactly when they decide alike. */
  normalize(): Claim;
  /** The shortest claim that decides alike. */
  minimize(): Claim;
  /** Every operation and tenant with its effect. */
  effective(): Effective;
  /** Why one operation is allowed or denied. @throws {PortcullisError} `OPERATION_UNKNOWN` */
  explain(operation: string, tenant?: HeaderValues): Explanation;
  /** What changes from this claim to another. */
  diff(other: Claim | string): Difference;
  /** Whether this claim allows all that another allows. */
  covers(other: Claim | string): boolean;
  /** The claim that allows what both allow. */
  intersect(other: Claim | string): Claim;
  /** The smallest edit that allows this, and changes nothing else. */
  grant(change: ClaimChange): ClaimEdit;
  /** The smallest edit that denies this, and changes nothing else. */
  revoke(change: ClaimChange): ClaimEdit;
  /** Compiles the claim. */
  permit(): Permit;
  /** The claim as written. */
  toString(): string;
  toJSON(): string;
}

/** A JWK Set, or one JWK, that tokens are verified with. */
export class KeySet {
  /** @throws {PortcullisError} `KEYS_INVALID` */
  constructor(jwks: object | string);
  readonly usable: UsableKey[];
  readonly warnings: KeyWarning[];
  dispose(): void;
  [Symbol.dispose](): void;
}

/** Gives ids to the operations of published OpenAPI documents. */
export function mapCatalog(request: MapRequest): MapAnswer;

/** The version of the module and of its ABI. */
export function version(): Version;

/** Starts the module. Only the entry for browsers needs it: there it is fetched. Idempotent. */
export function ready(): Promise<void>;
