/**
 * What the page is about, and everything that may be done to it. Views read `state`, call actions
 * and hear of changes; nothing else changes a claim.
 */
import type { CatalogOperation } from 'portcullis';
import { Engine, type Setup } from '../engine/engine.js';
import { Comparison } from './comparison.js';
import { Evaluation } from './evaluation.js';
import type { Linked } from './link.js';
import { outline, type Outline } from './outline.js';
import { effectsOf, withRule, withTenantRule, type Effect } from './rules.js';
import type { Envelope } from './size.js';
import { CLAIM_NAME, claimOf } from './token.js';

export interface State {
  /** The claim as it stands in the editor. */
  readonly claim: string;
  /** The claim that it is compared with, if any. */
  readonly baseline: string | null;
  /** The last claim that could be read, and whether it is the one in the editor. */
  readonly shown: Evaluation;
  readonly current: boolean;
  /** What is wrong in the editor. */
  readonly problem: Evaluation['error'];
  readonly old: Evaluation | null;
  readonly comparison: Comparison | null;
  /** The effects that the claim's text has for each target. */
  readonly effects: ReadonlyMap<string, string>;
  /** The tenant whose permissions are shown; null for the operation rules alone. */
  readonly tenant: string | null;
  /** The selected node of the outline. */
  readonly selected: number;
  readonly catalog: Catalog;
  readonly envelope: Envelope | null;
  /** The member of a token that holds the claim. */
  readonly claimName: string;
  /** What happened last, for people. */
  readonly notice: Notice | null;
  readonly undoable: boolean;
}

export interface Catalog {
  readonly name: string;
  readonly outline: Outline;
  readonly setup: Setup;
  /** What the catalog says of an operation, by its index. */
  about(operation: number): CatalogOperation | undefined;
}

export interface Notice {
  readonly kind: 'done' | 'wrong';
  readonly text: string;
}

/** Above this, typing waits for a pause before the tree follows. */
const MANY_OPERATIONS = 5_000;
const PAUSE_MS = 150;
const KEPT_UNDO = 200;

export class Session extends EventTarget {
  #engine: Engine;
  #state: State;
  #undo: string[] = [];
  #pending: ReturnType<typeof setTimeout> | undefined;

  constructor(setup: Setup, name: string, linked: Linked) {
    super();
    this.#engine = new Engine(setup);
    const catalog = catalogOf(this.#engine, name);
    const read = this.#read(catalog.outline, linked.claim, null);
    this.#state = {
      ...read, claim: linked.claim, baseline: null, old: null, comparison: null, tenant: setup.tenants[0] ?? null, selected: 0, catalog, envelope: null,
      claimName: CLAIM_NAME, notice: null, undoable: false,
    };
    if (linked.baseline !== null) this.compareWith(linked.baseline);
  }

  get state(): State {
    return this.#state;
  }

  get engine(): Engine {
    return this.#engine;
  }

  /** Whether the tree is about to follow what was typed. */
  get waiting(): boolean {
    return this.#pending !== undefined;
  }

