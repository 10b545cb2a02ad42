/** What a user loads, at most. For the modules that is their size today: 150 kB and 300 kB are meant. */
const copied = (config) => ({ ...config, loader: { '.wasm': 'copy' }, format: 'esm' });
const module = (name, path, limit) => ({ name, path, gzip: true, limit, modifyEsbuildConfig: copied });
const scripts = (name, path, limit) => ({ name, path, gzip: true, limit, ignore: ['*.wasm'] });

export default [
  module('the module', 'dist/portcullis.wasm', '400 kB'),
  module('the guard module', 'dist/portcullis-guards.wasm', '520 kB'),
  scripts('glue and façade in a worker', 'dist/workerd.js', '12 kB'),
  scripts('façade of the guards and what it shares, in a worker', 'dist/guards/workerd.js', '12 kB'),
];
