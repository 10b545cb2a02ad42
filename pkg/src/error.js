/** Every error of the package. `code` is stable; switch on it, not on the message. */
export class PortcullisError extends Error {
  constructor(code, message, { findings, claim, retryAfter, cause } = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'PortcullisError';
    this.code = code;
    if (findings) this.findings = findings;
    if (claim) this.claim = claim;
    if (retryAfter !== undefined) this.retryAfter = retryAfter;
  }
}
