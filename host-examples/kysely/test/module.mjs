/** The module by its raw ABI: its own filter, to compare with. */
import { readFileSync } from 'node:fs';

const compiled = new WebAssembly.Module(readFileSync(new URL(import.meta.resolve('portcullis/portcullis.wasm'))));

export class Module {
  #exports;
  #policy;

  constructor(policy) {
    const imports = {};
    for (const { module, name } of WebAssembly.Module.imports(compiled)) {
      (imports[module] ??= {})[name] = () => {
        throw new Error('the module calls nothing here');
      };
    }
    this.#exports = new WebAssembly.Instance(compiled, imports).exports;
    this.#policy = this.#call({ 'policy.load': { document: JSON.stringify(policy) } }).policy;
  }

  /** The records that a search shows, of lines of JSON; null if it is denied. */
  shown(request, lines) {
    const { filter } = this.#call({ 'filter.open': { policy: this.#policy, request } });
    if (filter === null) return null;
    const text = this.#crossing(lines, (address, length) => this.#exports.portcullis_filter(filter, address, length));
    this.#exports.portcullis_release(filter);
    return text.split('\n').filter(Boolean).map((line) => JSON.parse(line));
  }

  #call(call) {
    const text = this.#crossing(JSON.stringify(call), (address, length) => this.#exports.portcullis_call(address, length));
    const { ok, error } = JSON.parse(text);
    if (error) throw new Error(JSON.stringify(error));
    return ok;
  }

  #crossing(text, cross) {
    const input = new TextEncoder().encode(text);
    const address = this.#exports.portcullis_alloc(input.length);
    new Uint8Array(this.#exports.memory.buffer, address, input.length).set(input);
    const packed = BigInt.asUintN(64, cross(address, input.length));
    const [start, length] = [Number(packed >> 32n), Number(packed & 0xffffffffn)];
    const output = new TextDecoder().decode(new Uint8Array(this.#exports.memory.buffer, start, length));
    this.#exports.portcullis_free(address, input.length);
    return output;
  }
}
