/**
 * Bundles what is published: a core, which holds everything that entries share, another one for the
 * guards, and a small file for each entry that `package.json` names. Few files load faster than many.
 */
import { readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('.', import.meta.url));
const [source, dist] = [join(root, 'src'), join(root, 'dist')];
/** A core has what those before it do not have. */
const CORES = ['core.js', 'guards/core.js'];

/** The scripts in `dist` that the package exports; the source of each has the same name. */
function entries() {
  const found = new Set();
  (function walk(target) {
    if (target !== null && typeof target === 'object') Object.values(target).forEach(walk);
    else if (/^\.\/dist\/.*\.js$/.test(target)) found.add(target.slice('./dist/'.length));
  })(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).exports);
  return [...found];
}

/** Which core has a source file. What is in one is imported from there: each module runs once, each class is one. */
const coreOf = new Map();
const fromCores = {
  name: 'from-cores',
  setup: (made) => made.onResolve({ filter: /^\./ }, ({ path, importer, resolveDir }) => {
    const core = coreOf.get(resolve(resolveDir, path));
    if (core === undefined) return undefined;
    const found = relative(dirname(importer), join(source, core)).replaceAll('\\', '/');
    return { path: found.startsWith('.') ? found : `./${found}`, external: true };
  }),
};

async function bundle(names) {
  const { metafile } = await build({
    entryPoints: names.map((name) => join(source, name)), outdir: dist, outbase: source, bundle: true, format: 'esm', platform: 'neutral',
    target: 'es2022', charset: 'utf8', external: ['node:*', '*.wasm', '*.wasm?module'], plugins: [fromCores], metafile: true,
    absWorkingDir: root, legalComments: 'none', logLevel: 'warning',
  });
  return Object.keys(metafile.inputs).map((path) => resolve(root, path));
}

for (const core of CORES) {
  for (const input of await bundle([core])) coreOf.set(input, core);
}
await bundle(entries());
