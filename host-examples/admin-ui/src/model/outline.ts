/**
 * The tree of a catalog's operations, as arrays in depth-first order: what is below node `n` are the
 * nodes from `n + 1` to before `end[n]`. A tree of 100,000 operations is walked and counted without
 * an object per node.
 */
export interface Outline {
  /** The whole id of each node. */
  readonly ids: readonly string[];
  /** The last segment of each id. */
  readonly labels: readonly string[];
  /** How deep the node is; the root is 0. */
  readonly depth: Uint8Array;
  /** The node above, and -1 above the root. */
  readonly parent: Int32Array;
  /** The node after everything below. */
  readonly end: Int32Array;
  /** The operation's index in the catalog, and -1 where the node is a branch only. */
  readonly operation: Int32Array;
  /** How many operations the nodes before this one are: differences count a subtree's. */
  readonly before: Int32Array;
  /** The node of an id. */
  readonly find: ReadonlyMap<string, number>;
}

interface Draft {
  id: string;
  operation: number;
  children: Draft[];
}

/** The outline of operation ids, which all begin with one root. */
export function outline(operations: readonly string[]): Outline {
  const drafts = new Map<string, Draft>();
  const roots: Draft[] = [];
  const draft = (id: string): Draft => {
    const known = drafts.get(id);
    if (known) return known;
    const made: Draft = { id, operation: -1, children: [] };
    drafts.set(id, made);
    const dot = id.lastIndexOf('.');
    (dot < 0 ? roots : draft(id.slice(0, dot)).children).push(made);
    return made;
  };
  operations.forEach((id, operation) => {
    draft(id).operation = operation;
  });
  return flatten(roots, drafts.size);
}

function flatten(roots: Draft[], size: number): Outline {
  const ids: string[] = [];
  const labels: string[] = [];
  const depth = new Uint8Array(size);
  const parent = new Int32Array(size);
  const end = new Int32Array(size);
  const operation = new Int32Array(size);
  const before = new Int32Array(size + 1);
  const find = new Map<string, number>();
  const add = (node: Draft, level: number, above: number): void => {
    const at = ids.length;
    ids.push(node.id);
    labels.push(node.id.slice(node.id.lastIndexOf('.') + 1));
    depth[at] = level;
    parent[at] = above;
    operation[at] = node.operation;
    before[at + 1] = before[at]! + Number(node.operation >= 0);
    find.set(node.id, at);
    for (const child of node.children) add(child, level + 1, at);
    end[at] = ids.length;
  };
  for (const root of roots) add(root, 0, -1);
  return { ids, labels, depth, parent, end, operation, before, find };
}

/** Whether a node has others below it. */
export function isBranch({ end }: Outline, node: number): boolean {
  return end[node]! > node + 1;
}

/** The nodes one step below. */
export function childrenOf({ end }: Outline, node: number): number[] {
  const children: number[] = [];
  for (let child = node + 1; child < end[node]!; child = end[child]!) children.push(child);
  return children;
}

/** How many operations a node and everything below it are. */
export function operationsIn({ before, end }: Outline, node: number): number {
  return before[end[node]!]! - before[node]!;
}

/** For each node, how many marked operations the nodes before it are. */
export function marksBefore({ operation }: Outline, marks: Uint8Array): Int32Array {
  const sums = new Int32Array(operation.length + 1);
  for (let node = 0; node < operation.length; node++) {
    const index = operation[node]!;
    sums[node + 1] = sums[node]! + (index >= 0 ? marks[index]! : 0);
  }
  return sums;
}

/** How many marked operations a node and everything below it are. */
export function marksIn({ end }: Outline, sums: Int32Array, node: number): number {
  return sums[end[node]!]! - sums[node]!;
}
