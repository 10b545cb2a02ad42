/** The cache of verified tokens: bounded, and no longer good than the token and its keys. */
import { generation } from '../../src/runtime.js';
import { TokenCache } from '../../src/gate/token-cache.js';
import { equal, test } from '../harness.js';

const [KEYS, OTHER] = [{}, {}];
/** Handle 0 names nothing, so nothing is given back. */
const entry = (expires = 100) => ({ principal: { handle: 0, generation }, verified: 0, expires });

test('what was not asked for the longest makes room', () => {
  const cache = new TokenCache(2);
  for (const name of ['a', 'b']) cache.set(name, KEYS, entry());
  cache.get('a', KEYS, 1);
  cache.set('c', KEYS, entry());
  equal([cache.size, ['a', 'b', 'c'].map((name) => cache.get(name, KEYS, 1) !== undefined)], [2, [true, false, true]]);
});

test('a token is good until it expires, and under its keys', () => {
  const cache = new TokenCache(2);
  cache.set('a', KEYS, entry(100));
  equal(cache.get('a', OTHER, 1), undefined);
  equal(cache.get('a', KEYS, 99.9) !== undefined, true);
  equal(cache.get('a', KEYS, NaN), undefined, 'at no time that there is');
  cache.set('a', KEYS, entry(100));
  equal(cache.get('a', KEYS, -1), undefined, 'nor before it was verified');
  cache.set('a', KEYS, entry(100));
  equal([cache.get('a', KEYS, 100), cache.size], [undefined, 0]);
  cache.set('a', KEYS, entry());
  cache.set('b', OTHER, entry());
  equal([cache.size, cache.get('a', OTHER, 1)], [1, undefined]);
});
