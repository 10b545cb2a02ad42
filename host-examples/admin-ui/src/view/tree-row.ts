/** One row of the tree. */
import { css, html, nothing, type TemplateResult } from 'lit';
import type { Matched } from 'portcullis';
import { GAINED } from '../model/comparison.js';
import { changeName } from '../model/browse.js';
import { isBranch, marksIn, operationsIn } from '../model/outline.js';
import type { Effect } from '../model/rules.js';
import type { State } from '../model/session.js';
import * as icons from './icons.js';
import { number } from './words.js';

/** What a row shows of its node. */
export interface RowFacts {
  readonly node: number;
  readonly id: string;
  readonly label: string;
  readonly branch: boolean;
  /** Whether the node itself is an operation, and what then holds of it. */
  readonly operation: { allowed: boolean; rule: Matched | null; overridden: readonly Matched[]; mark: number } | null;
  readonly count: { allowed: number; changed: number; all: number };
  /** The effects that the claim's text has for exactly this node. */
  readonly own: string;
}

export function rowFacts(state: State, node: number): RowFacts {
  const { catalog: { outline }, shown, comparison, effects, tenant } = state;
  const view = shown.view(tenant);
  const change = comparison?.for(tenant);
  const operation = outline.operation[node]!;
  const id = outline.ids[node]!;
  return {
    node, id, label: outline.labels[node]!, branch: isBranch(outline, node), own: effects.get(id) ?? '',
    operation: operation < 0 ? null : {
      allowed: view.allowed[operation] === 1, rule: shown.rules[operation] ?? null,
      overridden: shown.overridden(operation), mark: change?.marks[operation] ?? 0,
    },
    count: {
      allowed: marksIn(outline, view.before, node), all: operationsIn(outline, node),
      changed: change ? marksIn(outline, change.before, node) : 0,
    },
  };
}

/** The row in words, for those who hear it. */
function spoken({ label, branch, operation, count, own }: RowFacts): string {
  const words = [label];
  if (operation) {
    words.push(operation.allowed ? 'allowed' : 'denied', operation.rule ? `by ${operation.rule.rule}` : 'no rule is about it');
    if (operation.overridden.length > 0) words.push(`overrides ${operation.overridden.map(({ rule }) => rule).join(' and ')}`);
    if (operation.mark > 0) words.push(changeName(operation.mark));
  }
  if (branch) words.push(`${number(count.allowed)} of ${number(count.all)} operations allowed`);
  if (branch && count.changed > 0) words.push(`${number(count.changed)} changed`);
  if (own !== '') words.push('has a rule of its own');
  return words.join(', ');
}

const answer = (allowed: number, all: number): TemplateResult => {
  if (allowed === all) return html`<span class="answer allow">${icons.allow}<span>allowed</span></span>`;
  if (allowed === 0) return html`<span class="answer deny">${icons.deny}<span>denied</span></span>`;
  return html`<span class="answer change">${icons.mixed}<span>mixed</span></span>`;
};

/** What is seen of a row. Its buttons are for the pointer: the keys of the tree and the panel beside it do the same. */
export function rowContent(facts: RowFacts, collapsed: boolean, setRule: (effect: Effect | null) => void): TemplateResult {
  const { id, label, branch, operation, count, own } = facts;
  const choice = (effect: Effect | null, sign: TemplateResult, verb: string): TemplateResult => {
    const pressed = effect === null ? own === '' : own.includes(effect);
    return html`<button tabindex="-1" class="${effect ?? 'inherit'} ${pressed ? 'pressed' : ''}" title="${verb} ${id}"
      @click=${(event: Event) => {
        event.stopPropagation();
        setRule(pressed ? null : effect);
      }}>${sign}</button>`;
  };
  return html`<span class="words visually-hidden">${spoken(facts)}</span><div class="cells" aria-hidden="true">
    <span class="indent"></span>
    <span class="turn ${branch ? '' : 'leaf'} ${collapsed ? '' : 'open'}">${branch ? icons.chevron : nothing}</span>
    <span class="name">${label}</span>
    ${mark(facts)}
    <span class="rule">${operation ? rules(operation) : nothing}</span>
    <span class="count">${branch ? `${number(count.allowed)}/${number(count.all)}` : nothing}</span>
    <span class="effect">${operation ? answer(Number(operation.allowed), 1) : answer(count.allowed, count.all)}</span>
    <span class="choose">
      ${choice('a', icons.tick, 'Allow')}${choice(null, icons.inherit, 'Inherit')}${choice('d', icons.bar, 'Deny')}
    </span>
  </div>`;
}

