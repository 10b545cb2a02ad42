/** Guards: is this content or traffic safe? The guard module says; here are only its words in JavaScript. */
import { PortcullisError } from '../error.js';
import { dispose } from '../runtime.js';
import { jsonText } from '../text.js';
import { askGuards, forgottenGuards, guardsGeneration, releaseGuards } from './runtime.js';

/** The module's own limits and one more: what is too long crosses cut short, and is still too long. */
const MAX_URL = 8193;
const MAX_ADDRESSES = 257;

/** A document for the module: text is JSON and crosses as it stands, so that places in it are places in the text. */
function documentText(value) {
  if (typeof value !== 'string') return jsonText(value);
  try {
    JSON.parse(value);
  } catch {
    // Not the platform's error: its message repeats what must not be shown.
    throw new PortcullisError('CALL_MALFORMED', 'the document is not JSON');
  }
  return value;
}

/** The text of a call. `documents` are members that are JSON text already. */
function callText(name, parameters, documents = {}) {
  let text = JSON.stringify(parameters).slice(0, -1);
  for (const [member, document] of Object.entries(documents)) text += `${text === '{' ? '' : ','}${JSON.stringify(member)}:${document}`;
  return `{${JSON.stringify(name)}:${text}}}`;
}

/** What is said where the module cannot say anything. Other errors are the caller's. */
function whereTrapped(error, answer) {
  if (error?.code !== 'MODULE_TRAPPED') throw error;
  return answer;
}

export class Guards {
  #document;
  #kept;
  #disposed = false;

  constructor(document) {
    // The text is kept: it is what was checked, and what a new instance is given.
    this.#document = document == null ? undefined : jsonText(document);
    // Loaded now: mistakes of the policy are told here.
    this.#policy();
  }

  mask(document, { hashKey = null } = {}) {
    return this.#ask('mask', { hash_key: hashKey }, { document: documentText(document) });
  }

  shown(decision, document, options) {
    if (decision?.decision !== true) throw new PortcullisError('CALL_MALFORMED', 'the decision denies');
    if (decision.obligations?.some((obligation) => 'mask' in obligation)) return this.mask(document, options).document;
    return JSON.parse(documentText(document));
  }

  validateTemplate(template) {
    return this.#ask('template.validate', { template: String(template) });
  }

  renderTemplate(template, context, { channel = 'html' } = {}) {
    try {
      return this.#ask('template.render', { channel, template: String(template) }, { context: documentText(context) });
    } catch (error) {
      return whereTrapped(error, { failed: { kind: 'limit', detail: 'the module trapped', line: 0 } });
    }
  }

  checkWebhook(url, addresses = null) {
    const parameters = { url: String(url).slice(0, MAX_URL), addresses: addresses?.slice(0, MAX_ADDRESSES) ?? null };
    try {
      return this.#ask('webhook.check', parameters);
    } catch (error) {
      return whereTrapped(error, { verdict: 'block', reason: 'EVALUATION_LIMIT', connect: [], host: null, port: null });
    }
  }

  lintWorkflow(workflow) {
    return this.#ask('workflow.lint', {}, { workflow: documentText(workflow) });
  }

  simulateWorkflow(workflow, event) {
    return this.#ask('workflow.simulate', {}, { workflow: documentText(workflow), event: documentText(event) });
  }

  static convertWorkflow(workflow) {
    return askGuards(callText('workflow.convert', {}, { workflow: documentText(workflow) }));
  }

  static workflowRules() {
    return askGuards('{"workflow.rules":{}}');
  }

  #ask(name, parameters, documents) {
    return askGuards(callText(name, { policy: this.#policy(), ...parameters }, documents));
  }

  /** The policy in the current instance; null where there is none. */
  #policy() {
    if (this.#disposed) throw new PortcullisError('DISPOSED', 'this was disposed of');
    if (this.#document === undefined) return null;
    if (this.#kept === undefined || this.#kept.generation !== guardsGeneration) {
      forgottenGuards.unregister(this);
      const { policy: handle } = askGuards(callText('policy.load', { document: this.#document }));
      this.#kept = { handle, generation: guardsGeneration };
      forgottenGuards.register(this, this.#kept, this);
    }
    return this.#kept.handle;
  }

  dispose() {
    this.#disposed = true;
    forgottenGuards.unregister(this);
    if (this.#kept) releaseGuards(this.#kept);
    this.#kept = undefined;
  }

  [dispose]() {
    this.dispose();
  }
}
