/** Answers as words. */
import { html, type TemplateResult } from 'lit';

const format = new Intl.NumberFormat('en');

export function number(count: number): string {
  return format.format(count);
}

/** A message of the module's, with what stands between backticks as code. */
export function message(text: string): (TemplateResult | string)[] {
  return text.split('`').map((part, at) => (at % 2 === 1 ? html`<code>${part}</code>` : part));
}
