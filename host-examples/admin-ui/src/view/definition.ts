/**
 * A workflow definition as text, with what is wrong with it beside the lines that it stands on. The
 * text is a plain text area; lines, marks and notes come from a copy that lies under it.
 */
import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import type { LintFinding } from '../engine/linter.js';
import { endOfToken, indexOfPlace, placeOfIndex } from '../model/place.js';
import { controls, reset } from '../style/shared.js';
import { severities, severity } from './severity.js';
import { message } from './words.js';

/** Beyond this the text stands alone: a copy of every line would make typing slow. */
const MOST_LINES = 4_000;

export class Definition extends LitElement {
  static override properties = { value: {}, findings: { attribute: false } };
  declare value: string;
  /** In the order of the list: the worst first. */
  declare findings: readonly LintFinding[];
  #line = 0;

  constructor() {
    super();
    this.value = '';
    this.findings = [];
  }

  override render(): TemplateResult {
    const lines = this.value.split('\n');
    return html`
      <label for="text">Definition</label>
      <p id="keys" class="keys">F8 goes to the next finding, Shift F8 to the one before.</p>
      <div class="frame">
        <pre aria-hidden="true">${lines.length > MOST_LINES ? nothing : this.#lines(lines)}</pre>
        <textarea id="text" wrap="off" spellcheck="false" autocomplete="off" autocapitalize="off" aria-describedby="keys"
          placeholder="Paste a workflow definition, as JSON" @input=${this.#input} @keydown=${this.#key}
          @keyup=${this.#caret} @click=${this.#caret} @focus=${this.#caret}
          @dragover=${(event: DragEvent) => event.preventDefault()} @drop=${this.#drop}></textarea>
      </div>
    `;
  }

  /** Only another text is put in: whoever types keeps the caret and what can be undone. */
  protected override updated(changed: PropertyValues<this>): void {
    const text = this.renderRoot.querySelector('textarea')!;
    if (changed.has('value') && text.value !== this.value) text.value = this.value;
  }

  /** Puts the caret on a finding, and the finding in sight. */
  show({ line, column }: LintFinding): void {
    const text = this.renderRoot.querySelector('textarea')!;
    const start = indexOfPlace(this.value, line, column);
    text.focus({ preventScroll: true });
    text.setSelectionRange(start, endOfToken(this.value, start));
    // The text area itself does not scroll: its frame does.
    const frame = this.renderRoot.querySelector('.frame')!;
    const marked = this.renderRoot.querySelectorAll('.line')[line - 1];
    marked?.scrollIntoView({ block: 'nearest' });
    frame.scrollTo({ left: 0 });
    this.#caret();
  }

