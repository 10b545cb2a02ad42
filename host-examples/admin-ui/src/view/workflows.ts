/** The page for workflow definitions: the text with its findings on one side, the list of them on the other. */
import { css, html, LitElement, type TemplateResult } from 'lit';
import { Linter, type Linted, type LintFinding, type LintReport } from '../engine/linter.js';
import POLICY from '../example/policy.json?raw';
import EXAMPLE from '../example/workflow.json?raw';
import { answers, controls, reset } from '../style/shared.js';
import './definition.js';
import './findings.js';
import * as icons from './icons.js';
import { masthead, topbar } from './masthead.js';
import { SEVERITIES, severities, severity } from './severity.js';
import { message as words } from './words.js';

/** A definition that is larger is no definition. */
const MAX_BYTES = 4 << 20;
/** Above this, typing waits for a pause before the findings follow. */
const LONG = 50_000;
const PAUSE_MS = 200;

export class Workflows extends LitElement {
  static override properties = { line: { state: true } };
  declare line: number;
  #text = EXAMPLE;
  #policy = POLICY;
  #problems: readonly string[] = [];
  #linter: Linter | null = null;
  /** None: there is no definition, or no policy to look at it with. */
  #linted: Linted | null = null;
  #pending: ReturnType<typeof setTimeout> | undefined;
  /** What the keyboard went to last, for those who do not see it. */
  #said = '';

  constructor() {
    super();
    this.line = 0;
    this.#usePolicy(POLICY);
  }

