/** The tree of operations, with what narrows it down above it. */
import { css, html, type PropertyValues, type TemplateResult } from 'lit';
import { Browse } from '../model/browse.js';
import type { Filter, Rows } from '../model/rows.js';
import { answers, controls, reset } from '../style/shared.js';
import * as icons from './icons.js';
import './tree.js';
import { View } from './view.js';
import { number } from './words.js';

export class Operations extends View {
  readonly #browse = new Browse();
  #rows: Rows | undefined;
  #drawn: unknown[] = [];

  override render(): TemplateResult {
    const { state } = this;
    const { setup } = state.catalog;
    const rows = this.#shown();
    const stale = !state.current || this.session.waiting;
    return html`
      <div class="bar">
        <label class="search">${icons.search}<span class="visually-hidden">Search operations</span>
          <input type="search" placeholder="Search id, path or method" .value=${this.#browse.query}
            aria-keyshortcuts="/" @input=${this.#search} @keydown=${this.#leave} /></label>
        <label class="as"><span>for</span>
          <select @change=${(event: Event) => this.session.view((event.target as HTMLSelectElement).value || null)}>
            ${setup.tenants.map((tenant) => html`<option value=${tenant} ?selected=${tenant === state.tenant}>${tenant}</option>`)}
            <option value="" ?selected=${state.tenant === null}>${setup.tenants.length > 0 ? 'operation rules only' : 'the one tenant'}</option>
          </select></label>
        <span class="turns">
          <button class="quiet" @click=${() => this.#all('expanded')}>Expand all</button>
          <button class="quiet" @click=${() => this.#all('collapsed')}>Collapse all</button>
        </span>
      </div>
      <div class="filters" role="radiogroup" aria-label="Show">
        ${this.#filters().map(([filter, name, count]) => html`<label class=${filter}>
          <input type="radio" name="filter" .checked=${this.#browse.filter === filter} @change=${() => this.#filter(filter)} />
          <span>${name} <b>${number(count)}</b></span></label>`)}
        <p class="visually-hidden" role="status">${rows.matches} operations shown</p>
      </div>
      ${stale ? html`<p class="stale">${icons.warning}<span>${this.#behind()}</span></p>` : ''}
      ${this.#tenantDenied()}
      ${rows.nodes.length === 0 ? html`<p class="empty">No operation matches.
        <button @click=${this.#reset}>Show all</button></p>` : ''}
      <pc-tree class=${stale ? 'dim' : ''} ?hidden=${rows.nodes.length === 0} .session=${this.session} .browse=${this.#browse} .rows=${rows}
        @turned=${this.#again}></pc-tree>
      <p class="keys" aria-hidden="true"><kbd>/</kbd> search <kbd>↑</kbd><kbd>↓</kbd><kbd>←</kbd><kbd>→</kbd> move
        <kbd>A</kbd> allow <kbd>D</kbd> deny <kbd>I</kbd> inherit</p>
    `;
  }

  override firstUpdated(changed: PropertyValues): void {
    super.firstUpdated(changed);
    document.addEventListener('keydown', (event) => {
      const inField = event.composedPath().some((target) => target instanceof HTMLElement && target.matches('input, textarea, select'));
      if (event.key !== '/' || inField || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      this.renderRoot.querySelector<HTMLInputElement>('[type="search"]')?.focus();
    });
  }

  /** Selects an operation and brings it into sight. */
  async reveal(id: string): Promise<void> {
    const node = this.state.catalog.outline.find.get(id);
    if (node === undefined) return;
    this.#browse.reveal(node);
    if (!this.#shown().nodes.includes(node)) this.#reset();
    this.session.select(node);
    this.#again();
    await this.updateComplete;
    this.renderRoot.querySelector('pc-tree')?.reveal(node);
  }

  /** The rows; found again only when what they depend on has changed. */
  #shown(): Rows {
    const { shown, comparison, tenant, catalog } = this.state;
    const drawn = [shown, comparison, tenant, catalog];
    if (this.#rows && drawn.every((one, at) => one === this.#drawn[at])) return this.#rows;
    this.#drawn = drawn;
    return (this.#rows = this.#browse.rows(this.state));
  }

  #again(): void {
    this.#rows = undefined;
    this.requestUpdate();
  }

  #filters(): [Filter, string, number][] {
    const { shown, comparison, tenant, catalog: { outline: { before } } } = this.state;
    const all = before.at(-1)!;
    const { count } = shown.view(tenant);
    const filters: [Filter, string, number][] = [['all', 'All', all], ['allowed', 'Allowed', count], ['denied', 'Denied', all - count]];
    if (comparison) {
      const { gained, lost } = comparison.for(tenant);
      filters.push(['changed', 'Changed', gained + lost]);
    } else if (this.#browse.filter === 'changed') {
      this.#browse.filter = 'all';
    }
    return filters;
  }

  #behind(): string {
    const { current, shown } = this.state;
    if (current) return 'The tree follows when you pause.';
    return shown.claim === '' ? 'The claim cannot be read; it would grant nothing.' : 'The tree shows the last claim that could be read.';
  }

  #tenantDenied(): TemplateResult | '' {
    const { shown, tenant } = this.state;
    if (tenant === null || shown.error || shown.tenants.get(tenant) !== false) return '';
    return html`<p class="stale">${icons.deny}<span>The claim does not grant <b>${tenant}</b>, so all its operations are denied.</span>
      <button @click=${() => this.session.setTenant(tenant, true)}>Grant ${tenant}</button></p>`;
  }

  #search(event: Event): void {
    this.#browse.query = (event.target as HTMLInputElement).value;
    this.#again();
  }

  #leave(event: KeyboardEvent): void {
    if (event.key === 'ArrowDown') {
      event.preventDefault();
      this.renderRoot.querySelector('pc-tree')?.enter();
    }
  }

  #filter(filter: Filter): void {
    this.#browse.filter = filter;
    this.#again();
  }

  #all(begin: 'expanded' | 'collapsed'): void {
    this.#browse.all(begin);
    this.#again();
  }

  #reset(): void {
    this.#browse.query = '';
    this.#browse.filter = 'all';
    this.#again();
  }

  static override styles = [reset, controls, answers, css`
    :host {
      display: flex;
      flex-direction: column;
      min-height: 0;
      container-type: inline-size;
      background: var(--surface);
    }
    .bar, .filters {
      display: flex;
      flex-wrap: wrap;
      align-items: center;
      gap: 6px 10px;
      padding: 8px 10px;
    }
    .filters {
      padding-top: 0;
      border-bottom: 1px solid var(--line);
    }
    .search {
      position: relative;
      display: flex;
      flex: 1 1 12rem;
      align-items: center;
      color: var(--ink-3);
    }
    .search svg {
      position: absolute;
      left: 8px;
    }
    .search input {
      width: 100%;
      padding-left: 28px;
      color: var(--ink);
    }
    .search input::placeholder {
      color: var(--ink-3);
    }
    .as {
      display: flex;
      align-items: center;
      gap: 6px;
      min-width: 0;
      color: var(--ink-2);
      font-size: var(--small);
    }
    select {
      max-width: 14rem;
      color: var(--ink);
    }
    .turns {
      display: flex;
    }
    .turns button {
      padding: 0 6px;
    }
    .filters label {
      position: relative;
      font-size: var(--small);
    }
    .filters input {
      position: absolute;
      inset: 0;
      width: 100%;
      min-height: 0;
      height: 100%;
      margin: 0;
      opacity: 0;
      cursor: pointer;
    }
    .filters label span {
      display: block;
      padding: 2px 8px;
      border-radius: var(--radius);
      color: var(--ink-2);
    }
    .filters b {
      font-weight: 500;
      font-variant-numeric: tabular-nums;
      color: var(--ink-3);
    }
    .filters input:checked + span {
      background: var(--accent-soft);
      color: var(--ink);
    }
    .filters input:checked + span b {
      color: var(--ink-2);
    }
    .filters input:focus-visible + span {
      outline: 2px solid var(--accent);
    }
    .stale {
      display: flex;
      flex-wrap: wrap;
      align-items: center;
      gap: 8px;
      padding: 6px 12px;
      border-bottom: 1px solid var(--line);
      background: var(--change-soft);
      color: var(--ink);
      font-size: var(--small);
    }
    .stale svg {
      color: var(--change);
    }
    .stale button {
      min-height: 24px;
    }
    .empty {
      display: flex;
      align-items: center;
      gap: 12px;
      padding: 24px 12px;
      color: var(--ink-2);
    }
    pc-tree {
      flex: 1 1 0;
      min-height: 0;
    }
    .dim {
      filter: grayscale(1);
    }
    .keys {
      padding: 6px 12px;
      border-top: 1px solid var(--line);
      color: var(--ink-3);
      font-size: var(--tiny);
    }
    kbd {
      display: inline-block;
      min-width: 1.5em;
      margin-left: 6px;
      padding: 0 4px;
      border: 1px solid var(--line);
      border-radius: 3px;
      background: var(--sunken);
      font: inherit;
      text-align: center;
    }
    kbd + kbd {
      margin-left: 2px;
    }
    @container (max-width: 560px) {
      .keys, .turns {
        display: none;
      }
    }
  `];
}

customElements.define('pc-operations', Operations);
