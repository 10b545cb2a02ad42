/** The gate: a `Request` in, a verdict out. */
import type { CatalogDocument, Decision } from './documents.js';
import type { Bundle, BundleSource, HeaderValues, KeySet, Policy, PortcullisError, RequestFacts } from './index.js';

/** How the issuer's keys are fetched. Times in seconds. */
export interface JwksOptions {
  /** Least time between two attempts. 30 unless said otherwise. */
  cooldown?: number;
  /** When keys are fetched again. 600 unless said otherwise. */
  maxAge?: number;
  /** How long keys beyond their age stay in force while the issuer does not answer. 3600 unless said otherwise. */
  staleFor?: number;
  /** When a fetch is given up. 5 unless said otherwise. */
  timeout?: number;
  /** Largest document, in bytes. 512 KiB unless said otherwise. */
  maxBytes?: number;
  /** Whether keys may come unencrypted, from a host that is not this machine. */
  allowHttp?: boolean;
  /** Where isolates that live short keep the keys for each other: the Cache API, or a KV store. */
  jwksCache?: JwksCache;
  /** What fetches. The platform's unless said otherwise. */
  fetch?: (address: string, init: RequestInit) => Promise<Response>;
}

/** Fetched keys, and when, in seconds since 1970. */
export interface CachedJwks {
  jwks: string;
  fetchedAt: number;
}

/** It may fail and forget. Whoever can write to it chooses the keys that are trusted. */
export interface JwksCache {
  get(address: string): Promise<CachedJwks | null | undefined>;
  put(address: string, entry: CachedJwks): Promise<unknown>;
}

/** The signed assertion that forwarded requests carry. */
export interface AssertionOptions {
  /** A private JWK with its `alg`. */
  key: object;
  /** The gate's name: `iss`. */
  issuer: string;
  /** The origin's name: `aud`. */
  audience: string;
}

/** What a gate goes by: a policy, or a signed bundle that has one. */
export type GateOptions = GateSettings & (GatePolicy | GateBundle);

export interface GatePolicy {
  /** The policy: checked, an object, or JSON text. */
  policy: Policy | object | string;
  bundle?: never;
  /** The keys that bundles are signed with, for `reload`. They are not those of tokens. */
  bundleKeys?: object | string | KeySet;
}

export interface GateBundle {
  /** A signed bundle that has the policy. */
  bundle: BundleSource;
  policy?: never;
  /** The keys that bundles are signed with. They are not those of tokens. */
  bundleKeys: object | string | KeySet;
}

export interface GateSettings extends JwksOptions {
  /** The name that a bundle must have; any, if none is said. */
  bundleName?: string;
  /** The least version of a bundle that is taken. */
  bundleAtLeast?: number;
  /** The content of the catalog file that the policy names. */
  catalog?: CatalogDocument | string;
  /**
   * Whether decisions carry receipts; or the SHA-256 of the module's file, where it is not the package's. Where
   * `policy` is checked already, they do if it was made so.
   */
  receipts?: boolean | string;
  /** The address of the issuer's keys, or the keys: a JWK Set as object or JSON text. */
  jwks?: string | URL | object | KeySet;
  /** With it, forwarded requests carry a signed assertion of 30 seconds in `Portcullis-Assertion`. */
  assertion?: AssertionOptions;
  /** How many verified tokens are kept until they expire; 0 for none. 1000 unless said otherwise. */
  cachedTokens?: number;
  /** The time in seconds since 1970. */
  clock?: () => number;
}

/** What a gate says of one request. */
export interface Verdict {
  readonly allowed: boolean;
  readonly decision: Decision;
  /** Why there is no proper decision, such as `KEYS_UNAVAILABLE`; the verdict is a denial then. */
  readonly error: PortcullisError | null;
  /** The denial: 400, 401, 403, 404 or 503 with `application/problem+json`. */
  toResponse(): Response;
  /** The denial for servers that are not built on `Response`. */
  problem(): { status: number; headers: Record<string, string>; body: string };
  /**
   * The request for the origin: `Portcullis-…` headers that came are gone, and `Portcullis-Decision`,
   * `-Operation`, `-Tenant` and `-Subject` are set. The body is not read.
   * @param request the request that was decided
   * @param options.origin where to send it; a path in it comes before the request's
   * @throws {PortcullisError} `NOT_AUTHORIZED` if it was denied, or is another request; `CALL_MALFORMED` if its
   * body was read
   */
  forward(request?: Request, options?: { origin?: string | URL }): Promise<Request>;
  /** The header of the tenant under the policy that decided. */
  readonly tenantHeader: string;
  /** The headers that `forward` sets, without the assertion. @throws {PortcullisError} `NOT_AUTHORIZED` */
  headers(): Record<string, string>;
}

/** The policy enforcement point for servers. */
export class Gate {
  private constructor();
  /** @throws {PortcullisError} `POLICY_INVALID`, `KEYS_INVALID`, `CALL_MALFORMED`, or what `Policy.fromBundle` and `ready` throw */
  static create(options: GateOptions): Promise<Gate>;
  readonly policy: Policy;
  readonly tenantHeader: string;
  /** Decides a request. It never rejects: whatever goes wrong is a denial. */
  authorize(request: Request): Promise<Verdict>;
  /** The same from facts, for servers that are not built on `Request`. */
  authorizeFacts(facts: RequestFacts & { authorization?: HeaderValues }): Promise<Verdict>;
  /**
   * Puts the policy of a bundle in force, in one step: requests that are being decided end by the one
   * before. Never an older version than the one in force, unless `older` says so. Where it is refused,
   * what is in force stays.
   * @throws {PortcullisError} what `Policy.fromBundle` throws
   */
  reload(bundle: BundleSource, options?: { older?: boolean }): Promise<Bundle>;
  dispose(): void;
  [Symbol.dispose](): void;
}
