/** What is wrong with a definition, the worst first: where, why, and what to do. */
import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { rules, type LintFinding, type LintReport } from '../engine/linter.js';
import { answers, controls, reset } from '../style/shared.js';
import { severities, severity } from './severity.js';
import { message } from './words.js';

export class Findings extends LitElement {
  static override properties = { report: { attribute: false }, line: { attribute: false } };
  /** None: nothing was looked at. */
  declare report: LintReport | null;
  /** The line that the caret is on. */
  declare line: number;

  constructor() {
    super();
    this.report = null;
    this.line = 0;
  }

  override render(): TemplateResult {
    const { findings, suppressed } = this.report ?? { findings: [], suppressed: [] };
    const none = this.report === null ? 'Nothing was looked at.' : 'None.';
    return html`
      <h2>Findings</h2>
      ${findings.length === 0 ? html`<p class="none">${none}</p>` : html`<ol class="found">${findings.map((finding) => this.#finding(finding))}</ol>`}
      ${suppressed.length === 0 ? nothing : html`<details open>
        <summary>${suppressed.length} kept quiet by the definition</summary>
        <ol>${suppressed.map(({ finding, reason }) => this.#finding(finding, reason))}</ol>
      </details>`}
      <details class="rules">
        <summary>What definitions are checked for</summary>
        <dl>${rules().map(({ id, severity: usual, summary }) => html`<div><dt><code>${id}</code> ${severity(usual)}</dt><dd>${message(summary)}</dd></div>`)}</dl>
      </details>
    `;
  }

  #finding(finding: LintFinding, reason?: string): TemplateResult {
    const { severity: worst, line, column, message: what, fix, rule, location } = finding;
    return html`<li aria-current=${line === this.line ? 'true' : nothing}>
      <button @click=${() => this.dispatchEvent(new CustomEvent('show', { detail: finding }))}>
        ${severity(worst)}<span class="place">line ${line}, column ${column}</span></button>
      <p>${message(what)}</p>
      <p class="fix">${reason === undefined ? message(fix) : html`Its reason: ${reason}`}</p>
      <p class="rule"><code>${rule}</code>${location === '' ? nothing : html` at <code>${location}</code>`}</p>
    </li>`;
  }

  static override styles = [reset, controls, answers, severities, css`
    :host {
      display: block;
    }
    h2 {
      margin-bottom: 8px;
    }
    .none {
      color: var(--ink-2);
    }
    li {
      padding: 10px 0 10px 12px;
      border-top: 1px solid var(--line);
      border-left: 2px solid transparent;
    }
    li[aria-current] {
      border-left-color: var(--accent);
      background: var(--accent-soft);
    }
    button {
      gap: 10px;
      margin-left: -11px;
      padding: 0 10px;
    }
    .place {
      color: var(--ink-2);
      font-variant-numeric: tabular-nums;
    }
    p {
      margin-top: 4px;
      overflow-wrap: anywhere;
    }
    .fix {
      color: var(--ink-2);
    }
    .rule, .rule code {
      color: var(--ink-3);
      font-size: var(--tiny);
    }
    details {
      margin-top: 16px;
    }
    summary {
      padding: 6px 0;
      color: var(--ink-2);
      font-size: var(--small);
      cursor: pointer;
    }
    dl div {
      padding: 6px 0;
      border-top: 1px solid var(--line);
      font-size: var(--small);
    }
    dt {
      display: flex;
      flex-wrap: wrap;
      gap: 2px 10px;
    }
    dd {
      color: var(--ink-2);
    }
  `];
}

customElements.define('pc-findings', Findings);
