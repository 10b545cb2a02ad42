/**
 * The entry for Node: loads the module from the package, without a top-level await, so that
 * `require()` works too.
 */
import { readFileSync } from 'node:fs';
import * as glue from '../dist/glue.js';
import { facade } from './facade.js';

const bytes = readFileSync(new URL('../dist/portcullis.wasm', import.meta.url));
glue.initSync({ module: new WebAssembly.Module(bytes) });

export const { Policy, version } = facade(glue);
export { PortcullisError } from './error.js';
