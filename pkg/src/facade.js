/**
 * What JavaScript sees of the module. It carries facts in and answers out, and decides nothing.
 */
import { PortcullisError } from './error.js';
import { Keys } from './keys.js';

/** The module takes at most 32 MiB; there is no clock over it here, so length is checked before. */
const MAX_INPUT_BYTES = 32 << 20;
/** Longest token that is looked at; the module's own limit is 128 KiB. */
const MAX_CREDENTIAL_LENGTH = 256 << 10;
/** The tenant index of a request without the tenant header. */
const NO_TENANT_HEADER = 0xffffffff;

/** What a request may say: a member with another name is a mistake, not a fact that is missing. */
const FACTS = new Set(['operation', 'method', 'path', 'tenant', 'preflight', 'now']);

function checked(request) {
  for (const name in request) {
    if (!FACTS.has(name)) throw new PortcullisError('CALL_MALFORMED', 'a request has a member that is no fact');
  }
  return request;
}

/** The façade over one instance of the module's JavaScript glue. */
export function facade(glue) {
  /** Makes a call of the module by name. */
  function ask(name, parameters) {
    const call = JSON.stringify({ [name]: parameters });
    if (call.length > MAX_INPUT_BYTES) throw new PortcullisError('INPUT_TOO_LARGE', 'the call is too large');
    const { ok, error } = JSON.parse(glue.call(call));
    if (error) throw PortcullisError.from(error);
    return ok;
  }

  /** Handles of things that were forgotten without `dispose`. */
  const forgotten = new FinalizationRegistry((handle) => glue.release(handle));

  /** A claim compiled for a policy. */
  class Permit {
    #handle;
    #operations;
    #tenants;

    constructor(handle, operations, tenants) {
      this.#handle = handle;
      this.#operations = operations;
      this.#tenants = tenants;
      forgotten.register(this, handle, this);
    }

    /** The principal's handle in the module. */
    get handle() {
      return this.#handle;
    }

    /** Whether the claim allows an operation for a tenant, by their ids. Unknown ids are denied. */
    allows(operation, tenant) {
      const operationIndex = this.#operations.get(operation);
      const tenantIndex = tenant == null ? NO_TENANT_HEADER : this.#tenants.get(tenant);
      if (operationIndex === undefined || tenantIndex === undefined) return false;
      return glue.allows(this.#handle, operationIndex, tenantIndex);
    }

    /** The same by indexes, as `policy.operations` and `policy.tenants` order them. */
    allowsIndexes(operation, tenant = NO_TENANT_HEADER) {
      return glue.allows(this.#handle, operation, tenant);
    }

    /** Gives the permit back. It denies everything from then on. */
    dispose() {
      if (this.#handle === 0) return;
      forgotten.unregister(this);
      glue.release(this.#handle);
      this.#handle = 0;
    }

    [Symbol.dispose ?? Symbol.for('Symbol.dispose')]() {
      this.dispose();
    }
  }

  /** A checked policy. */
  class Policy {
    #handle;
    #operations;
    #tenants;
    #keys;

    /** Checks a policy document: an object, or JSON text. `catalog` is the file that it names. */
    constructor(document, { catalog, jwks } = {}) {
      const text = (value) => (typeof value === 'string' ? value : JSON.stringify(value));
      const loaded = ask('policy.load', { document: text(document), ...(catalog && { catalog: text(catalog) }) });
      this.#handle = loaded.policy;
      this.advice = loaded.advice;
      this.tenantHeader = loaded.tenant_header;
      forgotten.register(this, this.#handle, this);
      const { operations, tenants } = ask('policy.table', { policy: this.#handle });
      this.operations = operations;
      this.tenants = tenants;
      this.#operations = new Map(operations.map((id, index) => [id, index]));
      this.#tenants = new Map(tenants.map((id, index) => [id, index]));
      if (jwks != null) {
        const loadedKeys = ask('keys.load', { jwks: text(jwks) });
        this.keyWarnings = loadedKeys.warnings;
        this.#keys = new Keys(loadedKeys.keys, typeof jwks === 'string' ? JSON.parse(jwks) : jwks);
      }
    }

    /** Makes a call of the module about this policy. */
    ask(name, parameters) {
      return ask(name, { policy: this.#handle, ...parameters });
    }

    /** Compiles the claim of a principal that something else has verified. */
    permit(claim) {
      const handle = glue.permit(this.#handle, claim);
      if (handle === 0) throw new PortcullisError('LIMIT_REACHED', 'too many permits are kept; dispose of some');
      return new Permit(handle, this.#operations, this.#tenants);
    }

    /** Decides a request for a permit. */
    decide(permit, request) {
      return glue.decide(this.#handle, permit.handle, undefined, checked(request));
    }

    /**
     * Decides a request from its credential on: `authorization` (the header's value, a list of
     * values, or null), `token`, or `claim` of a principal that something else has verified.
     */
    async authorize({ authorization = null, token, claim, ...request }, { now = Date.now() / 1000 } = {}) {
      const facts = checked({ tenant: null, ...request, now });
      if (claim !== undefined) {
        const { principal } = this.ask('principal.assume', { claim });
        return this.#decideAndRelease(principal, facts);
      }
      const verified = await this.#verify(token === undefined ? { authorization } : { token }, now);
      if (verified.principal) return this.#decideAndRelease(verified.principal, facts);
      return glue.decide(this.#handle, undefined, verified.refused, facts);
    }

    #decideAndRelease(principal, facts) {
      try {
        return glue.decide(this.#handle, principal, undefined, facts);
      } finally {
        glue.release(principal);
      }
    }

    /** The module reads the token up to its signature, WebCrypto does the arithmetic. */
    async #verify(credential, now) {
      const text = credential.token ?? credential.authorization;
      if (text == null) return {};
      if (text.length > MAX_CREDENTIAL_LENGTH) return { refused: 'CREDENTIAL_INVALID' };
      if (this.#keys === undefined) {
        throw new PortcullisError('KEYS_INVALID', 'tokens cannot be verified: the policy was made without `jwks`');
      }
      const keys = this.#keys.handle;
      const { refused, challenge } = this.ask('token.challenge', { keys, credential });
      if (refused) return { refused: refused.reason };
      if (!challenge) return {};
      const token = (Array.isArray(text) ? text[0] : text).slice(challenge.token_start);
      const message = new TextEncoder().encode(token.slice(0, challenge.signed_bytes));
      const signature = fromBase64Url(token.slice(challenge.signed_bytes + 1));
      const genuine = await this.#keys.verify(challenge, message, signature);
      const concluded = this.ask('token.conclude', { keys, credential, genuine, now });
      if (concluded.refused) return { refused: concluded.refused.reason };
      return { principal: concluded.verified.principal };
    }

    /** Gives the policy and its permits back. */
    dispose() {
      if (this.#handle === 0) return;
      forgotten.unregister(this);
      glue.release(this.#handle);
      if (this.#keys) glue.release(this.#keys.handle);
      this.#handle = 0;
    }

    [Symbol.dispose ?? Symbol.for('Symbol.dispose')]() {
      this.dispose();
    }
  }

  return { Policy, version: () => ask('version', {}) };
}

/** The module has checked that this is canonical base64url. */
function fromBase64Url(text) {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}
