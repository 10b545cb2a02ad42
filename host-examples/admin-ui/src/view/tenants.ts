/** Which tenants there are, and which of them the claim grants. */
import { css, html, nothing, type TemplateResult } from 'lit';
import { namedTenants, tenantRule } from '../model/rules.js';
import { answers, controls, reset } from '../style/shared.js';
import * as icons from './icons.js';
import { View } from './view.js';

export class Tenants extends View {
  override render(): TemplateResult {
    const { catalog: { setup }, shown, current, claim } = this.state;
    const rule = current ? tenantRule(claim) : tenantRule(shown.claim);
    const unknown = namedTenants(shown.claim).filter((tenant) => !setup.tenants.includes(tenant));
    const set = (text: string | null) => () => this.session.setTenantRule(text);
    return html`
      <h2 id="title">Tenants</h2>
      <ul aria-labelledby="title">
        ${setup.tenants.map((tenant) => this.#tenant(tenant, shown.tenants.get(tenant) ?? false, current))}
        ${unknown.map((tenant) => html`<li><button class="unknown" title="The claim names it; register it to see what it may call"
          @click=${() => this.#registerNamed(tenant)}>${icons.gained}<span class="id">${tenant}</span><span class="word">not registered</span></button></li>`)}
        <li><form @submit=${this.#register}>
          <label class="visually-hidden" for="register">Register a tenant id</label>
          <input id="register" name="tenant" autocomplete="off" placeholder="Register tenant" size="14" maxlength="128" />
        </form></li>
      </ul>
      <div class="rule" role="group" aria-label="Tenant rule">
        <code>${rule ?? (setup.tenants.length > 0 ? 'no tenant rule' : 'one tenant is served')}</code>
        <button class="quiet" ?disabled=${!current} @click=${set('a:tenants')}>All</button>
        <button class="quiet" ?disabled=${!current} @click=${set('d:tenants')}>None</button>
        ${rule === null ? nothing : html`<button class="quiet" ?disabled=${!current} @click=${set(null)}>Remove rule</button>`}
      </div>
    `;
  }

  #tenant(tenant: string, allowed: boolean, current: boolean): TemplateResult {
    return html`<li class="tenant ${allowed ? 'granted' : ''}">
      <button class="toggle" aria-pressed=${allowed} ?disabled=${!current}
        @click=${() => this.session.setTenant(tenant, !allowed)}>
        <span class=${allowed ? 'allow' : 'deny'}>${allowed ? icons.allow : icons.deny}</span>${tenant}
        <span class="word">${allowed ? 'granted' : 'not granted'}</span>
      </button><button class="forget" aria-label="Forget ${tenant}" title="Forget ${tenant}" @click=${() => this.#serve(this.state.catalog.setup.tenants.filter((one) => one !== tenant))}>${icons.bar}</button>
    </li>`;
  }

  #register(event: SubmitEvent): void {
    event.preventDefault();
    const input = (event.target as HTMLFormElement).elements.namedItem('tenant') as HTMLInputElement;
    if (input.value === '') return;
    if (this.#serve([...this.state.catalog.setup.tenants, input.value])) input.value = '';
  }

  #registerNamed(tenant: string): void {
    if (this.#serve([...this.state.catalog.setup.tenants, tenant])) this.session.view(tenant);
  }

  #serve(tenants: readonly string[]): boolean {
    const { setup, name } = this.state.catalog;
    try {
      this.session.load({ ...setup, tenants }, name);
      return true;
    } catch (error) {
      const { findings = [], message } = error as Error & { findings?: { message: string }[] };
      this.session.say('wrong', findings[0]?.message ?? message);
      return false;
    }
  }

  static override styles = [reset, controls, answers, css`
    :host {
      display: flex;
      flex-wrap: wrap;
      align-items: center;
      gap: 6px 12px;
    }
    ul {
      display: flex;
      flex-wrap: wrap;
      gap: 6px;
      max-height: 11rem;
      margin: -3px;
      padding: 3px;
      overflow-y: auto;
    }
    .tenant {
      display: inline-flex;
      max-width: 100%;
    }
    .toggle {
      min-width: 0;
      border-radius: var(--radius) 0 0 var(--radius);
      font-family: var(--mono);
      font-size: var(--tiny);
      overflow-wrap: anywhere;
    }
    .unknown {
      border-style: dashed;
      border-color: var(--line-strong);
      white-space: normal;
      text-align: left;
    }
    .unknown .id {
      font-family: var(--mono);
      font-size: var(--tiny);
      overflow-wrap: anywhere;
    }
    .toggle > span {
      display: inline-flex;
    }
    .granted .toggle, .granted .forget {
      border-color: color-mix(in srgb, var(--allow) 45%, var(--line));
    }
    .word {
      font-size: var(--tiny);
      color: var(--ink-3);
      font-family: var(--sans);
    }
    .forget {
      min-width: 26px;
      justify-content: center;
      padding: 0 6px;
      border-left: 0 !important;
      border-radius: 0 var(--radius) var(--radius) 0;
      color: var(--ink-3);
    }
    .forget svg {
      width: 10px;
      height: 10px;
    }
    .rule {
      display: flex;
      flex-wrap: wrap;
      align-items: center;
      gap: 2px;
      margin-left: auto;
    }
    .rule code {
      margin-right: 6px;
      color: var(--ink-2);
      overflow-wrap: anywhere;
    }
  `];
}

customElements.define('pc-tenants', Tenants);
