/** The entry for Bun, which takes the file into what `bun build --compile` makes. */
import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import file from '../dist/portcullis.wasm' with { type: 'file' };
import { provideDigest } from './digest.js';
import { provide } from './runtime.js';

provide(() => readFileSync(file));
provideDigest((text) => hash('sha256', text, 'base64'));

export * from './api.js';
