/**
 * Links that hold claims, in the fragment, which browsers send to no server. A token is never put
 * into one, and never taken from one.
 */
import { looksLikeToken } from './token.js';

export interface Linked {
  readonly claim: string;
  readonly baseline: string | null;
}

export function toLink({ claim, baseline }: Linked, page: string): string {
  const fragment = new URLSearchParams({ claim, ...(baseline !== null && { baseline }) });
  // As claims are read: `:`, `;` and `,` may stand in a fragment as they are.
  const readable = fragment.toString().replaceAll('%3A', ':').replaceAll('%3B', ';').replaceAll('%2C', ',');
  return `${page.split('#')[0]}#${readable}`;
}

/** What a link holds: nothing, claims, or a token, which somebody put there by mistake. */
export function fromLink(page: string): Linked | 'token' | null {
  const parameters = new URLSearchParams(page.split('#')[1] ?? '');
  const claim = parameters.get('claim');
  const baseline = parameters.get('baseline');
  if ([...parameters].flat().some(looksLikeToken)) return 'token';
  return claim === null ? null : { claim, baseline };
}
