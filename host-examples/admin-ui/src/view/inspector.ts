/** The panels beside the tree, as tabs. */
import { css, html, type TemplateResult } from 'lit';
import { byteLength } from '../model/offsets.js';
import { controls, reset } from '../style/shared.js';
import './compare.js';
import './size.js';
import { View } from './view.js';
import { number } from './words.js';
import './why.js';

const PANELS = ['why', 'compare', 'size'] as const;
export type Panel = (typeof PANELS)[number];
const NAMES: Record<Panel, string> = { why: 'Why?', compare: 'Compare', size: 'Size' };

export class Inspector extends View {
  static override properties = { ...View.properties, panel: {} };
  declare panel: Panel;

  constructor() {
    super();
    this.panel = 'why';
  }

  override render(): TemplateResult {
    return html`
      <div class="tabs" role="tablist" aria-label="About the claim" @keydown=${this.#key}>
        ${PANELS.map((panel) => html`<button role="tab" id=${panel} aria-controls="panel" aria-selected=${panel === this.panel}
          tabindex=${panel === this.panel ? 0 : -1} @click=${() => (this.panel = panel)}>${NAMES[panel]} <span>${this.#hint(panel)}</span></button>`)}
      </div>
      <div class="panel" id="panel" role="tabpanel" aria-labelledby=${this.panel} tabindex="0">${this.#panel()}</div>
    `;
  }

  #panel(): TemplateResult {
    switch (this.panel) {
      case 'why': return html`<pc-why .session=${this.session}></pc-why>`;
      case 'compare': return html`<pc-compare .session=${this.session}></pc-compare>`;
      case 'size': return html`<pc-size .session=${this.session}></pc-size>`;
    }
  }

  #hint(panel: Panel): string {
    const { comparison, tenant, shown, current } = this.state;
    if (panel === 'compare' && comparison) {
      const { gained, lost } = comparison.for(tenant);
      return `+${number(gained)} −${number(lost)}`;
    }
    return panel === 'size' && current && !shown.error ? `${number(byteLength(shown.claim))} B` : '';
  }

  #key(event: KeyboardEvent): void {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    this.panel = PANELS.at((PANELS.indexOf(this.panel) + step) % PANELS.length)!;
    void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>('[aria-selected="true"]')?.focus());
  }

  static override styles = [reset, controls, css`
    :host {
      display: flex;
      flex-direction: column;
      min-height: 0;
      background: var(--surface);
    }
    .tabs {
      display: flex;
      flex: none;
      gap: 2px;
      padding: 0 8px;
      border-bottom: 1px solid var(--line);
    }
    .tabs button {
      min-height: 42px;
      padding: 0 8px;
      border: 0;
      border-radius: 0;
      background: none;
      color: var(--ink-2);
      outline-offset: -3px;
    }
    .tabs [aria-selected='true'] {
      box-shadow: inset 0 -2px var(--accent);
      color: var(--ink);
      font-weight: 550;
    }
    .tabs span {
      color: var(--ink-3);
      font-size: var(--tiny);
      font-weight: 400;
      font-variant-numeric: tabular-nums;
    }
    .panel {
      position: relative;
      flex: 1 1 auto;
      min-height: 0;
      overflow-y: auto;
      padding: 16px;
      outline-offset: -2px;
    }
  `];
}

customElements.define('pc-inspector', Inspector);
