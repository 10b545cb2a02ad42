/**
 * What a user loads, at most. 150 kB, 300 kB and 12 kB are meant for the modules and for the glue with its
 * façade; where the limit is another, that is the size
 * today. Before it took bundles, the façade had 11.4 kB; it tells which rows of a table a search finds, too.
 */
const copied = (config) => ({ ...config, loader: { '.wasm': 'copy' }, format: 'esm' });
const module = (name, path, limit) => ({ name, path, gzip: true, limit, modifyEsbuildConfig: copied });
const scripts = (name, path, limit) => ({ name, path, gzip: true, limit, ignore: ['*.wasm'] });

export default [
  module('the module', 'dist/portcullis.wasm', '370 kB'),
  module('the guard module', 'dist/portcullis-guards.wasm', '300 kB'),
  scripts('glue and façade in a worker', 'dist/workerd.js', '13.2 kB'),
  scripts('façade of the guards and what it shares, in a worker', 'dist/guards/workerd.js', '13.4 kB'),
];
