/** Webhooks from Node, to addresses that were checked and nowhere else. */
import type { Agent } from 'node:https';
import type { LookupFunction, Socket } from 'node:net';
import type { SecureContextOptions } from 'node:tls';
import type { Guards } from './guards.js';

/** How connections are made. */
export interface ConnectionOptions extends Pick<SecureContextOptions, 'ca' | 'cert' | 'key' | 'minVersion'> {
  /** Every address of a name. Asked once for each request; the system's resolver unless said otherwise. */
  resolve?: (host: string) => Promise<string[]>;
  /** What opens a TCP connection, with the arguments of `net.connect`; `lookup` gives the addresses that were checked. */
  connect?: (options: { host: string; port: number; lookup: LookupFunction; autoSelectFamily: boolean }) => Socket;
}

/** Limits: times in seconds, sizes in bytes. */
export interface WebhooksOptions extends ConnectionOptions {
  /** When a request is given up. 15 unless said otherwise. */
  timeout?: number;
  /** When one is given up that has no TLS connection yet. 5 unless said otherwise. */
  connectTimeout?: number;
  /** Largest body to send. 1 MiB unless said otherwise. */
  maxRequestBytes?: number;
  /** How much of the answer's body is read. 64 KiB unless said otherwise. */
  maxResponseBytes?: number;
  /** Largest head of an answer. 16 KiB unless said otherwise. */
  maxHeaderBytes?: number;
}

export interface WebhookRequest {
  /** `POST` unless said otherwise. */
  method?: string;
  headers?: Record<string, string>;
  body?: string | ArrayBuffer | ArrayBufferView | null;
  /** With it, `webhook-id`, `-timestamp` and `-signature` prove the body, by Standard Webhooks. */
  signed?: {
    /** `whsec_` and 24 to 64 bytes in base64, each. While a secret is replaced there are two. */
    secrets: string[];
    /** The same for all attempts of one message; made at random unless said otherwise. */
    id?: string;
  };
  signal?: AbortSignal;
}

export interface WebhookAnswer {
  status: number;
  headers: NodeJS.Dict<string | string[]>;
  /** The body, cut off where it is too long. */
  body: Buffer;
}

/** Sends webhooks: one look-up, a verdict on all that came of it, a connection to an address of the verdict. */
export class Webhooks {
  constructor(guards: Guards, options?: WebhooksOptions);
  /**
   * Sends one request, once. A redirect is an answer like any other: it is not followed.
   * @throws {PortcullisError} `WEBHOOK_REJECTED` with the `reason`, and the other codes that begin with
   * `WEBHOOK_`; `CALL_MALFORMED` or `INPUT_TOO_LARGE` for a request that cannot be sent
   */
  send(url: string | URL, request?: WebhookRequest): Promise<WebhookAnswer>;
}

/**
 * An agent for `https.request` and clients that are built on it. The origin of every new connection is
 * checked and pinned; what the client makes of paths and redirects is its own.
 */
export class WebhookAgent extends Agent {
  constructor(guards: Guards, options?: ConnectionOptions);
}
