/**
 * The operations as a tree (WAI-ARIA tree pattern, roving tabindex). Only the rows in sight are in
 * the document, and the one that has the focus: all rows are equally high, so which they are is a
 * division, and a catalog of 100,000 operations scrolls like one of a hundred.
 */
import { css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { Browse } from '../model/browse.js';
import { isBranch } from '../model/outline.js';
import type { Rows } from '../model/rows.js';
import type { Effect } from '../model/rules.js';
import { answers, controls, reset } from '../style/shared.js';
import { rowContent, rowFacts, rowStyles } from './tree-row.js';
import { View } from './view.js';

/** Rows beyond the edge that are drawn too. */
const BEYOND = 6;
const RULE_KEYS: Readonly<Record<string, Effect | null>> = { a: 'a', d: 'd', i: null };

export class Tree extends View {
  static override properties = { ...View.properties, browse: { attribute: false }, rows: { attribute: false } };
  declare browse: Browse;
  declare rows: Rows;
  #first = 0;
  #visible = 40;
  #height = 30;
  #focus = false;

  override render(): TemplateResult {
    const { nodes } = this.rows;
    const { selected } = this.state;
    const active = Math.max(0, nodes.indexOf(selected));
    const from = Math.max(0, this.#first - BEYOND);
    const drawn: number[] = [];
    for (let at = from; at < Math.min(nodes.length, this.#first + this.#visible + BEYOND); at++) drawn.push(at);
    if (nodes.length > 0 && !drawn.includes(active)) drawn.push(active);
    return html`<div class="tree" role="tree" aria-label="Operations" @keydown=${this.#key} @click=${this.#click}
      .style=${`height: ${nodes.length * this.#height}px`}>
      ${repeat(drawn, (at) => nodes[at], (at) => this.#row(at, at === active))}
    </div>`;
  }

  #row(at: number, active: boolean): TemplateResult {
    const node = this.rows.nodes[at]!;
    const facts = rowFacts(this.state, node);
    const collapsed = this.browse.collapsed(node);
    const { depth } = this.state.catalog.outline;
    return html`<div class="row" role="treeitem" data-at=${at} data-id=${facts.id} tabindex=${active ? 0 : -1}
      aria-selected=${node === this.state.selected} aria-level=${depth[node]! + 1}
      aria-posinset=${this.rows.place[at]!} aria-setsize=${this.rows.siblings[at]!}
      aria-expanded=${facts.branch ? String(!collapsed) : nothing}
      .style=${`--y: ${at * this.#height}px; --depth: ${depth[node]}`}>
      ${rowContent(facts, collapsed, (effect) => this.session.setRule(facts.id, effect))}
    </div>`;
  }

  override firstUpdated(): void {
    this.addEventListener('scroll', () => this.#measure(), { passive: true });
    new ResizeObserver(() => this.#measure()).observe(this);
  }

  override updated(changed: PropertyValues): void {
    super.updated(changed);
    if (!this.#focus) return;
    this.#focus = false;
    this.renderRoot.querySelector<HTMLElement>('[tabindex="0"]')?.focus({ preventScroll: true });
  }

  /** Gives the focus to the selected row, or to the first. */
  enter(): void {
    this.#go(Math.max(0, this.rows.nodes.indexOf(this.state.selected)));
  }

  /** Brings a node into sight; it must be among the rows. */
  reveal(node: number): void {
    const at = this.rows.nodes.indexOf(node);
    if (at < 0) return;
    const top = at * this.#height;
    if (top < this.scrollTop) this.scrollTop = top;
    if (top + this.#height > this.scrollTop + this.clientHeight) this.scrollTop = top + this.#height - this.clientHeight;
    this.#measure();
  }

  #measure(): void {
    this.#height = Number.parseFloat(getComputedStyle(this).getPropertyValue('--row')) || 30;
    const first = Math.floor(this.scrollTop / this.#height);
    const visible = Math.ceil(this.clientHeight / this.#height) + 1;
    if (first === this.#first && visible === this.#visible) return;
    this.#first = first;
    this.#visible = visible;
    this.requestUpdate();
  }

  #click(event: Event): void {
    const target = event.target as Element;
    const at = Number(target.closest<HTMLElement>('.row')?.dataset['at']);
    const node = this.rows.nodes[at];
    if (node === undefined) return;
    if (target.closest('.turn')) this.#turn(node);
    this.#go(at);
  }

  #turn(node: number, collapse?: boolean): void {
    this.browse.toggle(node, collapse);
    this.dispatchEvent(new Event('turned'));
  }

  /** Selects a row and gives it the focus. */
  #go(at: number): void {
    const node = this.rows.nodes[Math.min(Math.max(at, 0), this.rows.nodes.length - 1)];
    if (node === undefined) return;
    this.#focus = true;
    this.session.select(node);
    this.reveal(node);
  }

  #key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { nodes } = this.rows;
    const at = Math.max(0, nodes.indexOf(this.state.selected));
    const node = nodes[at];
    if (node === undefined) return;
    const { outline } = this.state.catalog;
    const page = Math.max(1, this.#visible - 2);
    const open = isBranch(outline, node) && !this.browse.collapsed(node);
    const moves: Record<string, () => void> = {
      ArrowDown: () => this.#go(at + 1),
      ArrowUp: () => this.#go(at - 1),
      PageDown: () => this.#go(at + page),
      PageUp: () => this.#go(at - page),
      Home: () => this.#go(0),
      End: () => this.#go(nodes.length - 1),
      ArrowRight: () => (open ? this.#go(at + 1) : this.#turn(node, false)),
      ArrowLeft: () => (open ? this.#turn(node, true) : this.#go(nodes.indexOf(outline.parent[node]!))),
      Enter: () => this.#turn(node),
      ' ': () => this.#turn(node),
    };
    const effect = RULE_KEYS[event.key];
    const act = effect === undefined ? moves[event.key] : () => this.session.setRule(outline.ids[node]!, effect);
    if (!act) return;
    event.preventDefault();
    act();
  }

  static override styles = [reset, controls, answers, rowStyles, css`
    :host {
      display: block;
      overflow-y: auto;
      overscroll-behavior: contain;
      container-type: inline-size;
      background: var(--surface);
    }
    .tree {
      position: relative;
      min-height: 100%;
    }
  `];
}

customElements.define('pc-tree', Tree);
