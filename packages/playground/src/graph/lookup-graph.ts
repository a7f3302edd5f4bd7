import type { PlannedBootstrap } from "tacet";

/** How far a bootstrap is: it waits for others, could be computed now, has been, or never will be. */
export type State = "waiting" | "ready" | "done" | "cancelled";

export const states: readonly State[] = ["waiting", "ready", "done", "cancelled"];

/** A bootstrap in the picture. */
export interface GraphNode {
  /** Number of bootstraps in the longest chain before it. */
  readonly depth: number;
  readonly parents: readonly GraphNode[];
  readonly state: State;
}

interface MutableNode extends GraphNode {
  depth: number;
  parents: MutableNode[];
  children: MutableNode[];
  state: State;
  /** Number of parents that are not done. */
  pending: number;
}

/** The bootstraps of a computation and what they wait for, as an engine's observer hears of them. */
export class LookupGraph {
  readonly #nodes = new Map<number, MutableNode>();
  readonly #columns: GraphNode[][] = [];
  readonly #counts: Record<State, number> = { waiting: 0, ready: 0, done: 0, cancelled: 0 };

  /** The bootstraps by depth. */
  get columns(): readonly (readonly GraphNode[])[] {
    return this.#columns;
  }

  /** Number of bootstraps in each state. */
  get counts(): Readonly<Record<State, number>> {
    return this.#counts;
  }

  get size(): number {
    return this.#nodes.size;
  }

  /** Adds bootstraps, in any order. Those of earlier plans that they come after must be known, or finished. */
  add(planned: readonly PlannedBootstrap[]): void {
    const added = planned.map(({ id }) => this.#node(id));
    for (const [i, { after }] of planned.entries()) {
      const node = added[i]!;
      for (const id of after) {
        const parent = this.#nodes.get(id);
        if (parent === undefined) continue;
        node.parents.push(parent);
        parent.children.push(node);
      }
      node.pending = node.parents.filter(({ state }) => state !== "done").length;
      if (node.pending === 0) this.#become(node, "ready");
    }
    for (const node of inOrder(added)) {
      node.depth = node.parents.reduce((deepest, parent) => Math.max(deepest, parent.depth + 1), 0);
      (this.#columns[node.depth] ??= []).push(node);
    }
  }

  finish(ids: readonly number[]): void {
    for (const id of ids) {
      const node = this.#nodes.get(id);
      if (node === undefined || node.state === "done") continue;
      this.#become(node, "done");
      for (const child of node.children) {
        if (--child.pending === 0 && child.state === "waiting") this.#become(child, "ready");
      }
    }
  }

  cancel(ids: readonly number[]): void {
    for (const id of ids) {
      const node = this.#nodes.get(id);
      if (node !== undefined && node.state !== "done") this.#become(node, "cancelled");
    }
  }

  #node(id: number): MutableNode {
    const node: MutableNode = { depth: 0, parents: [], children: [], state: "waiting", pending: 0 };
    this.#nodes.set(id, node);
    this.#counts.waiting++;
    return node;
  }

  #become(node: MutableNode, state: State): void {
    this.#counts[node.state]--;
    this.#counts[state]++;
    node.state = state;
  }
}

/** Some nodes, each after those of its parents that are among them. */
function inOrder(nodes: readonly MutableNode[]): MutableNode[] {
  const among = new Set(nodes);
  const missing = new Map(
    nodes.map((node) => [node, node.parents.filter((parent) => among.has(parent)).length]),
  );
  const order = nodes.filter((node) => missing.get(node) === 0);
  for (const node of order) {
    for (const child of node.children) {
      const left = missing.get(child);
      if (left === undefined) continue;
      missing.set(child, left - 1);
      if (left === 1) order.push(child);
    }
  }
  return order;
}
