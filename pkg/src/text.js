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

/** The six bits of each character, of both alphabets of RFC 4648. */
const SIX_BITS = new Uint8Array(128);
for (const alphabet of ['+/', '-_']) {
  const all = `ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789${alphabet}`;
  for (let value = 0; value < all.length; value += 1) SIX_BITS[all.charCodeAt(value)] = value;
}

/** The bytes of base64 or base64url without padding. It is not checked: the module has done that. */
export function fromBase64(text) {
  const bytes = new Uint8Array((text.length * 3) >> 2);
  let [held, holds, at] = [0, 0, 0];
  for (let place = 0; place < text.length; place += 1) {
    held = (held << 6) | SIX_BITS[text.charCodeAt(place)];
    holds += 6;
    if (holds < 8) continue;
    holds -= 8;
    bytes[at] = (held >> holds) & 0xff;
    at += 1;
  }
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
