/**
 * Finds the permission claim in a pasted token. The token is not kept, and its signature is not
 * looked at: this page shows what a claim would allow, it lets nobody in.
 */
import { parseJson, RepeatedMember } from './json.js';
import { envelope, type Envelope } from './size.js';

/** The member that holds the claim, unless a policy says otherwise. */
export const CLAIM_NAME = 'WorkflowApiPermissions';

/** The compact serialization of a JWT, with or without the scheme before it. */
const TOKEN = /^\s*(?:Bearer\s+)?([\w-]+\.[\w-]+\.[\w-]*)\s*$/i;

export function looksLikeToken(text: string): boolean {
  const compact = TOKEN.exec(text)?.[1];
  return compact !== undefined && decode(compact.split('.')[0]!)?.startsWith('{') === true;
}

export interface Found {
  readonly claim: string;
  readonly envelope: Envelope;
}

/** @throws {Error} that says what is wrong, and repeats nothing of the token */
export function claimOf(text: string, name: string): Found {
  const token = TOKEN.exec(text)?.[1] ?? '';
  const payload = decode(token.split('.')[1] ?? '');
  if (payload === null) throw new Error('The payload of the token is not base64url.');
  const value = members(payload)[name];
  // Of a list, the one string that is its only entry is the claim; more than one is none.
  const claim: unknown = Array.isArray(value) && value.length === 1 ? value[0] : value;
  if (claim === undefined) throw new Error(`The token has no ${name}: it grants nothing.`);
  if (Array.isArray(claim)) throw new Error(`The token has several ${name}: it grants nothing (CLAIM_MULTIPLE).`);
  if (typeof claim !== 'string') throw new Error(`${name} of the token is not a string: it grants nothing.`);
  return { claim, envelope: envelope(token, payload, claim) };
}

function members(payload: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = parseJson(payload);
  } catch (error) {
    if (error instanceof RepeatedMember) throw new Error('The payload of the token repeats a member: it grants nothing.');
    throw new Error('The payload of the token is not JSON.');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Error('The payload of the token is not a JSON object.');
  }
  return value as Record<string, unknown>;
}

function decode(text: string): string | null {
  try {
    const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
    const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}
