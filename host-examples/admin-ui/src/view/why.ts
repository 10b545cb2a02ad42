/** Why the selected operation is allowed or denied, and the smallest change that would turn it. */
import { css, html, nothing, type TemplateResult } from 'lit';
import type { Matched } from 'portcullis';
import { childrenOf, isBranch, marksIn, operationsIn } from '../model/outline.js';
import { why, type Flip, type Why as Reasons } from '../model/why.js';
import { answers, controls, reset } from '../style/shared.js';
import * as icons from './icons.js';
import { View } from './view.js';
import { number } from './words.js';

export class Why extends View {
  #made: { key: unknown[]; reasons: Reasons } | undefined;

  override render(): TemplateResult {
    const { catalog: { outline }, selected } = this.state;
    const operation = outline.operation[selected]!;
    return html`
      ${this.#heading(selected, operation)}
      ${operation >= 0 ? this.#operation(this.#reasons(outline.ids[selected]!)) : nothing}
      ${isBranch(outline, selected) ? this.#branch(selected, operation) : nothing}
    `;
  }

  #reasons(operation: string): Reasons {
    const { shown, tenant, catalog } = this.state;
    const key = [shown, tenant, catalog, operation];
    if (!this.#made || key.some((one, at) => one !== this.#made!.key[at])) {
      this.#made = { key, reasons: why(this.session.engine, shown.claim, operation, tenant) };
    }
    return this.#made.reasons;
  }

  #heading(node: number, operation: number): TemplateResult {
    const { catalog, effects } = this.state;
    const id = catalog.outline.ids[node]!;
    const { method, path, summary, original_id } = catalog.about(operation) ?? {};
    const own = effects.get(id) ?? '';
    const choice = (effect: 'a' | 'd' | null, name: string, sign: TemplateResult): TemplateResult => html`
      <button class="choice" aria-pressed=${effect === null ? own === '' : own.includes(effect)}
        @click=${() => this.session.setRule(id, effect)}>${sign}${name}</button>`;
    return html`
      <h2>${id}</h2>
      ${method ? html`<p class="route"><code>${method} ${path}</code></p>` : nothing}
      ${summary ? html`<p class="about">${summary}</p>` : nothing}
      ${original_id && original_id !== id ? html`<p class="about">In the document: <code>${original_id}</code></p>` : nothing}
      <div class="choices" role="group" aria-label="Rule for ${id}">
        ${choice('a', 'Allow', icons.tick)}${choice(null, 'Inherit', icons.inherit)}${choice('d', 'Deny', icons.bar)}
      </div>`;
  }

  #operation({ allowed, decision, explanation, flip, tenant }: Reasons): TemplateResult {
    const asked = this.session.engine.tenants.length === 0 ? '' : tenant === null ? ' by the operation rules' : ` for ${tenant}`;
    return html`
      <section aria-label="Decision">
        <p class="verdict ${allowed ? 'allow' : 'deny'}">${allowed ? icons.allow : icons.deny}
          <span>${allowed ? 'Allowed' : 'Denied'}${asked}</span></p>
        ${tenant === null && asked !== '' ? nothing : html`<p class="code"><code>${decision.reason}</code> <span>HTTP ${decision.status}</span></p>`}
        <ol class="trace" aria-label="Trace by stage">
          ${decision.trace.map(({ stage, pass, detail }) => html`<li class=${pass ? 'allow' : 'deny'}>
            ${pass ? icons.tick : icons.bar}<span><b>${stage}</b> <span class="said">${pass ? 'passes' : 'denies'}${detail ? `: ${detail}` : ''}</span></span></li>`)}
        </ol>
      </section>
      ${this.#byTenant(decision.operation)}
      ${explanation ? html`<section aria-label="Rules">
        <dl>
          <dt>Decided by</dt>
          <dd>${explanation.rule ? this.#rule(explanation.rule) : 'no rule is about it'}</dd>
          ${explanation.overridden.length > 0 ? html`<dt>Overrides</dt>
            ${explanation.overridden.map((rule) => html`<dd><s>${this.#rule(rule)}</s></dd>`)}` : nothing}
          ${explanation.tenant_rule ? html`<dt>Tenant rule</dt><dd>${this.#rule(explanation.tenant_rule)}</dd>` : nothing}
        </dl>
      </section>` : nothing}
      ${flip ? this.#flip(flip, allowed) : nothing}
    `;
  }

  /** The same operation for every tenant. */
  #byTenant(id: string | null): TemplateResult | typeof nothing {
    const { tenants } = this.session.engine;
    const { catalog: { outline }, shown, tenant } = this.state;
    const operation = outline.operation[outline.find.get(id ?? '') ?? -1];
    if (tenants.length < 2 || operation === undefined) return nothing;
    return html`<section aria-label="By tenant"><ul class="tenants">${tenants.map((one) => {
      const allowed = shown.view(one).allowed[operation] === 1;
      return html`<li><button aria-pressed=${one === tenant} @click=${() => this.session.view(one)}>
        <span class=${allowed ? 'allow' : 'deny'}>${allowed ? icons.allow : icons.deny}</span>${one}
        <span class="visually-hidden">${allowed ? 'allowed' : 'denied'}</span></button></li>`;
    })}</ul></section>`;
  }

  #rule({ rule, span }: Matched): TemplateResult {
    return html`<button class="quiet rule" title="Show it in the claim" @click=${() => this.#show(span)}><code>${rule}</code></button>`;
  }

  #show(span: readonly number[]): void {
    this.dispatchEvent(new CustomEvent('show-rule', { detail: span, bubbles: true, composed: true }));
  }

  #flip({ remove, add, result, works, grantsTenant }: Flip, allowed: boolean): TemplateResult {
    const verb = allowed ? 'deny' : 'allow';
    if (!works) return html`<section><h3>To ${verb} it</h3><p>No change of the claim alone would.</p></section>`;
    return html`<section aria-label="Smallest change">
      <h3>Smallest change that would ${verb} it${grantsTenant ? '' : ', and no other operation'}</h3>
      <ul class="edit">
        ${remove.map((rule) => html`<li class="deny">${icons.lost}<span class="visually-hidden">remove</span><code>${rule}</code></li>`)}
        ${add.map((rule) => html`<li class="allow">${icons.gained}<span class="visually-hidden">add</span><code>${rule}</code></li>`)}
      </ul>
      ${grantsTenant ? html`<p class="note">It grants the tenant whatever else the operation rules allow, too.</p>` : nothing}
      <button ?disabled=${!this.state.current} @click=${() => this.session.replace(result, `The operation is ${allowed ? 'denied' : 'allowed'} now.`)}>Apply</button>
    </section>`;
  }

  #branch(node: number, operation: number): TemplateResult {
    const { catalog: { outline }, shown, tenant } = this.state;
    const all = operationsIn(outline, node);
    const allowed = marksIn(outline, shown.view(tenant).before, node);
    return html`<section aria-label="Branch">
      <h3>${operation >= 0 ? 'With everything below it' : 'A branch: everything below it'}</h3>
      <p class="share"><span class="allow answer">${icons.allow}${number(allowed)} allowed</span>
        <span class="deny answer">${icons.deny}${number(all - allowed)} denied</span></p>
      <div class="proportion" .style=${`--part: ${(allowed / Math.max(1, all)) * 100}%`}></div>
      <ul class="below">${childrenOf(outline, node).map((child) => this.#below(child))}</ul>
    </section>`;
  }

  #below(node: number): TemplateResult {
    const { catalog: { outline }, shown, tenant } = this.state;
    const all = operationsIn(outline, node);
    const allowed = marksIn(outline, shown.view(tenant).before, node);
    return html`<li><button class="quiet" @click=${() => this.#reveal(outline.ids[node]!)}>
      <span class=${allowed === all ? 'allow' : allowed === 0 ? 'deny' : 'change'}>${allowed === all ? icons.allow : allowed === 0 ? icons.deny : icons.mixed}</span>
      <span class="name">${outline.labels[node]}</span><span class="said">${number(allowed)} of ${number(all)} allowed</span></button></li>`;
  }

  #reveal(id: string): void {
    this.dispatchEvent(new CustomEvent('reveal', { detail: id, bubbles: true, composed: true }));
  }

  static override styles = [reset, controls, answers, css`
    :host {
      display: block;
    }
    h2 {
      font: 600 0.875rem / 1.4 var(--mono);
      letter-spacing: -0.01em;
      overflow-wrap: anywhere;
    }
    .route code {
      color: var(--ink-2);
      overflow-wrap: anywhere;
    }
    .about {
      margin-top: 2px;
      color: var(--ink-2);
      font-size: var(--small);
    }
    .choices {
      display: inline-flex;
      margin-top: 10px;
    }
    .choice {
      border-radius: 0;
      margin-left: -1px;
    }
    .choice:first-child {
      margin-left: 0;
      border-radius: var(--radius) 0 0 var(--radius);
    }
    .choice:last-child {
      border-radius: 0 var(--radius) var(--radius) 0;
    }
    .choice[aria-pressed='true'] {
      position: relative;
      border-color: var(--accent) !important;
      background: var(--accent-soft);
      font-weight: 550;
    }
    section {
      margin-top: 16px;
      padding-top: 14px;
      border-top: 1px solid var(--line);
    }
    .verdict {
      display: flex;
      align-items: center;
      gap: 8px;
      font-size: 1.0625rem;
      font-weight: 600;
      letter-spacing: -0.01em;
    }
    .verdict svg {
      width: 18px;
      height: 18px;
    }
    .tenants {
      display: flex;
      flex-wrap: wrap;
      gap: 6px;
    }
    .tenants button {
      font-family: var(--mono);
      font-size: var(--tiny);
    }
    .tenants button > :first-child {
      display: inline-flex;
    }
    .tenants [aria-pressed='true'] {
      border-color: var(--accent);
      background: var(--accent-soft);
    }
    .code {
      display: flex;
      gap: 12px;
      margin: 2px 0 0 26px;
      color: var(--ink-3);
      font-size: var(--tiny);
    }
    .code code {
      color: var(--ink-2);
    }
    .trace {
      margin: 12px 0 0 3px;
    }
    .trace li {
      position: relative;
      display: flex;
      align-items: baseline;
      gap: 11px;
      padding-bottom: 6px;
      font-size: var(--small);
    }
    .trace li:not(:last-child)::before {
      position: absolute;
      top: 18px;
      bottom: -2px;
      left: 5.5px;
      border-left: 1px solid var(--line-strong);
      content: '';
    }
    .trace svg {
      position: relative;
      top: 2px;
      width: 12px;
      height: 12px;
      stroke-width: 2;
    }
    .trace b {
      color: var(--ink);
      font-weight: 500;
    }
    .trace .said {
      color: var(--ink-3);
    }
    .trace .deny .said {
      color: var(--deny);
    }
    dl {
      display: grid;
      grid-template-columns: 6rem minmax(0, 1fr);
      gap: 4px 8px;
      align-items: baseline;
      font-size: var(--small);
    }
    dt {
      color: var(--ink-3);
    }
    dd {
      grid-column: 2;
      min-width: 0;
    }
    .rule {
      min-height: 24px;
      margin-left: -6px;
      padding: 0 6px;
      color: var(--ink);
      text-align: left;
      white-space: normal;
      overflow-wrap: anywhere;
      text-decoration: inherit;
    }
    s .rule {
      color: var(--ink-3);
    }
    h3 {
      margin-bottom: 6px;
    }
    .note {
      margin: -4px 0 10px;
      color: var(--ink-2);
      font-size: var(--small);
    }
    .edit {
      margin-bottom: 10px;
    }
    .edit li {
      display: flex;
      align-items: baseline;
      gap: 8px;
      padding: 3px 8px;
      overflow-wrap: anywhere;
    }
    .edit svg {
      position: relative;
      top: 1px;
      width: 10px;
      height: 10px;
      stroke-width: 2.4;
    }
    .edit .allow {
      background: var(--allow-soft);
    }
    .edit .deny {
      background: var(--deny-soft);
    }
    .below {
      max-height: 24rem;
      margin: 12px -8px 0;
      overflow-y: auto;
    }
    .below button {
      display: grid;
      grid-template-columns: 14px minmax(0, 1fr) auto;
      gap: 8px;
      width: 100%;
      padding: 0 8px;
      color: var(--ink);
      text-align: left;
    }
    .below button > :first-child {
      display: inline-flex;
    }
    .below .name {
      overflow: hidden;
      text-overflow: ellipsis;
    }
    .below .said {
      color: var(--ink-3);
      font-size: var(--tiny);
      font-variant-numeric: tabular-nums;
    }
    .share {
      display: flex;
      gap: 14px;
      font-size: var(--small);
    }
    .proportion {
      height: 4px;
      margin-top: 6px;
      border-radius: 2px;
      background: linear-gradient(to right, var(--allow) var(--part), color-mix(in srgb, var(--deny) 55%, var(--surface)) var(--part));
    }
  `];
}

customElements.define('pc-why', Why);
