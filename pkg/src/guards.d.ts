/** The guards: masking, templates, webhook verdicts, workflow definitions. */
import type { Decision, Version } from './documents.js';
import type {
  Channel, EventDocument, LintReport, Masked, RuleDescription, Simulation, TemplateRendered, TemplateValidated, WebhookVerdict,
} from './guard-documents.js';

export { PortcullisError } from './index.js';
export type { ErrorCode } from './index.js';
export type { Finding, Version } from './documents.js';
export type * from './guard-documents.js';

/**
 * What a policy says of content and traffic, ready to be asked. Documents are objects, or JSON text,
 * which crosses as it stands. A call that is malformed or too large throws.
 */
export class Guards {
  /**
   * Checks the sections of a policy document that guards read: `webhooks`, `masking`, `templates` and
   * `definitions`. Without a document, nothing may be sent and names alone tell which fields are hidden.
   * @throws {PortcullisError} `POLICY_INVALID` with every mistake
   */
  constructor(document?: object | string);
  /**
   * The document without what it must not show, and what that was.
   * @param options.hashKey the key of keyed hashes: at least 32 hexadecimal digits
   * @throws {PortcullisError} `KEYS_INVALID` if the policy hides by keyed hash and there is no good key
   */
  mask(document: unknown, options?: { hashKey?: string | null }): Masked;
  /**
   * What may be shown or logged of a document under a decision: the document as it is, or masked where
   * the decision obliges to it. These guards have the policy of the decision.
   * @throws {PortcullisError} as `mask` does; and where the decision denies, for then nothing may be shown
   */
  shown(decision: Pick<Decision, 'decision' | 'obligations'>, document: unknown, options?: { hashKey?: string | null }): unknown;
  /** What is wrong with a template. */
  validateTemplate(template: string): TemplateValidated;
  /**
   * A template with values put in, for HTML unless said otherwise. Of a failure, `kind` is for whoever
   * asked, the rest for the log. Where the module traps, the rendering has failed by `limit`.
   */
  renderTemplate(template: string, context: object | string, options?: { channel?: Channel }): TemplateRendered;
  /**
   * Whether a request may be sent to this URL, and to which of its addresses. Connect to those, and do
   * not look the name up again. Where the module traps, the verdict is `block`.
   * @param addresses what the host was resolved to; without them a name is `NOT_RESOLVED`
   */
  checkWebhook(url: string | URL, addresses?: readonly string[] | null): WebhookVerdict;
  /** What is wrong with a workflow definition. Lines and columns are those of the text, if it is given as text. */
  lintWorkflow(workflow: unknown): LintReport;
  /** What a definition would do for an event. Nothing is done. */
  simulateWorkflow(workflow: unknown, event: EventDocument | string): Simulation;
  /** A definition of any dialect in the canonical shape. */
  static convertWorkflow(workflow: unknown): object;
  /** What definitions are checked for. */
  static workflowRules(): RuleDescription[];
  /** Gives the policy back at once. */
  dispose(): void;
  [Symbol.dispose](): void;
}

/** Starts the guard module. Only the entry for browsers needs it: there it is fetched. Idempotent. */
export function ready(): Promise<void>;

/** The version of the guard module and of its ABI. */
export function version(): Version;
