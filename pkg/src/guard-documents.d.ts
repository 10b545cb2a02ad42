/** The documents that cross between JavaScript and the guard module. */

/** What the text of a template is for. */
export type Channel = 'html' | 'text' | 'json' | 'header';

/** A document without what it must not show. */
export interface Masked {
  document: any;
  /** What was hidden, as JSON Pointers. */
  masked: string[];
  /** What was left out, as JSON Pointers. */
  erased: string[];
}

export interface TemplateValidated {
  /** Whether there are no findings. */
  valid: boolean;
  findings: TemplateFinding[];
}

/** One thing that is wrong with a template. */
export interface TemplateFinding {
  /** A stable code in snake case. */
  code: string;
  /** What is wrong and what to do. */
  message: string;
  /** The line, from 1. */
  line: number;
  /** The column, from 1, in characters. */
  column: number;
}

/** Why there is no text. */
export type RenderErrorKind =
  | 'syntax' | 'not_allowed' | 'restricted' | 'undefined' | 'type' | 'channel' | 'context' | 'limit';

/** The text, or why there is none: `kind` is for whoever asked, the rest for the log. */
export type TemplateRendered =
  | { output: string; failed?: never }
  | { failed: { kind: RenderErrorKind; detail: string; line: number }; output?: never };

/** Why a webhook may be sent, or not. Stable: switch on it. */
export type WebhookReason =
  | 'ALLOWED' | 'TOO_LONG' | 'CHARACTER' | 'SCHEME' | 'USERINFO' | 'HOST_INVALID' | 'HOST_LOCAL' | 'IP_LITERAL'
  | 'DOMAIN_NOT_ALLOWED' | 'PORT_INVALID' | 'PORT_NOT_ALLOWED' | 'NOT_RESOLVED' | 'ADDRESS_INVALID'
  | 'ADDRESS_NOT_PUBLIC' | 'EVALUATION_LIMIT';

/** Whether a request may be sent, and where. */
export interface WebhookVerdict {
  verdict: 'allow' | 'block';
  reason: WebhookReason;
  /** The addresses to connect to, without another look-up. Empty unless allowed. */
  connect: string[];
  /** The host as it is named in TLS and in the request. Null unless allowed. */
  host: string | null;
  /** The port. Null unless allowed. */
  port: number | null;
}

/** How bad a finding is, from the least on. */
export type Severity = 'info' | 'low' | 'medium' | 'high' | 'critical';

/** What is wrong with a definition. */
export interface LintReport {
  /** The worst first, then by position. */
  findings: LintFinding[];
  /** What was, with a reason, asked to be kept quiet about. */
  suppressed: { finding: LintFinding; reason: string }[];
}

export interface LintFinding {
  /** The rule's stable id. */
  rule: string;
  severity: Severity;
  message: string;
  /** Where, as a JSON Pointer into the definition. */
  location: string;
  /** The line, from 1. */
  line: number;
  /** The column, from 1, in characters. */
  column: number;
  /** What to do. */
  fix: string;
}

/** What a rule is about. */
export interface RuleDescription {
  id: string;
  /** Its severity, unless the policy says otherwise or the case is milder. */
  severity: Severity;
  summary: string;
  fix: string;
}

/** An event, as a definition sees it. */
export interface EventDocument {
  /** The entity that changed. */
  entity_type: string;
  operation: 'create' | 'update' | 'delete' | 'select' | 'tick';
  /** The record, as it is now. */
  record?: object;
  /** The record as it was before, if it is known. */
  previous?: object | null;
  /** Who acts: `id`, `roles`, `permissions` and what templates may name. */
  user?: object | null;
  /** What stored queries answer, by their ids. */
  queries?: object;
}

/** Whether something holds; `unknown` where the event does not tell. */
export type Outcome = 'holds' | 'fails' | 'unknown';

/** What a definition would do for an event. */
export interface Simulation {
  /** Whether the actions would run. */
  outcome: Outcome;
  triggers: { location: string; outcome: Outcome; conditions?: ConditionOutcome[] }[];
  conditions: ConditionOutcome[];
  actions: ActionOutcome[];
}

/** Whether a condition holds, and why. */
export interface ConditionOutcome {
  /** Where it is, as a JSON Pointer. */
  location: string;
  field?: string;
  operator: string;
  expected?: unknown;
  /** The field's value; stars if it is restricted. */
  actual?: unknown;
  outcome: Outcome;
  /** Why that cannot be told. */
  why?: string;
  /** The parts of a composite. */
  conditions?: ConditionOutcome[];
}

/** What an action would do. */
export interface ActionOutcome {
  location: string;
  type: string;
  /** Whether its own conditions hold, and it is switched on. */
  outcome: Outcome;
  conditions?: ConditionOutcome[];
  /** What is wrong with it, of severity high or critical: it must not run. */
  refused?: LintFinding[];
  /** Its texts with values put in, or why there is none. */
  texts: { location: string; output?: string; error?: string }[];
  /** Where it would send a request, before the host is resolved. */
  webhook?: { url: string | null; reason: WebhookReason };
  database?: DatabasePlan;
}

/** What an action would do to the database. Names are of the policy's list; values are parameters. */
export interface DatabasePlan {
  operation: 'create' | 'update' | 'delete' | 'select' | 'upsert';
  entity: string;
  /** The tenant whose rows are reached. */
  tenant: string;
  /** What is written. */
  set: [string, unknown][];
  /** Which rows; all must hold. */
  filter: FilterPlan[];
}

export type FilterPlan =
  | { and: FilterPlan[] } | { or: FilterPlan[] } | { not: FilterPlan[] }
  | { test: { field: string; operator: string; value: unknown } };
