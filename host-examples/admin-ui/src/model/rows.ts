/** Which nodes of an outline are shown: those that match, and those above them, where not collapsed. */
import { isBranch, type Outline } from './outline.js';

export type Filter = 'all' | 'allowed' | 'denied' | 'changed';

export interface Rows {
  /** The nodes, from top to bottom. */
  readonly nodes: Int32Array;
  /** A row's place among the rows with the same parent, from 1. */
  readonly place: Int32Array;
  /** How many rows have the same parent. */
  readonly siblings: Int32Array;
  /** How many operations match. */
  readonly matches: number;
}

/** Whether an operation of the outline is searched for and let through the filter. */
export type Matches = (node: number, operation: number) => boolean;

export function rows(outline: Outline, matches: Matches | null, collapsed: (node: number) => boolean): Rows {
  const { parent, end, operation } = outline;
  const size = parent.length;
  const shown = matches && new Uint8Array(size);
  let found = 0;
  for (let node = 0; node < size; node++) {
    if (operation[node]! < 0 || (matches && !matches(node, operation[node]!))) continue;
    found++;
    for (let above = node; shown && above >= 0 && !shown[above]; above = parent[above]!) shown[above] = 1;
  }
  const nodes: number[] = [];
  const count = new Int32Array(size + 1);
  const place = new Int32Array(size);
  for (let node = 0; node < size; ) {
    const hidden = shown && !shown[node];
    if (!hidden) {
      nodes.push(node);
      place[node] = ++count[parent[node]! + 1]!;
    }
    node = hidden || (isBranch(outline, node) && collapsed(node)) ? end[node]! : node + 1;
  }
  return {
    nodes: Int32Array.from(nodes),
    place: Int32Array.from(nodes, (node) => place[node]!),
    siblings: Int32Array.from(nodes, (node) => count[parent[node]! + 1]!),
    matches: found,
  };
}
