import type { Gate } from '../index.js';

/** Something that fetches, such as a service binding. */
export interface Fetcher {
  fetch(request: Request): Promise<Response>;
}

/** A handler for Cloudflare Workers: a gate before an origin. */
export function gateway<Env = unknown>(options: {
  /** Makes the gate, once for each isolate. */
  gate: (env: Env) => Gate | Promise<Gate>;
  /** What allowed requests are sent to. */
  origin: (env: Env) => string | URL | Fetcher | Promise<string | URL | Fetcher>;
}): { fetch(request: Request, env: Env): Promise<Response> };
