/**
 * Bundles what is published: `dist/core.js`, which holds everything that entries share, and a small
 * file for each entry that `package.json` names. Few files load faster than many.
 */
import { readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('.', import.meta.url));
const dist = join(root, 'dist');
const options = {
  bundle: true, format: 'esm', platform: 'neutral', target: 'es2022', charset: 'utf8', external: ['node:*', '*.wasm', '*.wasm?module'],
  outdir: dist, outbase: join(root, 'src'), metafile: true, legalComments: 'none', logLevel: 'warning',
};

/** The scripts in `dist` that the package exports; the source of each has the same name. */
function entries() {
  const found = new Set();
  (function walk(target) {
    if (typeof target === 'object') Object.values(target).forEach(walk);
    else if (/^\.\/dist\/.*\.js$/.test(target)) found.add(target.slice('./dist/'.length));
  })(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).exports);
  return [...found];
}

/** What is in the core is imported from there: there is one instance of the module, and one of each class. */
function fromCore(inputs) {
  return {
    name: 'from-core',
    setup: (made) => made.onResolve({ filter: /^\./ }, ({ path, resolveDir }) => {
      const wanted = resolve(resolveDir, path);
      if (!inputs.has(wanted)) return undefined;
      const depth = relative(join(root, 'src'), resolveDir);
      return { path: depth === '' ? './core.js' : `${relative(depth, '.')}/core.js`, external: true };
    }),
  };
}

const core = await build({ ...options, entryPoints: [join(root, 'src/core.js')] });
const inputs = new Set(Object.keys(core.metafile.inputs).map((path) => resolve(process.cwd(), path)));
await build({ ...options, entryPoints: entries().map((name) => join(root, 'src', name)), plugins: [fromCore(inputs)] });