  #lines(lines: readonly string[]): TemplateResult[] {
    const found = new Map<number, LintFinding[]>();
    for (const finding of this.findings) found.set(finding.line, [...(found.get(finding.line) ?? []), finding]);
    return lines.map((line, at) => {
      const here = found.get(at + 1);
      if (here === undefined) return html`<span class="line">${line}\n</span>`;
      const [worst] = here as [LintFinding];
      return html`<span class="line found ${worst.severity}">${this.#marked(line, here)}<span class="note">${severity(worst.severity)} ${message(worst.message)}${
        here.length > 1 ? html` <b>and ${here.length - 1} more</b>` : nothing}</span>\n</span>`;
    });
  }

  /** A line with its findings underlined, one after the other; the worst where they overlap. */
  #marked(line: string, findings: readonly LintFinding[]): (TemplateResult | string)[] {
    const parts: (TemplateResult | string)[] = [];
    let done = 0;
    for (const { column, severity: worst } of [...findings].sort(compare)) {
      const start = indexOfPlace(line, 1, column);
      if (start < done) continue;
      const end = endOfToken(line, start);
      parts.push(line.slice(done, start), html`<mark class=${worst}>${line.slice(start, end)}</mark>`);
      done = end;
    }
    return [...parts, line.slice(done)];
  }

  #input(event: Event): void {
    this.value = (event.target as HTMLTextAreaElement).value;
    this.#send('definition', this.value);
    this.#caret();
  }

  #key(event: KeyboardEvent): void {
    if (event.key !== 'F8' || this.findings.length === 0) return;
    event.preventDefault();
    const caret = this.#place();
    const ordered = [...this.findings].sort(compare);
    const next = event.shiftKey
      ? (ordered.filter((finding) => compare(finding, caret) < 0).at(-1) ?? ordered.at(-1)!)
      : (ordered.find((finding) => compare(finding, caret) > 0) ?? ordered[0]!);
    this.show(next);
    this.#send('said', next);
  }

  /** Tells which line the caret is on, so that the list can mark what is wrong with it. */
  #caret(): void {
    const { line } = this.#place();
    if (line === this.#line) return;
    this.#line = line;
    this.#send('line', line);
  }

  #place(): { line: number; column: number } {
    const text = this.renderRoot.querySelector('textarea')!;
    return placeOfIndex(this.value, text.selectionStart);
  }

  #drop(event: DragEvent): void {
    const file = event.dataTransfer?.files[0];
    if (!file) return;
    event.preventDefault();
    this.#send('file', file);
  }

  #send(name: string, detail: unknown): void {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  static override styles = [reset, controls, severities, css`
    :host {
      display: grid;
      grid-template: auto minmax(0, 1fr) / auto minmax(0, 1fr);
      gap: 6px 12px;
      min-width: 0;
      min-height: 0;
    }
    label {
      font-weight: 600;
      letter-spacing: -0.005em;
    }
    .keys {
      justify-self: end;
      color: var(--ink-3);
      font-size: var(--tiny);
    }
    .frame {
      display: grid;
      grid-column: 1 / -1;
      grid-template-columns: minmax(100%, max-content);
      align-content: start;
      overflow: auto;
      border: 1px solid var(--line-strong);
      border-radius: var(--radius);
      background: var(--surface);
    }
    .frame:focus-within {
      outline: 2px solid var(--accent);
      outline-offset: -1px;
    }
    .frame > * {
      grid-area: 1 / 1;
      min-height: 100%;
      margin: 0;
      padding: 8px 12px 8px 5ch;
      border: 0;
      font: 0.8125rem / 1.6 var(--mono);
      letter-spacing: 0;
      white-space: pre;
      tab-size: 4;
    }
    pre {
      counter-reset: line;
    }
    textarea {
      position: relative;
      resize: none;
      overflow: hidden;
      background: none;
      color: transparent;
      caret-color: var(--ink);
      outline: none;
    }
    pre:empty + textarea {
      color: var(--ink);
    }
    textarea::placeholder {
      color: var(--ink-3);
    }
    textarea::selection {
      background: color-mix(in srgb, var(--accent) 28%, transparent);
    }
    .line {
      position: relative;
      display: block;
      margin: 0 -12px 0 -5ch;
      padding: 0 12px 0 5ch;
    }
    .line::before {
      position: absolute;
      left: 0;
      width: 4ch;
      color: var(--ink-3);
      text-align: right;
      counter-increment: line;
      content: counter(line);
    }
    .found.critical, .found.high {
      background: var(--deny-soft);
    }
    .found.medium {
      background: var(--change-soft);
    }
    .found.low, .found.info {
      background: var(--sunken);
    }
    .line.found::before {
      color: var(--ink);
      font-weight: 600;
    }
    pre .line {
      color: var(--ink);
    }
    mark {
      background: none;
      color: inherit;
      text-decoration: underline wavy currentcolor 1px;
      text-underline-offset: 3px;
    }
    mark.critical, mark.high {
      text-decoration-color: var(--deny);
    }
    mark.medium {
      text-decoration-color: var(--change);
    }
    .note {
      margin-left: 3ch;
      color: var(--ink-2);
      font: var(--tiny) / 1 var(--sans);
    }
    .note .severity {
      vertical-align: -2px;
    }
    .note code {
      font-size: 0.6875rem;
    }
    @media (max-width: 60rem) {
      .frame {
        max-height: 70dvh;
      }
    }
  `];
}

function compare(one: { line: number; column: number }, two: { line: number; column: number }): number {
  return one.line - two.line || one.column - two.column;
}

customElements.define('pc-definition', Definition);
