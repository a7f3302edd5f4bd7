import type { GraphNode } from "./lookup-graph.ts";

/** Where a node is: both from 0 to 1. */
export interface Place {
  readonly x: number;
  readonly y: number;
}

/** Places for all nodes, on a grid. */
export interface Layout {
  readonly places: ReadonlyMap<GraphNode, Place>;
  readonly columns: number;
  readonly rows: number;
}

/**
 * A layered drawing: depth goes to the right, and within a depth nodes are ordered by the mean height of those that they
 * wait for (the barycentre heuristic of Sugiyama, Tagawa and Toda, 1981), which keeps edges short. A depth with many
 * nodes takes several columns, as many as leave nodes the most room.
 *
 * @param depths the nodes by depth.
 * @param aspect the drawing's width divided by its height.
 */
export function layOut(depths: readonly (readonly GraphNode[])[], aspect: number): Layout {
  const rows = bestRows(depths, aspect);
  const columns = columnsFor(depths, rows);
  const places = new Map<GraphNode, Place>();
  let left = 0;
  for (const nodes of depths) {
    const ordered = nodes.map((node, i) => ({ node, height: meanHeight(node, places) ?? i / nodes.length }));
    ordered.sort((a, b) => a.height - b.height);
    const width = Math.ceil(nodes.length / rows);
    for (const [i, { node }] of ordered.entries()) {
      // Row by row, so that the order from top to bottom holds across the columns; the last row is centred.
      const row = Math.floor(i / width);
      const inRow = Math.min(width, nodes.length - row * width);
      places.set(node, {
        x: (left + (i % width) + (width - inRow) / 2 + 0.5) / columns,
        y: 0.5 + (row - (Math.ceil(nodes.length / width) - 1) / 2) / rows,
      });
    }
    left += width;
  }
  return { places, columns, rows };
}

/** The number of rows with which the cells of the grid hold the largest discs. */
function bestRows(depths: readonly (readonly GraphNode[])[], aspect: number): number {
  const most = depths.reduce((most, { length }) => Math.max(most, length), 1);
  let best = { rows: 1, room: 0 };
  for (let rows = 1; rows <= most; rows++) {
    const room = Math.min(aspect / columnsFor(depths, rows), 1 / rows);
    if (room >= best.room) best = { rows, room };
  }
  return best.rows;
}

function columnsFor(depths: readonly (readonly GraphNode[])[], rows: number): number {
  return depths.reduce((sum, { length }) => sum + Math.ceil(length / rows), 0);
}

function meanHeight({ parents }: GraphNode, places: ReadonlyMap<GraphNode, Place>): number | undefined {
  if (parents.length === 0) return undefined;
  return parents.reduce((sum, parent) => sum + (places.get(parent)?.y ?? 0.5), 0) / parents.length;
}