/** The rule that decided; to its left, where there is room, the ones that it overrode. */
function rules({ rule, overridden }: NonNullable<RowFacts['operation']>): TemplateResult {
  if (!rule) return html`<span class="none">no rule</span>`;
  return html`<code>${rule.rule}</code>${overridden.map((other) => html`<s>${other.rule}</s>`)}`;
}

function mark({ operation, branch, count }: RowFacts): TemplateResult | typeof nothing {
  if (operation && operation.mark > 0) {
    const gained = operation.mark === GAINED;
    return html`<span class="mark ${gained ? 'allow' : 'deny'}">${gained ? icons.gained : icons.lost}${changeName(operation.mark)}</span>`;
  }
  if (branch && count.changed > 0) return html`<span class="mark change">${number(count.changed)} changed</span>`;
  return nothing;
}

export const rowStyles = css`
  .row {
    position: absolute;
    inset: 0 0 auto;
    height: var(--row);
    transform: translateY(var(--y));
    contain: layout style;
    cursor: default;
    outline-offset: -2px;
  }
  .cells {
    display: flex;
    align-items: center;
    gap: 8px;
    height: 100%;
    padding: 0 10px 0 6px;
  }
  .row:hover {
    background: var(--hover);
  }
  .row[aria-selected='true'] {
    background: var(--accent-soft);
    box-shadow: inset 2px 0 var(--accent);
  }
  .indent {
    flex: none;
    align-self: stretch;
    width: calc(var(--depth) * 16px);
    margin-right: -8px;
    background: repeating-linear-gradient(to right, transparent 0 8px, var(--line) 8px 9px, transparent 9px 16px);
  }
  .turn {
    display: inline-flex;
    justify-content: center;
    flex: none;
    width: 18px;
    margin-right: -4px;
    color: var(--ink-3);
  }
  .turn svg {
    width: 12px;
    height: 12px;
  }
  .open svg {
    transform: rotate(90deg);
  }
  .name {
    flex: 0 1 auto;
    min-width: 3rem;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .turn:not(.leaf) + .name {
    font-weight: 550;
  }
  .mark {
    display: inline-flex;
    align-items: center;
    gap: 2px;
    flex: none;
    font-size: var(--tiny);
    font-weight: 500;
  }
  .mark svg {
    width: 11px;
    height: 11px;
    stroke-width: 2.2;
  }
  .rule {
    display: flex;
    flex: 1 1 0;
    flex-flow: row-reverse wrap;
    gap: 0 10px;
    min-width: 0;
    height: 1.25rem;
    overflow: hidden;
    color: var(--ink-2);
    font: var(--tiny) / 1.25rem var(--mono);
  }
  .rule > * {
    max-width: 100%;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .rule s {
    color: var(--ink-3);
  }
  .rule code {
    font: inherit;
  }
  .rule .none {
    color: var(--ink-3);
    font-family: var(--sans);
  }
  .count {
    flex: none;
    min-width: 4ch;
    text-align: right;
    color: var(--ink-3);
    font-size: var(--tiny);
    font-variant-numeric: tabular-nums;
  }
  .effect {
    display: inline-flex;
    flex: none;
    width: 4.75rem;
    font-size: var(--small);
  }
  .effect .answer span {
    color: var(--ink-2);
  }
  .effect .allow span {
    color: var(--ink);
  }
  .choose {
    display: inline-flex;
    flex: none;
    border: 1px solid var(--line);
    border-radius: var(--radius);
    background: var(--surface);
  }
  .choose button {
    min-height: calc(var(--row) - 8px);
    padding: 0 6px;
    border: 0;
    border-radius: 0;
    background: none;
    color: var(--ink-3);
  }
  .choose button + button {
    border-left: 1px solid var(--line);
  }
  .choose svg {
    width: 12px;
    height: 12px;
  }
  .choose button:hover {
    color: var(--ink);
    background: var(--hover);
  }
  .choose .pressed {
    background: var(--sunken);
    color: var(--ink-2);
  }
  .choose .a.pressed {
    background: var(--allow);
    color: var(--surface);
  }
  .choose .d.pressed {
    background: var(--deny);
    color: var(--surface);
  }
  @media (forced-colors: active) {
    .row[aria-selected='true'] {
      outline: 2px solid Highlight;
    }
    .choose .pressed {
      background: Highlight !important;
      color: HighlightText !important;
      forced-color-adjust: none;
    }
  }
  @container (max-width: 620px) {
    .rule > * {
      display: none;
    }
  }
  @container (max-width: 440px) {
    .indent {
      width: calc(var(--depth) * 10px);
    }
    .rule, .count, .choose .inherit {
      display: none;
    }
    .name {
      flex-grow: 1;
    }
  }
`;
