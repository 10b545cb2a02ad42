/** What one claim gains and loses against another, operation by tenant. */
import type { Difference } from 'portcullis';
import type { Engine } from '../engine/engine.js';
import type { Evaluation } from './evaluation.js';
import { marksBefore, type Outline } from './outline.js';

/** What changes for one tenant. */
export interface Change {
  /** 1 for each operation that only the new claim allows, 2 for each that only the old one does. */
  readonly marks: Uint8Array;
  readonly gained: number;
  readonly lost: number;
  /** How many changed operations the nodes before each node are. */
  readonly before: Int32Array;
}

export const GAINED = 1;
export const LOST = 2;

export class Comparison {
  /** The module's own comparison; null where one of the claims is none. */
  readonly diff: Difference | null;
  readonly #old: Evaluation;
  readonly #new: Evaluation;
  readonly #outline: Outline;
  readonly #changes = new Map<string | null, Change>();

  constructor(engine: Engine, outline: Outline, old: Evaluation, current: Evaluation) {
    this.#old = old;
    this.#new = current;
    this.#outline = outline;
    this.diff = old.error || current.error ? null : engine.diff(old.claim, current.claim);
  }

  /** What changes for a tenant; null as in `Evaluation.view`. */
  for(tenant: string | null): Change {
    let change = this.#changes.get(tenant);
    if (change === undefined) {
      change = this.#compare(this.#old.view(tenant).allowed, this.#new.view(tenant).allowed);
      this.#changes.set(tenant, change);
    }
    return change;
  }

  #compare(old: Uint8Array, current: Uint8Array): Change {
    let gained = 0;
    let lost = 0;
    const marks = current.map((now, operation) => {
      if (now === old[operation]) return 0;
      if (now) gained++;
      else lost++;
      return now ? GAINED : LOST;
    });
    return { marks, gained, lost, before: marksBefore(this.#outline, marks.map((mark) => Number(mark > 0))) };
  }
}
