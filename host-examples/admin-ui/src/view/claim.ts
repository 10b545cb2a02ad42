/** The claim at hand: its text, whether it is good, and what is done with it as a whole. */
import { css, html, nothing, type TemplateResult } from 'lit';
import { byteLength } from '../model/offsets.js';
import { CLAIM_NAME } from '../model/token.js';
import { answers, controls, reset } from '../style/shared.js';
import './claim-field.js';
import { copy } from './clipboard.js';
import * as icons from './icons.js';
import { View } from './view.js';
import { number } from './words.js';

const HINT = 'Paste a claim or a token, or allow operations in the tree below';

export class Claim extends View {
  override render(): TemplateResult {
    const { claim, problem, shown, selected, catalog, current, undoable, claimName } = this.state;
    const operation = catalog.outline.operation[selected] ?? -1;
    const decides = current && operation >= 0 ? (shown.rules[operation]?.span ?? null) : null;
    return html`
      <pc-claim-field label="Permission claim" hint=${HINT} .value=${claim} .error=${problem} .decides=${decides}
        @claim=${(event: CustomEvent<string>) => this.session.type(event.detail)}
        @token=${(event: CustomEvent<string>) => this.session.paste(event.detail)}></pc-claim-field>
      <div class="foot">
        <p role="status">${this.#status()}</p>
        <label class="name">Name in tokens <input spellcheck="false" autocomplete="off" autocapitalize="off" size="22" placeholder=${CLAIM_NAME}
          .value=${claimName === CLAIM_NAME ? '' : claimName} @change=${(event: Event) => this.session.nameClaim((event.target as HTMLInputElement).value)} /></label>
        <button class="quiet" ?disabled=${!undoable} @click=${() => this.session.undo()}>${icons.undo}Undo</button>
        <button class="quiet" ?disabled=${claim === ''} @click=${this.#copy}>${icons.copy}Copy</button>
        ${shown.normal !== null && current && shown.normal !== claim
          ? html`<button class="quiet" @click=${() => this.session.replace(shown.normal!, 'The claim is in normal form now; it decides as before.')}>Normal form</button>`
          : nothing}
        <button class="quiet" ?disabled=${!current} @click=${this.#pin}>${icons.pin}Compare from here</button>
      </div>
    `;
  }

  /** Puts the cursor on a rule. */
  show(span: readonly [number, number]): void {
    this.renderRoot.querySelector('pc-claim-field')!.show(...span);
  }

  #status(): TemplateResult {
    const { claim, problem, notice } = this.state;
    const said = notice && html`<span class=${notice.kind === 'wrong' ? 'deny' : 'said'}>${notice.text}</span>`;
    if (claim === '') return html`<span class="answer deny">${icons.deny}No claim: everything is denied</span>${said}`;
    if (problem) return html`<span class="answer deny">${icons.warning}Not a claim: it would be refused whole</span>${said}`;
    return html`<span class="answer allow">${icons.tick}Valid</span><span>${number(byteLength(claim))} bytes</span>${said}`;
  }

  async #copy(): Promise<void> {
    if (await copy(this.state.claim)) this.session.say('done', 'The claim is copied.');
    else this.session.say('wrong', 'The browser does not let the page copy.');
  }

  #pin(): void {
    this.session.compareWith(this.state.claim);
    this.session.say('done', 'From here on, what changes is marked in the tree.');
    this.dispatchEvent(new CustomEvent('panel', { detail: 'compare', bubbles: true, composed: true }));
  }

  static override styles = [reset, controls, answers, css`
    :host {
      display: block;
    }
    .foot {
      display: flex;
      flex-wrap: wrap;
      align-items: center;
      gap: 4px;
      margin-top: 6px;
    }
    p {
      display: flex;
      flex: 1 1 18rem;
      flex-wrap: wrap;
      gap: 0 12px;
      color: var(--ink-2);
      font-size: var(--small);
    }
    .name {
      display: inline-flex;
      align-items: center;
      gap: 6px;
      color: var(--ink-2);
      font-size: var(--small);
    }
    .name input {
      min-width: 0;
    }
    .said {
      color: var(--ink-2);
    }
  `];
}

customElements.define('pc-claim', Claim);
