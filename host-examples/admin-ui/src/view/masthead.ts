/** The head of each page: what it is, what else there is, and light or dark. */
import { css, html, type TemplateResult } from 'lit';
import * as icons from './icons.js';
import { flipTheme, isDark } from './theme.js';

type Page = 'claims' | 'workflows';
const PAGES: readonly (readonly [Page, string, string])[] = [['claims', './index.html', 'Claims'], ['workflows', './workflows.html', 'Workflows']];

/** `actions` stand before the switch for the colours; `flipped` is called after it. */
export function masthead(title: string, page: Page, flipped: () => void, actions: TemplateResult): TemplateResult {
  const flip = (): void => {
    flipTheme();
    flipped();
  };
  return html`<header>
    <h1>${icons.gate}<span>Portcullis</span><small>${title}</small></h1>
    <nav aria-label="Pages">${PAGES.map(([name, href, text]) => html`<a href=${href} aria-current=${name === page ? 'page' : 'false'}>${text}</a>`)}</nav>
    ${actions}
    <button class="quiet" @click=${flip} aria-label=${isDark() ? 'Light colours' : 'Dark colours'}>${isDark() ? icons.sun : icons.moon}</button>
  </header>`;
}

export const topbar = css`
  header {
    display: flex;
    flex: none;
    flex-wrap: wrap;
    align-items: center;
    gap: 8px;
    padding: 10px var(--gap);
  }
  h1 {
    display: flex;
    align-items: center;
    gap: 8px;
    font-size: 0.9375rem;
    font-weight: 650;
    letter-spacing: -0.015em;
  }
  h1 small {
    color: var(--ink-3);
    font-size: var(--small);
    font-weight: 400;
    letter-spacing: 0;
  }
  .gate {
    width: 20px;
    height: 20px;
    stroke: var(--accent);
    stroke-width: 2.2;
  }
  nav {
    display: flex;
    gap: 2px;
    margin: 0 auto 0 8px;
  }
  nav a {
    padding: 4px 8px;
    border-radius: var(--radius);
    color: var(--ink-2);
    font-size: var(--small);
    text-decoration: none;
  }
  nav a:hover {
    background: var(--hover);
    color: var(--ink);
  }
  nav a[aria-current='page'] {
    box-shadow: inset 0 -2px var(--accent);
    border-radius: 0;
    color: var(--ink);
    font-weight: 550;
  }
  @media (max-width: 36rem) {
    :host {
      --gap: 12px;
    }
    h1 span, h1 small, .wide, .count-of {
      position: absolute;
      width: 1px;
      height: 1px;
      overflow: hidden;
      clip-path: inset(50%);
    }
    nav {
      margin-left: 0;
    }
    nav a {
      padding: 4px;
    }
  }
`;
