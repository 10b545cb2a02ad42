/** How long a token is with a claim in it. Limits are those that browsers and servers keep to. */
import { byteLength } from './offsets.js';

/** RFC 6265, section 6.1: what a browser keeps of one cookie at least; none keeps much more. */
export const COOKIE_LIMIT = 4096;
/** What common servers take as the header of one request, all fields together. */
export const HEADER_LIMIT = 8192;

/** What a token is made of apart from the claim. */
export interface Envelope {
  /** Header, signature and the dots between. */
  readonly outside: number;
  /** The payload, decoded, without the claim's value. */
  readonly payload: number;
}

const inBase64Url = (bytes: number): number => Math.ceil((bytes * 4) / 3);
const asJson = (claim: string): number => byteLength(JSON.stringify(claim));

/** The token that a claim was found in, without the claim. */
export function envelope(token: string, payload: string, claim: string): Envelope {
  const encoded = token.split('.')[1] ?? '';
  return { outside: token.length - encoded.length, payload: byteLength(payload) - asJson(claim) };
}

/** Bytes of a token with this claim; without an envelope, the claim's own share of one. */
export function tokenBytes(claim: string, envelope: Envelope | null): number {
  if (envelope === null) return inBase64Url(asJson(claim));
  return envelope.outside + inBase64Url(envelope.payload + asJson(claim));
}
