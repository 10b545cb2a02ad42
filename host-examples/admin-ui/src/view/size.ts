/** How long the claim is, how short it could be, and how much room that leaves. */
import { css, html, nothing, type TemplateResult } from 'lit';
import { byteLength } from '../model/offsets.js';
import { COOKIE_LIMIT, HEADER_LIMIT, tokenBytes } from '../model/size.js';
import { answers, controls, reset } from '../style/shared.js';
import * as icons from './icons.js';
import { View } from './view.js';
import { number } from './words.js';

export class Size extends View {
  #made: { shown: unknown; shortest: string } | undefined;

  override render(): TemplateResult {
    const { claim, shown, current, envelope } = this.state;
    if (!current || shown.error) return html`<p class="about">The size of a claim shows once there is one that can be read.</p>`;
    const shortest = this.#shortest();
    const saved = byteLength(claim) - byteLength(shortest);
    return html`
      <h2>In a token</h2>
      ${this.#gauge('This claim', tokenBytes(claim, envelope))}
      ${saved > 0 ? this.#gauge('Minimized', tokenBytes(shortest, envelope)) : nothing}
      <p class="about">${envelope
        ? 'The length of the pasted token with this claim in it.'
        : "The claim's own share of a token, in base64url. Paste a token to see the length of the whole."}
        Browsers keep cookies up to 4 KB; common servers take 8 KB of headers.</p>
      <section aria-label="Minimize">
        <h2>Minimize</h2>
        ${saved > 0 ? html`
          <p>${number(byteLength(claim))} bytes become ${number(byteLength(shortest))}: <b class="allow">${number(saved)} saved</b>, and every decision stays.</p>
          <figure><figcaption>Before</figcaption><pre>${claim}</pre></figure>
          <figure><figcaption>After</figcaption><pre>${shortest}</pre></figure>
          <button @click=${() => this.session.replace(shortest, `Minimized: ${saved} bytes saved.`)}>${icons.shrink}Minimize the claim</button>`
        : html`<p class="answer allow">${icons.tick}No shorter claim decides alike.</p>`}
      </section>
    `;
  }

  #shortest(): string {
    const { shown } = this.state;
    if (this.#made?.shown !== shown) this.#made = { shown, shortest: this.session.engine.minimize(shown.claim) };
    return this.#made.shortest;
  }

  #gauge(name: string, bytes: number): TemplateResult {
    const over = bytes > HEADER_LIMIT ? 'over both limits' : bytes > COOKIE_LIMIT ? 'too long for a cookie' : '';
    const of = (limit: number): string => `${Math.ceil((bytes / limit) * 100)}%`;
    return html`<div class="gauge ${over === '' ? '' : 'over'}">
      <p><span>${name}</span><b>${number(bytes)} bytes</b></p>
      <div class="track" role="meter" aria-label="${name}, bytes in a token" aria-valuemin="0" aria-valuemax=${HEADER_LIMIT}
        aria-valuenow=${Math.min(bytes, HEADER_LIMIT)} aria-valuetext="${bytes} bytes, ${of(COOKIE_LIMIT)} of a cookie, ${of(HEADER_LIMIT)} of the headers">
        <span class="fill" .style=${`width: ${Math.min(100, (bytes / HEADER_LIMIT) * 100)}%`}></span><span class="tick"></span></div>
      <p class="scale"><span>${over === '' ? '' : html`<span class="answer deny">${icons.warning}${over}</span>`}</span>
        <span>${of(COOKIE_LIMIT)} of a 4 KB cookie</span><span>${of(HEADER_LIMIT)} of 8 KB headers</span></p>
    </div>`;
  }

  static override styles = [reset, controls, answers, css`
    :host {
      display: block;
    }
    .gauge {
      margin-top: 10px;
    }
    .gauge p {
      display: flex;
      flex-wrap: wrap;
      justify-content: space-between;
      gap: 0 12px;
      font-size: var(--small);
      font-variant-numeric: tabular-nums;
    }
    b {
      font-weight: 550;
    }
    .track {
      position: relative;
      height: 10px;
      margin: 4px 0;
      overflow: hidden;
      border: 1px solid var(--line-strong);
      border-radius: 3px;
      background: var(--sunken);
    }
    .fill {
      position: absolute;
      inset: 0 auto 0 0;
      min-width: 2px;
      background: var(--accent);
    }
    .over .fill {
      background: var(--deny);
    }
    .tick {
      position: absolute;
      inset: 0 auto 0 50%;
      border-left: 1px solid var(--line-strong);
    }
    .gauge .scale {
      justify-content: flex-end;
      color: var(--ink-3);
      font-size: var(--tiny);
    }
    .scale > :first-child {
      margin-right: auto;
    }
    .about {
      margin-top: 10px;
      color: var(--ink-2);
      font-size: var(--small);
    }
    section {
      margin-top: 18px;
      padding-top: 14px;
      border-top: 1px solid var(--line);
      font-size: var(--small);
    }
    section h2 {
      margin-bottom: 6px;
    }
    figure {
      margin: 10px 0;
    }
    figcaption {
      color: var(--ink-3);
      font-size: var(--tiny);
    }
    pre {
      max-height: 9rem;
      margin-top: 2px;
      padding: 8px 10px;
      overflow-y: auto;
      border-radius: var(--radius);
      background: var(--sunken);
      white-space: pre-wrap;
      overflow-wrap: anywhere;
    }
  `];
}

customElements.define('pc-size', Size);
