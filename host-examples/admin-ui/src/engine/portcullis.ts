/** Loads the module. The one file that knows how the package is reached. */
import * as glue from '../../../../pkg/dist/glue.js';
import wasm from '../../../../pkg/dist/portcullis.wasm?url';
// @ts-expect-error the façade has its types in the package's entry
import { facade } from '../../../../pkg/src/facade.js';

export type {
  ClaimErrorView, ClaimValidated, Decision, DiffView, EditView, EffectiveView, ExplanationView, Finding, Matched,
} from '../../../../pkg/dist/glue.js';

export interface Policy {
  readonly operations: string[];
  readonly tenants: string[];
  ask(name: string, parameters?: object): unknown;
  permit(claim: string): Permit;
  dispose(): void;
}
export interface Permit {
  readonly handle: number;
  allows(operation: string, tenant?: string | null): boolean;
  allowsIndexes(operation: number, tenant?: number): boolean;
  dispose(): void;
}

export let Policy: new (document: object) => Policy;

/** Ids for the operations of published documents: the one call that is about no policy. */
export function mapCatalog(request: object): unknown {
  const { ok, error } = JSON.parse(glue.call(JSON.stringify({ 'catalog.map': request })));
  if (error) throw Object.assign(new Error(error.message), { code: error.code });
  return ok;
}

export async function load(): Promise<void> {
  const bytes = await (await fetch(wasm)).arrayBuffer();
  glue.initSync({ module: await WebAssembly.compile(bytes) });
  ({ Policy } = facade(glue));
}
