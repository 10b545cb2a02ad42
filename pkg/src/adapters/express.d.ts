import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Gate, Verdict } from '../index.js';

declare module 'node:http' {
  interface IncomingMessage {
    /** What the gate said, once its middleware has let the request pass. */
    portcullis?: Verdict;
  }
}

/**
 * Middleware for Express and Connect. What is denied is answered; what is allowed goes on with the
 * gate's headers, and `request.portcullis` is the verdict.
 */
export function portcullis(gate: Gate | Promise<Gate>):
  (request: IncomingMessage, response: ServerResponse, next: (error?: unknown) => void) => void;
