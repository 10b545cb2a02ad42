/** What the views have in common. Each has its own shadow root, so each takes what it needs. */
import { css } from 'lit';

export const reset = css`
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }
  [hidden] {
    display: none !important;
  }
  h1, h2, h3, p, ul, ol, dl, dd, pre, figure {
    margin: 0;
    padding: 0;
  }
  ul, ol {
    list-style: none;
  }
  h2 {
    font-size: 0.875rem;
    font-weight: 600;
    letter-spacing: -0.005em;
  }
  h3 {
    color: var(--ink-3);
    font-size: var(--tiny);
    font-weight: 500;
  }
  code, pre {
    font-family: var(--mono);
    font-size: var(--tiny);
  }
  :focus-visible {
    outline: 2px solid var(--accent);
    outline-offset: 1px;
  }
  .visually-hidden {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
`;

export const controls = css`
  button, input, select, textarea {
    font: inherit;
    color: inherit;
  }
  button {
    display: inline-flex;
    align-items: center;
    gap: 6px;
    min-height: 28px;
    padding: 0 10px;
    border: 1px solid var(--line);
    border-radius: var(--radius);
    background: var(--raised);
    color: var(--ink);
    font-size: var(--small);
    white-space: nowrap;
    cursor: pointer;
  }
  button:hover:not(:disabled) {
    border-color: var(--line-strong);
  }
  button.quiet {
    border-color: transparent;
    background: none;
    color: var(--ink-2);
  }
  button.quiet:hover:not(:disabled) {
    background: var(--hover);
    color: var(--ink);
  }
  button:disabled {
    opacity: 0.45;
    cursor: default;
  }
  button.primary {
    border-color: var(--accent);
    background: var(--accent);
    color: var(--surface);
    font-weight: 500;
  }
  input, select {
    min-height: 28px;
    padding: 0 8px;
    border: 1px solid var(--line-strong);
    border-radius: var(--radius);
    background: var(--surface);
    font-size: var(--small);
  }
  svg {
    flex: none;
    width: 14px;
    height: 14px;
    fill: none;
    stroke: currentColor;
    stroke-width: 1.6;
    stroke-linecap: round;
    stroke-linejoin: round;
  }
  @media (forced-colors: active) {
    [aria-selected='true'], [aria-pressed='true'], input:checked + span {
      outline: 2px solid Highlight;
      outline-offset: -2px;
    }
  }
  @media (pointer: coarse) {
    button, input, select {
      min-height: 36px;
    }
  }
`;

/** An answer in words and a sign; the colour only repeats them. */
export const answers = css`
  .allow {
    color: var(--allow);
  }
  .deny {
    color: var(--deny);
  }
  .change {
    color: var(--change);
  }
  .answer {
    display: inline-flex;
    align-items: center;
    gap: 5px;
    white-space: nowrap;
  }
`;
