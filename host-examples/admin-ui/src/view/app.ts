/** The page: the claim above, the tree and what is to say of it below. */
import { css, html, type TemplateResult } from 'lit';
import { toLink } from '../model/link.js';
import { controls, reset } from '../style/shared.js';
import './catalog.js';
import './claim.js';
import { copy } from './clipboard.js';
import * as icons from './icons.js';
import './inspector.js';
import type { Panel } from './inspector.js';
import { masthead, topbar } from './masthead.js';
import './operations.js';
import './tenants.js';
import { View } from './view.js';
import { number } from './words.js';

export class App extends View {
  static override properties = { ...View.properties, panel: { state: true } };
  declare panel: Panel;

  override render(): TemplateResult {
    const { catalog, claim } = this.state;
    return html`
      ${masthead('claim inspector', 'claims', () => this.requestUpdate(), html`
        <button @click=${() => this.renderRoot.querySelector('pc-catalog')!.open()}>
          <span class="visually-hidden">Catalog:</span><span class="catalog">${catalog.name}</span>
          <span class="count-of">${number(this.session.engine.operations.length)} operations</span></button>
        <button ?disabled=${claim === ''} @click=${this.#share} title="Copy a link that holds the claims">${icons.link}<span class="wide">Copy link</span></button>`)}
      <main @show-rule=${this.#showRule} @reveal=${this.#reveal} @panel=${this.#panel}>
        <section class="claim" aria-label="Claim">
          <pc-claim .session=${this.session}></pc-claim>
          <pc-tenants .session=${this.session}></pc-tenants>
        </section>
        <section class="tree" aria-label="Operations"><pc-operations .session=${this.session}></pc-operations></section>
        <aside aria-label="Inspector"><pc-inspector .session=${this.session}></pc-inspector></aside>
      </main>
      <pc-catalog .session=${this.session}></pc-catalog>
    `;
  }

  async #share(): Promise<void> {
    const { claim, baseline } = this.state;
    const copied = await copy(toLink({ claim, baseline }, location.href));
    if (copied) this.session.say('done', 'The link is copied. It holds claims only, and no server gets to see them.');
    else this.session.say('wrong', 'The browser does not let the page copy.');
  }

  #showRule(event: CustomEvent<readonly [number, number]>): void {
    this.renderRoot.querySelector('pc-claim')!.show(event.detail);
  }

  #reveal(event: CustomEvent<string>): void {
    void this.renderRoot.querySelector('pc-operations')!.reveal(event.detail);
  }

  #panel(event: CustomEvent<Panel>): void {
    this.renderRoot.querySelector('pc-inspector')!.panel = event.detail;
  }

  static override styles = [reset, controls, topbar, css`
    :host {
      display: flex;
      flex-direction: column;
      height: 100dvh;
      max-width: 120rem;
      margin: 0 auto;
    }
    .catalog {
      max-width: 14rem;
      overflow: hidden;
      text-overflow: ellipsis;
    }
    .count-of {
      color: var(--ink-3);
    }
    main {
      display: grid;
      flex: 1 1 auto;
      grid-template: auto minmax(0, 1fr) / minmax(0, 1fr) clamp(20rem, 30vw, 34rem);
      gap: 1px;
      min-height: 0;
      border-top: 1px solid var(--line);
      background: var(--line);
    }
    .claim {
      display: grid;
      grid-column: 1 / -1;
      gap: 10px;
      padding: 12px var(--gap) 12px;
      background: var(--paper);
    }
    .tree, aside {
      display: grid;
      min-width: 0;
      min-height: 0;
    }
    @media (max-width: 60rem) {
      :host {
        height: auto;
        min-height: 100dvh;
      }
      main {
        grid-template: auto / minmax(0, 1fr);
      }
      .tree {
        height: max(24rem, 78dvh);
      }
      aside {
        min-height: 20rem;
      }
    }
    @media (max-width: 36rem) {
      .catalog {
        max-width: 8rem;
      }
    }
  `];
}

customElements.define('pc-app', App);
