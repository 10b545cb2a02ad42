/** How the tree is looked at: what is searched for, what is let through, what is collapsed. */
import { isBranch, type Outline } from './outline.js';
import { rows, type Filter, type Matches, type Rows } from './rows.js';
import { LOST } from './comparison.js';
import type { Catalog, State } from './session.js';

/** Trees with more operations begin collapsed below the root. */
const SHOWN_WHOLE = 400;

export class Browse {
  query = '';
  filter: Filter = 'all';
  /** Ids of collapsed nodes, or of expanded ones where nodes begin collapsed. */
  #turned = new Set<string>();
  #begin: 'expanded' | 'collapsed' = 'expanded';
  #outline: Outline | null = null;
  #texts: string[] | null = null;

  /** The rows for a state of the session. */
  rows(state: State): Rows {
    const { outline } = state.catalog;
    if (this.#outline !== outline) {
      this.#outline = outline;
      this.#texts = null;
      this.#begin = outline.operation.length > SHOWN_WHOLE ? 'collapsed' : 'expanded';
      this.#turned.clear();
    }
    return rows(outline, this.#matches(state), (node) => this.collapsed(node));
  }

  /** Whether something narrows the tree down. */
  get narrowed(): boolean {
    return this.query !== '' || this.filter !== 'all';
  }

  collapsed(node: number): boolean {
    const turned = this.#turned.has(this.#outline!.ids[node]!);
    // What is searched for is shown, wherever it is.
    if (this.narrowed || node === 0) return turned && this.#begin === 'expanded';
    return turned === (this.#begin === 'expanded');
  }

  toggle(node: number, collapse = !this.collapsed(node)): void {
    if (!isBranch(this.#outline!, node) || collapse === this.collapsed(node)) return;
    const id = this.#outline!.ids[node]!;
    if (!this.#turned.delete(id)) this.#turned.add(id);
  }

  all(begin: 'expanded' | 'collapsed'): void {
    this.#begin = begin;
    this.#turned.clear();
  }

  /** Expands everything above a node. */
  reveal(node: number): void {
    for (let above = this.#outline!.parent[node]!; above >= 0; above = this.#outline!.parent[above]!) {
      this.toggle(above, false);
    }
  }

  #matches(state: State): Matches | null {
    if (!this.narrowed) return null;
    const words = this.query.toLowerCase().split(/\s+/).filter((word) => word !== '');
    const texts = words.length > 0 ? (this.#texts ??= searchable(state.catalog)) : [];
    const passes = this.#passes(state);
    return (_, operation) => passes(operation) && words.every((word) => texts[operation]!.includes(word));
  }

  #passes({ shown, comparison, tenant }: State): (operation: number) => boolean {
    const { allowed } = shown.view(tenant);
    const marks = comparison?.for(tenant).marks;
    switch (this.filter) {
      case 'allowed': return (operation) => allowed[operation] === 1;
      case 'denied': return (operation) => allowed[operation] === 0;
      case 'changed': return (operation) => marks !== undefined && marks[operation]! > 0;
      case 'all': return () => true;
    }
  }
}

/** What an operation is found by: its id, and how it is requested. */
function searchable({ outline, about }: Catalog): string[] {
  const texts: string[] = [];
  outline.operation.forEach((operation, node) => {
    if (operation < 0) return;
    const { method = '', path = '', summary = '', original_id = '' } = about(operation) ?? {};
    texts[operation] = `${outline.ids[node]} ${method} ${path} ${summary} ${original_id}`.toLowerCase();
  });
  return texts;
}

/** What a mark of a comparison is called. */
export function changeName(mark: number): string {
  return mark === LOST ? 'lost' : 'gained';
}
