/** What the package offers. The types of documents are derived from the module's own. */
import type {
  CallError, CatalogDocument, ClaimErrorView, CredentialFacts, DataFacts, Decision, EffectiveView, ExplanationView, Finding, KeyWarning, Reason,
  ResourceFacts, SearchFacts, Stage, Version,
} from '../dist/glue.js';

export type { Decision, EffectiveView, ExplanationView, Finding, KeyWarning, Reason, Stage };

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

/** Every error of the package. Switch on `code`. */
export class PortcullisError extends Error {
  readonly code:
    | 'CALL_MALFORMED' | 'HANDLE_UNKNOWN' | 'LIMIT_REACHED' | 'POLICY_INVALID' | 'KEYS_INVALID' | 'CLAIM_INVALID'
    | 'OPERATION_UNKNOWN' | 'INPUT_TOO_LARGE';
  /** With `POLICY_INVALID`: every mistake. */
  readonly findings?: Finding[];
  /** With `CLAIM_INVALID`: what is wrong, and where. */
  readonly claim?: ClaimErrorView;
}

/** A claim compiled for a policy. */
export interface Permit {
  /** Whether the claim allows an operation for a tenant, by their ids. Unknown ids are denied. */
  allows(operation: string, tenant?: string | null): boolean;
  /** The same by indexes into `policy.operations` and `policy.tenants`. */
  allowsIndexes(operation: number, tenant?: number): boolean;
  /** Gives the permit back. It denies everything from then on. */
  dispose(): void;
}

/** A checked policy. */
export class Policy {
  /**
   * Checks a policy document: an object, or JSON text.
   * @param options.catalog the content of the catalog file that the document names
   * @param options.jwks the key set that tokens are verified with
   * @throws {PortcullisError} `POLICY_INVALID` with every mistake, or `KEYS_INVALID`
   */
  constructor(document: object | string, options?: { catalog?: CatalogDocument | string; jwks?: object | string });
  /** What is not wrong and still worth knowing. */
  readonly advice: Finding[];
  /** Keys of the set that are left out, and why. */
  readonly keyWarnings?: KeyWarning[];
  /** The header that selects the tenant. */
  readonly tenantHeader: string;
  /** Operation ids by index. */
  readonly operations: string[];
  /** Tenant ids by index. */
  readonly tenants: string[];
  /** Compiles the claim of a principal that something else has verified. */
  permit(claim: string): Permit;
  /** Decides a request for a permit. */
  decide(permit: Permit, request: RequestFacts & { now?: number }): Decision;
  /** Decides a request from its credential on, at `now` in seconds since 1970. */
  authorize(request: RequestFacts & Credential, options?: { now?: number }): Promise<Decision>;
  /** Makes any call of the module about this policy; `ABI.md` lists them. */
  ask(name: string, parameters?: object): unknown;
  /** Gives the policy and its permits back. */
  dispose(): void;
}

/** The version of the module and of its ABI. */
export function version(): Version;

export type { CallError };
