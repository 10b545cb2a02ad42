/** A key and a certificate for a server of the tests: self-signed, made anew each time (RFC 5280). */
import { generateKeyPairSync, sign } from 'node:crypto';

const SIGNATURE = der(0x30, oid(1, 2, 840, 10045, 4, 3, 2));
const [COMMON_NAME, ALTERNATIVE_NAME, CONSTRAINTS] = [oid(2, 5, 4, 3), oid(2, 5, 29, 17), oid(2, 5, 29, 19)];

function der(tag, ...parts) {
  const body = Buffer.concat(parts);
  const size = body.length < 0x80 ? [body.length] : [0x82, body.length >> 8, body.length & 0xff];
  return Buffer.concat([Buffer.of(tag, ...size), body]);
}

function oid(one, two, ...rest) {
  const bytes = [one * 40 + two];
  for (const part of rest) {
    const digits = [part & 0x7f];
    for (let left = part >> 7; left > 0; left >>= 7) digits.unshift((left & 0x7f) | 0x80);
    bytes.push(...digits);
  }
  return der(0x06, Buffer.from(bytes));
}

const time = (date) => der(0x18, Buffer.from(`${date.toISOString().replace(/[-:T]|\.\d+/g, '')}`));
const extension = (name, value) => der(0x30, name, der(0x04, value));

/** Good for an hour, for these names; `ca` is what whoever connects must trust. */
export function certified(...names) {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const subject = der(0x30, der(0x31, der(0x30, COMMON_NAME, der(0x0c, Buffer.from(names[0])))));
  const hour = 3_600_000;
  const validity = der(0x30, time(new Date(Date.now() - hour)), time(new Date(Date.now() + hour)));
  const alternatives = der(0x30, ...names.map((name) => der(0x82, Buffer.from(name))));
  const extensions = der(0x30, extension(ALTERNATIVE_NAME, alternatives), extension(CONSTRAINTS, der(0x30, der(0x01, Buffer.of(0xff)))));
  const body = der(
    0x30, der(0xa0, der(0x02, Buffer.of(2))), der(0x02, Buffer.of(1)), SIGNATURE, subject, validity, subject,
    publicKey.export({ type: 'spki', format: 'der' }), der(0xa3, extensions),
  );
  const signature = der(0x03, Buffer.of(0), sign('sha256', body, privateKey));
  const text = der(0x30, body, SIGNATURE, signature).toString('base64').match(/.{1,64}/g).join('\n');
  const cert = `-----BEGIN CERTIFICATE-----\n${text}\n-----END CERTIFICATE-----\n`;
  return { key: privateKey.export({ type: 'pkcs8', format: 'pem' }), cert, ca: cert };
}
