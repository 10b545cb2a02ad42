/** What a user loads, at most. */
const copied = (config) => ({ ...config, loader: { '.wasm': 'copy' }, format: 'esm' });

export default [
  { name: 'the module', path: 'dist/portcullis.wasm', gzip: true, limit: '400 kB', modifyEsbuildConfig: copied },
  { name: 'glue and façade in a worker', path: 'dist/workerd.js', gzip: true, limit: '12 kB', ignore: ['*.wasm'] },
];
