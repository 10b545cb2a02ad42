/**
 * A claim as text: coloured by rule, with the mistake marked at its character. The text is a plain
 * text area; its colours come from a copy that lies under it.
 */
import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import type { LocatedClaimProblem } from 'portcullis';
import { byteLength, indexOfByte } from '../model/offsets.js';
import { pieces } from '../model/rules.js';
import { looksLikeToken } from '../model/token.js';
import * as icons from './icons.js';
import { controls, reset } from '../style/shared.js';
import { message } from './words.js';

/** How much of the claim is shown on each side of a mistake. */
const AROUND = 22;
/** Shorter claims are seen whole, with the mistake marked in them. */
const SEEN_WHOLE = 90;

export class ClaimField extends LitElement {
  static override properties = {
    label: {}, hint: {}, value: {}, error: { attribute: false }, decides: { attribute: false },
  };
  declare label: string;
  declare hint: string;
  declare value: string;
  /** What is wrong with the value, and where. */
  declare error: LocatedClaimProblem | null;
  /** The rule that decided what is selected, in bytes. */
  declare decides: readonly [number, number] | null;

  constructor() {
    super();
    this.label = this.hint = this.value = '';
    this.error = this.decides = null;
  }

  override render(): TemplateResult {
    return html`
      <label for="text">${this.label}</label>
      <div class="frame ${this.error ? 'wrong' : ''}">
        <pre aria-hidden="true">${this.#coloured()}<br /></pre>
        <textarea id="text" rows="1" spellcheck="false" autocomplete="off" autocapitalize="off"
          placeholder=${this.hint} aria-invalid=${this.error ? 'true' : 'false'}
          aria-describedby=${this.error ? 'error' : nothing}
          .value=${this.value} @input=${this.#input} @paste=${this.#paste} @drop=${this.#drop}></textarea>
      </div>
      <div aria-live="polite">${this.error && this.#mistake(this.error)}</div>
    `;
  }

  /** Puts the cursor on a part of the text, counted in bytes. */
  show(start: number, end: number): void {
    const text = this.renderRoot.querySelector('textarea')!;
    text.focus();
    text.setSelectionRange(indexOfByte(this.value, start), indexOfByte(this.value, end));
  }

  #coloured(): (TemplateResult | typeof nothing)[] {
    const mistake = this.error?.index ?? -1;
    return pieces(this.value).map(({ start, end, text }) => {
      const bytes = this.decides;
      const decides = bytes && byteLength(this.value.slice(0, start)) === bytes[0] ? 'decides' : '';
      const effect = text.startsWith('a:') ? 'a' : text.startsWith('d:') ? 'd' : '';
      const at = mistake >= start && mistake <= end ? mistake - start : -1;
      const separator = end < this.value.length ? ';' : ' ';
      if (at < 0) return html`<span class="rule ${effect} ${decides}"><b>${text.slice(0, 2)}</b>${text.slice(2)}</span><i>${separator}</i>`;
      const marked = at < text.length ? text[at]! : separator;
      return html`<span class="rule">${text.slice(0, at)}<mark>${marked}</mark>${text.slice(at + 1)}</span>${
        at < text.length ? html`<i>${separator}</i>` : nothing}`;
    });
  }

  #mistake({ index: at, offset, expected }: LocatedClaimProblem): TemplateResult {
    const from = Math.max(0, at - AROUND);
    const before = (from > 0 ? '…' : '') + this.value.slice(from, at).replaceAll(/\s/g, '␣');
    const after = this.value.slice(at, at + AROUND).replaceAll(/\s/g, '␣') + (at + AROUND < this.value.length ? '…' : '');
    return html`<div id="error" class="mistake">
      <p><span class="answer">${icons.warning}<b>Character ${at + 1}</b></span>
        <span>expected ${message(expected)}</span>
        <button class="quiet" @click=${() => this.show(offset, offset + 1)}>Go to it</button></p>
      ${this.value.length > SEEN_WHOLE
        ? html`<pre aria-hidden="true">${before}<mark>${after[0] ?? ' '}</mark>${after.slice(1)}\n${' '.repeat(before.length)}↑</pre>` : nothing}
    </div>`;
  }

  #input(event: Event): void {
    const text = event.target as HTMLTextAreaElement;
    // Line ends are how claims get broken on their way through other programs; they are no part of one.
    const value = text.value.replaceAll(/[\r\n]+/g, '');
    if (looksLikeToken(value)) {
      text.value = this.value;
      return this.#send('token', value);
    }
    this.#send('claim', value);
  }

  #paste(event: ClipboardEvent): void {
    this.#take(event, event.clipboardData);
  }

  #drop(event: DragEvent): void {
    this.#take(event, event.dataTransfer);
  }

  /** A token must not get into the text area, whose undo would keep it. */
  #take(event: Event, data: DataTransfer | null): void {
    const text = data?.getData('text') ?? '';
    if (!looksLikeToken(text)) return;
    event.preventDefault();
    this.#send('token', text);
  }

  #send(name: 'claim' | 'token', detail: string): void {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  static override styles = [reset, controls, css`
    :host {
      display: block;
    }
    label {
      display: block;
      margin-bottom: 6px;
      font-weight: 600;
      letter-spacing: -0.005em;
    }
    .frame {
      display: grid;
      max-height: 11.5rem;
      overflow-y: auto;
      border: 1px solid var(--line-strong);
      border-radius: var(--radius);
      background: var(--surface);
    }
    .frame:focus-within {
      outline: 2px solid var(--accent);
      outline-offset: -1px;
    }
    .frame.wrong {
      border-color: var(--deny);
    }
    .frame > * {
      grid-area: 1 / 1;
      min-width: 0;
      margin: 0;
      padding: 10px 12px;
      border: 0;
      font: 0.875rem / 1.65 var(--mono);
      letter-spacing: 0;
      white-space: pre-wrap;
      overflow-wrap: anywhere;
      word-break: normal;
      line-break: auto;
      tab-size: 4;
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
    textarea::placeholder {
      color: var(--ink-3);
    }
    textarea::selection {
      background: color-mix(in srgb, var(--accent) 28%, transparent);
    }
    i {
      color: var(--ink-3);
      font-style: normal;
    }
    b {
      font-weight: 400;
    }
    .a b {
      color: var(--allow);
    }
    .d b {
      color: var(--deny);
    }
    .decides {
      background: var(--accent-soft);
      box-shadow: 0 2px 0 var(--accent);
    }
    mark {
      border-radius: 2px;
      background: var(--deny);
      color: var(--surface);
    }
    .mistake {
      margin-top: 8px;
      padding: 8px 12px;
      border-left: 2px solid var(--deny);
      background: var(--deny-soft);
      font-size: var(--small);
    }
    .mistake p {
      display: flex;
      flex-wrap: wrap;
      align-items: center;
      gap: 2px 10px;
    }
    .mistake .answer {
      display: inline-flex;
      align-items: center;
      gap: 6px;
      color: var(--deny);
    }
    .mistake b {
      font-weight: 600;
    }
    .mistake pre {
      margin-top: 4px;
      overflow-x: auto;
      line-height: 1.4;
    }
    .mistake button {
      min-height: 24px;
      color: var(--ink);
      text-decoration: underline;
    }
    .mistake code {
      font-weight: 600;
    }
  `];
}

customElements.define('pc-claim-field', ClaimField);
