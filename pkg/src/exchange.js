/**
 * One call over the raw door of a module: JSON in linear memory, which is faster than strings through
 * the glue. A module has no clock over it here, so length is checked before anything crosses.
 */
import { PortcullisError } from './error.js';

/** The largest buffer that a module gives. */
const MAX_CALL_BYTES = 32 << 20;
/** A buffer that stays, for calls of the usual size. */
const USUAL_BYTES = 64 << 10;
export const encoder = /* @__PURE__ */ new TextEncoder();
const decoder = /* @__PURE__ */ new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** What calls are made through: the exports of an instance, and the address of the buffer that stays. */
export function door(exports) {
  return { exports, buffer: exports.portcullis_alloc(USUAL_BYTES) };
}

/** The bytes at a place that a module tells as one number: the address above, the length below. */
export function bytesAt(memory, packed) {
  const place = BigInt.asUintN(64, packed);
  return new Uint8Array(memory.buffer, Number(place >> 32n), Number(place & 0xffffffffn));
}

export function tooLarge() {
  return new PortcullisError('INPUT_TOO_LARGE', 'the call is too large');
}

/** Answers a call, JSON text, with JSON text. Whatever it throws but `INPUT_TOO_LARGE` is a trap. */
export function exchange({ exports, buffer }, call) {
  // UTF-8 has at most three bytes for what JavaScript counts as one.
  const fits = call.length * 3 <= USUAL_BYTES;
  if (call.length > MAX_CALL_BYTES) throw tooLarge();
  const bytes = fits ? undefined : encoder.encode(call);
  if (bytes?.length > MAX_CALL_BYTES) throw tooLarge();
  const address = fits ? buffer : exports.portcullis_alloc(bytes.length);
  if (address === 0) throw new Error('no buffer was given');
  // Any call may make the memory grow, and a view of it stale.
  const place = new Uint8Array(exports.memory.buffer, address, fits ? USUAL_BYTES : bytes.length);
  if (!fits) place.set(bytes);
  const length = fits ? encoder.encodeInto(call, place).written : bytes.length;
  const answer = decoder.decode(bytesAt(exports.memory, exports.portcullis_call(address, length)));
  if (!fits) exports.portcullis_free(address, bytes.length);
  return answer;
}
