/** SHA-256 as a key: at once where the platform can, or else a promise. */
let atOnce;

export function provideDigest(sha256) {
  atOnce = sha256;
}

export function digest(text) {
  return atOnce ? atOnce(text) : webCryptoDigest(text);
}

async function webCryptoDigest(text) {
  const bytes = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return String.fromCharCode(...new Uint8Array(bytes));
}
