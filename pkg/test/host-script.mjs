/** The tests in a runtime that runs scripts and reads files: Node, Deno, Bun. */
import { readFileSync, readdirSync } from 'node:fs';
import { corpus } from './bodies/corpus.js';
import './bodies/all.js';
import { run, tap } from './harness.js';

const folder = new URL('../../tests/corpus/', import.meta.url);
const files = readdirSync(folder).filter((file) => file.endsWith('.json')).sort();
corpus(files.map((file) => [file.slice(0, -5), JSON.parse(readFileSync(new URL(file, folder), 'utf8'))]));

console.log(tap(await run()));
