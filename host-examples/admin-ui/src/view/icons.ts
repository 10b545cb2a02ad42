/** Signs, drawn on a grid of 16. They go with words and are hidden from screen readers. */
import { svg, html, type TemplateResult } from 'lit';

const icon = (drawing: TemplateResult): TemplateResult =>
  html`<svg viewBox="0 0 16 16" aria-hidden="true">${drawing}</svg>`;

export const allow = icon(svg`<circle cx="8" cy="8" r="6.2"/><path d="m5.2 8.2 2 2 3.6-4.2"/>`);
export const deny = icon(svg`<circle cx="8" cy="8" r="6.2"/><path d="M4 12 12 4"/>`);
export const mixed = icon(svg`<circle cx="8" cy="8" r="6.2"/><path d="M8 1.8a6.2 6.2 0 0 1 0 12.4Z" fill="currentColor"/>`);
export const chevron = icon(svg`<path d="m6 4 4 4-4 4"/>`);
export const tick = icon(svg`<path d="m3.5 8.5 3 3 6-7"/>`);
export const bar = icon(svg`<path d="m4 4 8 8m0-8-8 8"/>`);
export const inherit = icon(svg`<path d="M4 8h8"/>`);
export const search = icon(svg`<circle cx="7" cy="7" r="4.2"/><path d="m10.2 10.2 3.3 3.3"/>`);
export const undo = icon(svg`<path d="M5.5 3 2.5 6l3 3M2.8 6H10a3.5 3.5 0 0 1 0 7H7"/>`);
export const copy = icon(svg`<rect x="5.5" y="5.5" width="8" height="8" rx="1.2"/><path d="M10.5 3.2v-.4a.8.8 0 0 0-.8-.8H3a1 1 0 0 0-1 1v6.7a.8.8 0 0 0 .8.8h.4"/>`);
export const link = icon(svg`<path d="M6.8 9.2a2.6 2.6 0 0 0 3.8 0l2.2-2.3a2.7 2.7 0 0 0-3.8-3.8l-.8.8M9.2 6.8a2.6 2.6 0 0 0-3.8 0L3.2 9.1A2.7 2.7 0 0 0 7 12.9l.8-.8"/>`);
export const pin = icon(svg`<path d="M5.5 2.5h5l-.7 4.2 2 2.3H4.2l2-2.3ZM8 9v4.5"/>`);
export const gained = icon(svg`<path d="M8 3.5v9M3.5 8h9"/>`);
export const lost = icon(svg`<path d="M3.5 8h9"/>`);
export const shrink = icon(svg`<path d="M1.5 8h5M4 5.5 6.5 8 4 10.5M14.5 8h-5M12 5.5 9.5 8l2.5 2.5"/>`);
export const warning = icon(svg`<path d="M8 2.3 14.2 13H1.8ZM8 6.5v3m0 1.8v.2"/>`);
export const caution = icon(svg`<circle cx="8" cy="8" r="6.2"/><path d="M8 4.6v4m0 2.4v.2"/>`);
export const info = icon(svg`<circle cx="8" cy="8" r="6.2"/><path d="M8 7.4v4m0-6.4v.2"/>`);
export const file = icon(svg`<path d="M4 1.8h5L12.5 5v9.2H4ZM9 2v3.2h3.4"/>`);
export const sun = icon(svg`<circle cx="8" cy="8" r="2.8"/><path d="M8 1.5v1.4m0 10.2v1.4M1.5 8h1.4m10.2 0h1.4M3.4 3.4l1 1m7.2 7.2 1 1m0-9.2-1 1m-7.2 7.2-1 1"/>`);
export const moon = icon(svg`<path d="M13.5 9.6A5.8 5.8 0 0 1 6.4 2.5a5.8 5.8 0 1 0 7.1 7.1Z"/>`);

/** The product's sign: a gate, half way down. */
export const gate = html`<svg class="gate" viewBox="0 0 32 32" aria-hidden="true">
  <path d="M4 28V14a12 12 0 0 1 24 0v14" />
  <path d="M10 6.5V23l1.5 2.5L13 23M16 5v20l0 0M22 6.5V23l-1.5 2.5L19 23M4.5 13h23M4 19h24" />
</svg>`;
