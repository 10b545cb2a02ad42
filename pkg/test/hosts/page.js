/** The tests in a page. */
import { corpus } from '../bodies/corpus.js';
import '../bodies/all.js';
import { run, tap } from '../harness.js';

corpus(await (await fetch('/corpus')).json());
globalThis.results = tap(await run());
