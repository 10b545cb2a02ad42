/**
 * Something that lives in the module, by its handle: made when first needed, made again in a new
 * instance, and given back once, by `dispose` or by the garbage collector.
 */
import { PortcullisError } from './error.js';
import { forgotten, generation, release } from './runtime.js';

const NOTHING = { handle: 0, generation: -1 };

export class Handle {
  #make;
  #kept = NOTHING;

  /** `make` gives a new handle. Only the owner holds this object, so both are forgotten together. */
  constructor(make) {
    this.#make = make;
  }

  /** The handle in the current instance. */
  get value() {
    return this.kept.handle;
  }

  /** The same with the instance's generation. */
  get kept() {
    if (this.#kept.generation === generation) return this.#kept;
    if (this.#make === undefined) throw new PortcullisError('DISPOSED', 'this was disposed of');
    forgotten.unregister(this);
    this.#kept = { handle: this.#make(), generation };
    forgotten.register(this, this.#kept, this);
    return this.#kept;
  }

  dispose() {
    forgotten.unregister(this);
    release(this.#kept);
    this.#make = undefined;
    this.#kept = NOTHING;
  }
}
