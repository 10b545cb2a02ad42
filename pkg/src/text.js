/** Text that crosses: documents in, signatures out. */
import { PortcullisError } from './error.js';

/** A document as JSON text; text is taken for what it says. */
export function jsonText(value) {
  if (typeof value === 'string') return value;
  let text;
  try {
    text = JSON.stringify(value);
  } catch (cause) {
    throw new PortcullisError('CALL_MALFORMED', 'a document that cannot be written as JSON', { cause });
  }
  if (text === undefined) throw new PortcullisError('CALL_MALFORMED', 'a document is missing');
  return text;
}

/** The bytes of base64url; the module has checked that it is canonical. */
export function fromBase64Url(text) {
  return fromBase64(text.replaceAll('-', '+').replaceAll('_', '/'));
}

export function fromBase64(text) {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let at = 0; at < binary.length; at += 1) bytes[at] = binary.charCodeAt(at);
  return bytes;
}

export function toBase64Url(bytes) {
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** The place in a JavaScript string of a byte of its UTF-8. */
export function indexOfByte(text, offset) {
  let bytes = 0;
  let index = 0;
  for (const character of text) {
    if (bytes >= offset) break;
    const code = character.codePointAt(0);
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    index += character.length;
  }
  return index;
}
