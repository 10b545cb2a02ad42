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
  const whole = text.length & ~3;
  let at = 0;
  let place = 0;
  for (; place < whole; place += 4) {
    const held = (six(text, place) << 18) | (six(text, place + 1) << 12) | (six(text, place + 2) << 6) | six(text, place + 3);
    bytes[at] = held >> 16;
    bytes[at + 1] = held >> 8;
    bytes[at + 2] = held;
    at += 3;
  }
  const rest = text.length - whole;
  if (rest > 1) bytes[at] = (six(text, place) << 2) | (six(text, place + 1) >> 4);
  if (rest > 2) bytes[at + 1] = (six(text, place + 1) << 4) | (six(text, place + 2) >> 2);
  return bytes;
}

function six(text, place) {
  return SIX_BITS[text.charCodeAt(place)];
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
