/** The entry for Bun, which takes the file into what `bun build --compile` makes. */
import { readFileSync } from 'node:fs';
import file from '../dist/portcullis.wasm' with { type: 'file' };
import { provide, start } from './runtime.js';

provide(() => readFileSync(file));

export * from './api.js';

/** There is nothing to wait for; it is here so that one program runs everywhere. */
export async function ready() {
  start();
}
