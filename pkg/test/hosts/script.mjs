/** The tests in a runtime that runs scripts and reads files: Node, Deno, Bun. */
import { corpus } from '../bodies/corpus.js';
import '../bodies/all.js';
import { run, tap } from '../harness.js';
import { readCorpus } from './read-corpus.mjs';

corpus(readCorpus());
console.log(tap(await run()));