  override render(): TemplateResult {
    const report = this.#report();
    return html`
      ${masthead('workflow definitions', 'workflows', () => this.requestUpdate(), html`
        <label class="button">${icons.file}<span class="wide">Open a file</span><input type="file" accept=".json,application/json" aria-label="Open a file" @change=${this.#chosen} /></label>`)}
      <main @file=${(event: CustomEvent<File>) => void this.#take(event.detail)}>
        <section class="text" aria-label="Definition">
          <p class="about">A definition is looked at here, in the browser, and goes nowhere.</p>
          <p class="summary" role="status">${this.#summary(report)}</p>
          <pc-definition .value=${this.#text} .findings=${report?.findings ?? []}
            @definition=${(event: CustomEvent<string>) => this.#type(event.detail)}
            @line=${(event: CustomEvent<number>) => (this.line = event.detail)}
            @said=${(event: CustomEvent<LintFinding>) => this.#say(event.detail)}
            @file=${(event: CustomEvent<File>) => void this.#take(event.detail)}></pc-definition>
          <p class="visually-hidden" aria-live="polite">${this.#said}</p>
          <details>
            <summary>Policy: what definitions may do</summary>
            <label for="policy" class="visually-hidden">Policy</label>
            <textarea id="policy" rows="7" spellcheck="false" .value=${this.#policy} aria-invalid=${this.#problems.length > 0}
              aria-describedby="problems" @input=${(event: Event) => this.#typePolicy((event.target as HTMLTextAreaElement).value)}></textarea>
            <ul id="problems" aria-live="polite">${this.#problems.map((problem) => html`<li class="answer deny">${icons.warning}<span>${words(problem)}</span></li>`)}</ul>
          </details>
        </section>
        <aside aria-label="Findings" tabindex="0">
          <pc-findings .report=${report} .line=${this.line}
            @show=${(event: CustomEvent<LintFinding>) => this.renderRoot.querySelector('pc-definition')!.show(event.detail)}></pc-findings>
        </aside>
      </main>
    `;
  }

  #report(): LintReport | null {
    if (this.#linted?.kind === 'report') return this.#linted.report;
    return this.#linted?.kind === 'syntax' ? { findings: [this.#linted.finding], suppressed: [] } : null;
  }

  #summary(report: LintReport | null): TemplateResult | TemplateResult[] {
    if (this.#problems.length > 0) return html`<span class="answer deny">${icons.warning}The policy has a mistake: nothing was looked at</span>`;
    if (this.#linted?.kind === 'failed') return html`<span class="answer deny">${icons.warning}${this.#linted.message}</span>`;
    if (report === null) return html`<span class="answer">No definition</span>`;
    const { findings } = report;
    if (findings.length === 0) return html`<span class="answer allow">${icons.tick}No findings</span>`;
    const counts = SEVERITIES.map((of) => [of, findings.filter((finding) => finding.severity === of).length] as const);
    return counts.filter(([, count]) => count > 0).map(([of, count]) => html`<span class="count">${count} ${severity(of)}</span>`);
  }

  #type(text: string): void {
    this.#text = text;
    clearTimeout(this.#pending);
    if (text.length < LONG) return this.#lint();
    this.#pending = setTimeout(() => this.#lint(), PAUSE_MS);
  }

  #typePolicy(text: string): void {
    this.#policy = text;
    this.#usePolicy(text);
  }

  #usePolicy(text: string): void {
    let linter: Linter;
    try {
      linter = new Linter(text);
    } catch (error) {
      const { findings = [], message } = error as { findings?: { path: string; message: string }[]; message: string };
      this.#problems = findings.length > 0 ? findings.map(({ path, message: what }) => (path === '' ? what : `${path}: ${what}`)) : [message];
      this.#linter?.dispose();
      this.#linter = null;
      this.#lint();
      return;
    }
    this.#problems = [];
    this.#linter?.dispose();
    this.#linter = linter;
    this.#lint();
  }

  #lint(): void {
    const blank = this.#linter === null || this.#text.trim() === '';
    this.#linted = blank ? null : this.#linter!.lint(this.#text);
    this.requestUpdate();
  }

  #say({ severity: worst, message, line }: LintFinding): void {
    this.#said = `Line ${line}, ${worst}: ${message}`;
    this.requestUpdate();
  }

  #chosen(event: Event): void {
    const input = event.target as HTMLInputElement;
    const file = input.files?.[0];
    if (file) void this.#take(file);
    // So that the same file can be chosen again.
    input.value = '';
  }

  async #take(file: File): Promise<void> {
    if (file.size > MAX_BYTES) this.#linted = { kind: 'failed', message: `${file.name} is too large` };
    else {
      this.#text = await file.text();
      this.#lint();
    }
    this.requestUpdate();
  }

  static override styles = [reset, controls, answers, severities, topbar, css`
    :host {
      display: flex;
      flex-direction: column;
      height: 100dvh;
      max-width: 120rem;
      margin: 0 auto;
    }
    .button {
      position: relative;
      display: inline-flex;
      align-items: center;
      gap: 6px;
      min-height: 28px;
      padding: 0 10px;
      border: 1px solid var(--line);
      border-radius: var(--radius);
      background: var(--raised);
      font-size: var(--small);
      white-space: nowrap;
    }
    .button:hover {
      border-color: var(--line-strong);
    }
    .button:focus-within {
      outline: 2px solid var(--accent);
      outline-offset: 1px;
    }
    .button input {
      position: absolute;
      inset: 0;
      width: 100%;
      height: 100%;
      opacity: 0;
      cursor: pointer;
    }
    main {
      display: grid;
      flex: 1 1 auto;
      grid-template: minmax(0, 1fr) / minmax(0, 1fr) clamp(20rem, 32vw, 34rem);
      gap: 1px;
      min-height: 0;
      border-top: 1px solid var(--line);
      background: var(--line);
    }
    .text {
      display: flex;
      flex-direction: column;
      gap: 8px;
      min-width: 0;
      min-height: 0;
      padding: 12px var(--gap);
      background: var(--paper);
    }
    pc-definition {
      flex: 1 1 auto;
    }
    .about {
      color: var(--ink-2);
      font-size: var(--small);
    }
    .summary {
      display: flex;
      flex-wrap: wrap;
      gap: 4px 14px;
      min-height: 1.4em;
    }
    .summary .answer {
      white-space: normal;
    }
    .count {
      display: inline-flex;
      gap: 5px;
      font-variant-numeric: tabular-nums;
    }
    aside {
      min-width: 0;
      min-height: 0;
      padding: 16px;
      overflow-y: auto;
      background: var(--surface);
      outline-offset: -2px;
    }
    summary {
      color: var(--ink-2);
      font-size: var(--small);
      cursor: pointer;
    }
    #policy {
      width: 100%;
      margin-top: 6px;
      padding: 8px 12px;
      border: 1px solid var(--line-strong);
      border-radius: var(--radius);
      background: var(--surface);
      font: var(--tiny) / 1.6 var(--mono);
      resize: vertical;
    }
    #problems .answer {
      display: flex;
      align-items: start;
      margin-top: 4px;
      white-space: normal;
      overflow-wrap: anywhere;
    }
    @media (max-width: 60rem) {
      :host {
        height: auto;
        min-height: 100dvh;
      }
      main {
        grid-template: auto / minmax(0, 1fr);
      }
    }
  `];
}

customElements.define('pc-workflows', Workflows);
