/** Every error of the package. `code` is stable; switch on it, not on the message. */
export class PortcullisError extends Error {
  constructor(code, message, more = {}) {
    super(message);
    this.name = 'PortcullisError';
    this.code = code;
    Object.assign(this, more);
  }

  /** From the module's own words. */
  static from({ code, message, findings, claim }) {
    return new PortcullisError(code, message, { ...(findings && { findings }), ...(claim && { claim }) });
  }
}
