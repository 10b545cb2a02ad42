/** What the claim gains and loses against another, operation by tenant. */
import { css, html, nothing, type TemplateResult } from 'lit';
import type { Difference } from 'portcullis';
import { GAINED, type Comparison } from '../model/comparison.js';
import { answers, controls, reset } from '../style/shared.js';
import './claim-field.js';
import * as icons from './icons.js';
import { View } from './view.js';
import { number } from './words.js';

/** Rows of the table; the tree, filtered, has them all. */
const MOST_ROWS = 200;

export class Compare extends View {
  override render(): TemplateResult {
    const { baseline, old, claim, comparison, current } = this.state;
    if (baseline === null) {
      return html`<p class="about">Compare the claim with another one: the one that was issued before, or a colleague's.</p>
        <button ?disabled=${!current} @click=${() => this.session.compareWith(claim)}>${icons.pin}Compare from here</button>
        <button @click=${() => this.session.compareWith('')}>Paste another claim</button>`;
    }
    return html`
      <pc-claim-field label="Compared with" hint="Paste the other claim" .value=${baseline} .error=${baseline === '' ? null : (old?.error ?? null)}
        @claim=${(event: CustomEvent<string>) => this.session.compareWith(event.detail)}
        @token=${(event: CustomEvent<string>) => this.session.pasteBaseline(event.detail)}></pc-claim-field>
      <div class="actions">
        <button class="quiet" @click=${this.#swap}>Swap the two</button>
        <button class="quiet" @click=${() => this.session.compareWith(null)}>Stop comparing</button>
      </div>
      ${comparison ? this.#changes(comparison) : nothing}
    `;
  }

  #changes(comparison: Comparison): TemplateResult {
    const { tenants } = this.session.engine;
    const columns: (string | null)[] = tenants.length > 0 ? [...tenants] : [null];
    const changes = columns.map((tenant) => ({ tenant, ...comparison.for(tenant) }));
    return html`
      ${comparison.diff ? html`<p class="relation">${relation(comparison.diff)}</p>` : nothing}
      <table class="sums">
        <caption class="visually-hidden">Operations gained and lost by tenant</caption>
        <thead><tr><th scope="col">${tenants.length > 0 ? 'Tenant' : ''}</th><th scope="col">Gained</th><th scope="col">Lost</th></tr></thead>
        <tbody>${changes.map(({ tenant, gained, lost }) => html`<tr>
          <th scope="row">${tenant ?? 'The one tenant'}</th>
          <td class=${gained > 0 ? 'allow' : 'same'}>${gained > 0 ? html`<span class="answer">${icons.gained}${number(gained)}</span>` : '0'}</td>
          <td class=${lost > 0 ? 'deny' : 'same'}>${lost > 0 ? html`<span class="answer">${icons.lost}${number(lost)}</span>` : '0'}</td></tr>`)}
        </tbody>
      </table>
      ${this.#table(changes)}
    `;
  }

  #table(changes: { tenant: string | null; marks: Uint8Array }[]): TemplateResult | typeof nothing {
    const { operations } = this.session.engine;
    const changed: number[] = [];
    operations.forEach((_, operation) => {
      if (changes.some(({ marks }) => marks[operation]! > 0)) changed.push(operation);
    });
    if (changed.length === 0) return nothing;
    const cell = (mark: number): TemplateResult => {
      if (mark === 0) return html`<td class="same"><span aria-hidden="true">·</span><span class="visually-hidden">same</span></td>`;
      return mark === GAINED ? html`<td class="allow">${icons.gained}<span class="visually-hidden">gained</span></td>`
        : html`<td class="deny">${icons.lost}<span class="visually-hidden">lost</span></td>`;
    };
    const root = this.state.catalog.outline.ids[0]!.length + 1;
    return html`
      <div class="scroll" tabindex="0" role="region" aria-label="Changed operations by tenant"><table class="matrix">
        <caption class="visually-hidden">Changed operations by tenant</caption>
        <thead><tr><th scope="col">Operation</th>${changes.map(({ tenant }) => html`<th scope="col">${tenant ?? 'Change'}</th>`)}</tr></thead>
        <tbody>${changed.slice(0, MOST_ROWS).map((operation) => html`<tr>
          <th scope="row"><button class="quiet" @click=${() => this.#reveal(operations[operation]!)}>${operations[operation]!.slice(root)}</button></th>
          ${changes.map(({ marks }) => cell(marks[operation]!))}</tr>`)}
        </tbody>
      </table></div>
      ${changed.length > MOST_ROWS ? html`<p class="about">${MOST_ROWS} of ${number(changed.length)} changed operations. The tree has them all when it shows the changed ones.</p>` : nothing}
    `;
  }

  #reveal(id: string): void {
    this.dispatchEvent(new CustomEvent('reveal', { detail: id, bubbles: true, composed: true }));
  }

  #swap(): void {
    const { claim, baseline } = this.state;
    this.session.replace(baseline ?? '', 'The two claims are swapped.');
    this.session.compareWith(claim);
  }

  static override styles = [reset, controls, answers, css`
    :host {
      display: block;
    }
    .about {
      margin-bottom: 12px;
      color: var(--ink-2);
      font-size: var(--small);
    }
    .actions {
      display: flex;
      flex-wrap: wrap;
      gap: 4px;
      margin-top: 4px;
    }
    .relation {
      margin: 14px 0 10px;
      font-weight: 550;
    }
    table {
      width: 100%;
      border-collapse: collapse;
      font-size: var(--small);
    }
    th, td {
      padding: 3px 8px 3px 0;
      border-bottom: 1px solid var(--line);
      text-align: left;
      font-weight: 400;
    }
    thead th {
      color: var(--ink-3);
      font-size: var(--tiny);
      font-weight: 500;
    }
    .sums td, .sums th:not(:first-child) {
      width: 5rem;
      text-align: right;
      font-variant-numeric: tabular-nums;
    }
    .sums tbody th, .matrix {
      font-family: var(--mono);
      font-size: var(--tiny);
    }
    .same {
      color: var(--ink-3);
    }
    td svg {
      width: 12px;
      height: 12px;
      stroke-width: 2.2;
    }
    .scroll {
      position: relative;
      max-height: 22rem;
      margin-top: 16px;
      overflow: auto;
    }
    .matrix thead th {
      position: sticky;
      top: 0;
      background: var(--surface);
    }
    .matrix td {
      text-align: center;
    }
    .matrix thead th:not(:first-child) {
      text-align: center;
    }
    .matrix button {
      min-height: 22px;
      padding: 0;
      font: inherit;
      color: var(--ink);
      text-align: left;
      white-space: normal;
      overflow-wrap: anywhere;
    }
  `];
}

/** The module's words on the whole, in a sentence. */
function relation({ first_covers_second, second_covers_first }: Difference): string {
  if (first_covers_second && second_covers_first) return 'Both claims allow the same.';
  if (second_covers_first) return 'The claim allows all that the other one does, and more.';
  if (first_covers_second) return 'The claim allows less: nothing that the other one does not.';
  return 'Each claim allows something that the other one does not.';
}

customElements.define('pc-compare', Compare);
