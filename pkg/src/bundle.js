/**
 * Signed bundles: a policy, its catalog and what is said of them, in one file. The module has the rules;
 * the order of the checks is that of every host. Nothing behind the signed line is looked at before its
 * digest is known to be signed, and nothing of it is parsed before the digest is found right.
 */
import { boundedBytes } from './bytes.js';
import { PortcullisError } from './error.js';
import { KeySet } from './keys.js';

/** Longest bundle, and longest signed line, in bytes. */
const MAX_BUNDLE_BYTES = 32 << 20;
const MAX_LINE_BYTES = 128 << 10;
const LINE_BREAK = 0x0a;

function refused(code, message) {
  return new PortcullisError(code, message);
}

/** UTF-8 as it stands, a byte order mark too: what is parsed is what was signed. */
function textOf(bytes, code, what) {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw refused(code, `the ${what} is not UTF-8`);
  }
}

/** The bytes of a bundle: bytes, a `Response`, or a promise of one of them. */
export async function bundleBytes(source) {
  const given = await source;
  // A copy: whoever gave it could change it between the checks.
  if (given instanceof ArrayBuffer) return new Uint8Array(given.slice(0));
  if (ArrayBuffer.isView(given)) return new Uint8Array(given.buffer, given.byteOffset, given.byteLength).slice();
  if (typeof Response === 'function' && given instanceof Response) return responseBytes(given);
  throw refused('CALL_MALFORMED', 'a bundle is bytes, or a response that has them');
}

function responseBytes(response) {
  if (!response.ok) throw refused('BUNDLE_UNAVAILABLE', `the bundle was not served: status ${response.status}`);
  return boundedBytes(response.body, MAX_BUNDLE_BYTES, tooLong);
}

function tooLong() {
  return refused('BUNDLE_MALFORMED', 'the bundle is longer than 32 MiB');
}

/** The signed line, and what follows it. */
function split(bytes) {
  if (bytes.length > MAX_BUNDLE_BYTES) throw tooLong();
  const end = bytes.subarray(0, MAX_LINE_BYTES + 1).indexOf(LINE_BREAK);
  if (end < 0) throw refused('BUNDLE_MALFORMED', 'there is no first line, or it is longer than 128 KiB');
  return { line: textOf(bytes.subarray(0, end), 'BUNDLE_MALFORMED', 'first line'), content: bytes.subarray(end + 1) };
}

/** A part of the content, if it has its digest. */
async function part(bytes, { sha256 }, what) {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  const found = Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
  if (found !== sha256) throw refused('BUNDLE_CONTENT', `the ${what} is not the one that was signed`);
  return textOf(bytes, 'BUNDLE_CONTENT', what);
}

function version(atLeast) {
  if (!Number.isSafeInteger(atLeast) || atLeast < 0) throw refused('CALL_MALFORMED', 'a version is an integer');
  return atLeast;
}

const MADE = Symbol('verified');

/** A bundle that is genuine and has the content that was signed. */
export class Bundle {
  #line;

  constructor(made, { line, manifest, unchanged, document, catalog } = {}) {
    if (made !== MADE) throw refused('CALL_MALFORMED', 'a bundle is verified: `Bundle.verify`');
    this.#line = line;
    this.name = manifest.name;
    this.version = manifest.version;
    this.expires = manifest.expires ?? null;
    this.unchanged = unchanged;
    this.metadata = manifest.metadata ?? {};
    this.document = document;
    this.catalog = catalog;
    Object.freeze(this);
  }

  static async verify(source, { keys, name, atLeast = 0, inForce, older = false, now = Date.now() / 1000 } = {}) {
    const { line, content } = split(await bundleBytes(source));
    if (keys == null) throw refused('KEYS_INVALID', 'a bundle is verified with `keys`, which are never its own');
    const trusted = keys instanceof KeySet ? keys : new KeySet(keys);
    try {
      const genuine = await trusted.isGenuineJws(line);
      const concluded = trusted.ask('bundle.conclude', {
        line, genuine, now, at_least: version(atLeast), older: older === true, ...(name != null && { name }), ...(inForce && { in_force: inForce.#line }),
      });
      // As it was signed: the module has found it to be strict JSON, and each member to be as it must.
      const manifest = JSON.parse(concluded.manifest);
      const { policy, catalog } = manifest;
      const rest = content.length - policy.bytes;
      if (rest !== (catalog?.bytes ?? 0)) throw refused('BUNDLE_CONTENT', 'the content has another length than was signed');
      return new Bundle(MADE, {
        line,
        manifest,
        unchanged: concluded.unchanged,
        document: await part(content.subarray(0, policy.bytes), policy, 'policy'),
        catalog: catalog ? await part(content.subarray(policy.bytes), catalog, 'catalog') : null,
      });
    } finally {
      if (trusted !== keys) trusted.dispose();
    }
  }
}
