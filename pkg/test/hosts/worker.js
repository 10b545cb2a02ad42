/** The tests in a worker: the corpus comes as the request's body, the results go as its answer. */
import { corpus } from '../bodies/corpus.js';
import '../bodies/all.js';
import { run, tap } from '../harness.js';

export default {
  async fetch(request) {
    if (request.method !== 'POST') return new Response(null, { status: 204 });
    corpus(await request.json());
    return new Response(tap(await run()));
  },
};
