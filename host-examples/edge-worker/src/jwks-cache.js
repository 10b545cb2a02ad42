/**
 * The issuer's keys in the Cache API: an isolate that is new takes them from there, without asking the
 * issuer, and also while the issuer does not answer.
 *
 * The cache has a name of its own. In the default one, responses of other places could come to lie
 * under the same address, and whoever can write there chooses the keys that are trusted.
 */
const NAME = 'portcullis-jwks';
/** As long as keys are of use: their greatest age and the stale window. How old they are, the gate sees by itself. */
const KEEP_FOR_S = 600 + 3600;

export const jwksCache = {
  async get(address) {
    const cache = await caches.open(NAME);
    const kept = await cache.match(address);
    return kept?.json();
  },

  async put(address, entry) {
    const cache = await caches.open(NAME);
    await cache.put(address, Response.json(entry, { headers: { 'cache-control': `max-age=${KEEP_FOR_S}` } }));
  },
};
