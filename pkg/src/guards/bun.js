/** The guards in Bun, which takes the file into what `bun build --compile` makes. */
import { readFileSync } from 'node:fs';
import file from '../../dist/portcullis-guards.wasm' with { type: 'file' };
import { provideGuards } from './runtime.js';

provideGuards(() => readFileSync(file));

export * from './api.js';
