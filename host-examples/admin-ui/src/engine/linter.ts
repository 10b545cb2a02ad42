/** The questions that are asked of the guard module. What is wrong with a definition is its to say. */
import { Guards, type LintFinding, type LintReport, type RuleDescription } from 'portcullis/guards';
import { syntaxError } from '../model/place.js';

export type { LintFinding, LintReport, RuleDescription, Severity } from 'portcullis/guards';

/** What is wrong with a definition, or why nobody can tell. */
export type Linted =
  | { readonly kind: 'report'; readonly report: LintReport }
  | { readonly kind: 'syntax'; readonly finding: LintFinding }
  | { readonly kind: 'failed'; readonly message: string };

export class Linter {
  readonly #guards: Guards;

  /** @throws {PortcullisError} `POLICY_INVALID`, with every mistake */
  constructor(policy: string) {
    this.#guards = new Guards(policy);
  }

  lint(definition: string): Linted {
    const found = syntaxError(definition);
    if (found !== null) {
      const finding = { rule: 'json', severity: 'high' as const, location: '', fix: 'Write one JSON object.', ...found };
      return { kind: 'syntax', finding };
    }
    try {
      return { kind: 'report', report: this.#guards.lintWorkflow(definition) };
    } catch (error) {
      return { kind: 'failed', message: (error as Error).message };
    }
  }

  dispose(): void {
    this.#guards.dispose();
  }
}

let described: RuleDescription[] | undefined;

/** What definitions are checked for. */
export function rules(): readonly RuleDescription[] {
  return (described ??= Guards.workflowRules());
}