  /** The claim as typed. */
  type(claim: string): void {
    this.#remember(claim);
    this.#wait();
    if (this.#engine.operations.length < MANY_OPERATIONS) return this.#evaluate(claim);
    this.#pending = setTimeout(() => this.#evaluate(claim), PAUSE_MS);
    this.#update({ claim });
  }

  /** The claim as an action leaves it. */
  replace(claim: string, said: string): void {
    this.#remember(claim);
    this.#evaluate(claim, { kind: 'done', text: said });
  }

  /** The claim of a token. The token itself is forgotten. */
  paste(token: string): void {
    try {
      const { claim, envelope } = claimOf(token, this.#state.claimName);
      this.#remember(claim);
      this.#evaluate(claim, { kind: 'done', text: 'Claim taken from the token. The token was not kept, its signature not checked.' });
      this.#update({ envelope });
    } catch (error) {
      this.say('wrong', (error as Error).message);
    }
  }

  /** The claim of a token, to compare with. */
  pasteBaseline(token: string): void {
    try {
      this.compareWith(claimOf(token, this.#state.claimName).claim);
    } catch (error) {
      this.say('wrong', (error as Error).message);
    }
  }

  undo(): void {
    const claim = this.#undo.pop();
    if (claim !== undefined) this.#evaluate(claim, { kind: 'done', text: 'Undone.' });
  }

  /** Writes a rule for a target into the claim, or takes it out. */
  setRule(target: string, effect: Effect | null): void {
    if (!this.#state.current) return this.say('wrong', 'The claim has a mistake; mend it first.');
    const said = effect === null ? `${target} has no rule of its own now.` : `Rule ${effect}:${target} is in the claim.`;
    this.replace(withRule(this.#state.claim, target, effect), said);
  }

  setTenantRule(rule: string | null): void {
    this.replace(withTenantRule(this.#state.claim, rule), rule === null ? 'The claim has no tenant rule now.' : `The tenant rule is ${rule}.`);
  }

  /** Grants or revokes one tenant, by the smallest edit. */
  setTenant(tenant: string, allow: boolean): void {
    const { claim } = this.#state;
    const said = `${tenant} is ${allow ? 'granted' : 'revoked'}.`;
    if (claim === '') return this.replace(this.#engine.buildForTenant(tenant), said);
    this.replace(this.#engine.editTenant(claim, allow, tenant).result, said);
  }

  /** Under which name tokens hold the claim; empty: as the Workflow API has it. */
  nameClaim(name: string): void {
    this.#update({ claimName: name.trim() || CLAIM_NAME });
  }

  view(tenant: string | null): void {
    this.#update({ tenant });
  }

  select(node: number): void {
    this.#update({ selected: node });
  }

  compareWith(baseline: string | null): void {
    this.#update({ baseline, ...this.#compare(baseline, this.#state.shown) });
  }

  /** Other operations, or other tenants. @throws {PortcullisError} and changes nothing */
  load(setup: Setup, name: string): void {
    const engine = new Engine(setup);
    const catalog = catalogOf(engine, name);
    this.#engine.dispose();
    this.#engine = engine;
    const selected = this.#state.catalog.outline.ids[this.#state.selected];
    const tenant = setup.tenants.includes(this.#state.tenant ?? '') ? this.#state.tenant : (setup.tenants[0] ?? null);
    this.#state = { ...this.#state, catalog, tenant, selected: catalog.outline.find.get(selected ?? '') ?? 0 };
    const read = this.#read(catalog.outline, this.#state.claim, null);
    this.#update({ ...read, ...this.#compare(this.#state.baseline, read.shown) });
  }

  say(kind: Notice['kind'], text: string): void {
    this.#update({ notice: { kind, text } });
  }

  #evaluate(claim: string, notice: Notice | null = null): void {
    this.#wait();
    const envelope = claim === '' ? null : this.#state.envelope;
    try {
      const read = this.#read(this.#state.catalog.outline, claim, this.#state.shown);
      this.#update({ claim, notice, envelope, ...read, ...this.#compare(this.#state.baseline, read.shown) });
    } catch (error) {
      // Whatever kept the module from answering, what is shown is not about this claim.
      this.#update({ claim, envelope, current: false, notice: { kind: 'wrong', text: `No answer: ${(error as Error).message}` } });
    }
  }

  /** While a claim is being typed, what is shown stays with what could be read last. */
  #read(outline: Outline, claim: string, last: Evaluation | null): Pick<State, 'shown' | 'current' | 'problem' | 'effects'> {
    const evaluation = new Evaluation(this.#engine, outline, claim);
    // No claim is no mistake.
    const current = evaluation.error === null || claim === '';
    const shown = current ? evaluation : (last ?? new Evaluation(this.#engine, outline, ''));
    return { shown, current, problem: claim === '' ? null : evaluation.error, effects: effectsOf(shown.claim) };
  }

  #compare(baseline: string | null, current: Evaluation): Pick<State, 'old' | 'comparison'> {
    if (baseline === null) return { old: null, comparison: null };
    const { outline } = this.#state.catalog;
    const known = this.#state.old;
    const old = known?.isOf(this.#engine, baseline) ? known : new Evaluation(this.#engine, outline, baseline);
    return { old, comparison: new Comparison(this.#engine, outline, old, current) };
  }

  #wait(): void {
    clearTimeout(this.#pending);
    this.#pending = undefined;
  }

  #remember(next: string): void {
    const { claim } = this.#state;
    if (claim === next) return;
    this.#undo.push(claim);
    if (this.#undo.length > KEPT_UNDO) this.#undo.shift();
  }

  #update(patch: Partial<State>): void {
    this.#state = { ...this.#state, ...patch, undoable: this.#undo.length > 0 };
    this.dispatchEvent(new Event('change'));
  }
}

function catalogOf(engine: Engine, name: string): Catalog {
  let about: Map<string, CatalogOperation> | undefined;
  return {
    name,
    outline: outline(engine.operations),
    setup: engine.setup,
    about(operation) {
      about ??= new Map(engine.catalog().operations.map((entry) => [entry.id, entry]));
      return about.get(engine.operations[operation] ?? '');
    },
  };
}
