import { defineConfig, type Plugin } from 'vite';

/**
 * What the page may do: run its own scripts, compile the module, fetch its own files. There is no
 * server that could say it in a header, so the page says it itself.
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "font-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "require-trusted-types-for 'script'",
  'trusted-types lit-html',
].join('; ');

/** Built pages only: the development server injects inline styles. */
function contentSecurityPolicy(): Plugin {
  return {
    name: 'content-security-policy',
    apply: 'build',
    transformIndexHtml: () => [
      {
        tag: 'meta',
        attrs: { 'http-equiv': 'Content-Security-Policy', content: POLICY },
        injectTo: 'head-prepend',
      },
    ],
  };
}

/** The module that each page runs. */
const DECIDES = /\/portcullis-(?!guards)[^/]*\.wasm$/;
const GUARDS = /\/portcullis-guards[^/]*\.wasm$/;
const FONT = /latin-(wght|400)-normal.*\.woff2$/;

/** Fetches the module and the type while the scripts are read, not after. */
function preload(): Plugin {
  return {
    name: 'preload',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler: (_, { bundle = {}, path }) =>
        Object.keys(bundle)
          .filter((name) => (path === '/workflows.html' ? GUARDS : DECIDES).test(name) || FONT.test(name))
          .map((name) => ({
            tag: 'link',
            attrs: { rel: 'preload', as: name.endsWith('.wasm') ? 'fetch' : 'font', crossorigin: true, href: `./${name}` },
            injectTo: 'head' as const,
          })),
    },
  };
}

export default defineConfig({
  base: './',
  // The package lies beside the example, not in it.
  server: { fs: { allow: ['.', '../../pkg'] } },
  plugins: [contentSecurityPolicy(), preload()],
  build: {
    target: 'es2022',
    // The policy has no `data:`.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: { input: ['index.html', 'workflows.html'] },
  },
});
