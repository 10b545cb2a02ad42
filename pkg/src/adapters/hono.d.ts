import type { Gate, Verdict } from '../index.js';


/**
 * Middleware for Hono. What is denied is answered; what is allowed goes on with the gate's headers,
 * and `c.get('portcullis')` is the verdict.
 */
export function portcullis(gate: Gate | Promise<Gate> | ((context: any) => Gate | Promise<Gate>)):
  (context: any, next: () => Promise<void>) => Promise<Response | void>;

/** For `new Hono<PortcullisEnv>()`. */
export interface PortcullisEnv {
  Variables: { portcullis: Verdict };
}
