/** How bad a finding is, as a sign and a word; the colour only repeats them. */
import { css, html, type TemplateResult } from 'lit';
import type { Severity } from '../engine/linter.js';
import * as icons from './icons.js';

export const SEVERITIES: readonly Severity[] = ['critical', 'high', 'medium', 'low', 'info'];

const SIGNS: Record<Severity, TemplateResult> = {
  critical: icons.deny, high: icons.warning, medium: icons.caution, low: icons.caution, info: icons.info,
};

export function severity(of: Severity): TemplateResult {
  return html`<span class="severity ${of}">${SIGNS[of]}${of}</span>`;
}

export const severities = css`
  .severity {
    display: inline-flex;
    flex: none;
    align-items: center;
    gap: 4px;
    font-weight: 600;
    white-space: nowrap;
  }
  .critical, .high {
    color: var(--deny);
  }
  .medium {
    color: var(--change);
  }
  .low, .info {
    color: var(--ink-2);
  }
`;
