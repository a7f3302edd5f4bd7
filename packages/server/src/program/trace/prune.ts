import { type GraphNode, type GraphOutput, renumbered, valuesIn } from "../graph.ts";

/** A node, and how many values it gives. */
export interface CountedNode {
  readonly node: GraphNode;
  readonly results: number;
}

/** The nodes that outputs depend on, with new numbers for what they give, and the outputs with the same. */
export function pruned(
  inputs: number,
  nodes: readonly CountedNode[],
  outputs: readonly GraphOutput[],
): { nodes: GraphNode[]; outputs: GraphOutput[] } {
  let end = inputs;
  const starts = nodes.map(({ results }) => (end += results) - results);
  const wanted = new Uint8Array(end);
  const want = (value: number): void => {
    wanted[value] = 1;
  };
  for (const { of } of outputs) for (const value of valuesIn(of)) want(value);
  const kept = new Uint8Array(nodes.length);
  for (let i = nodes.length - 1; i >= 0; i--) {
    const { node, results } = nodes[i];
    if (!wanted.subarray(starts[i], starts[i] + results).includes(1)) continue;
    kept[i] = 1;
    for (const argument of node.of) for (const value of valuesIn(argument)) want(value);
  }
  const numbers = new Map<number, number>();
  let next = inputs;
  for (const [i, { results }] of nodes.entries()) {
    if (kept[i] === 0) continue;
    for (let k = 0; k < results; k++) numbers.set(starts[i] + k, next++);
  }
  const numberOf = (value: number): number => numbers.get(value) ?? value;
  return {
    nodes: nodes.flatMap(({ node }, i) =>
      kept[i] === 0 ? [] : [{ op: node.op, of: node.of.map((argument) => renumbered(argument, numberOf)) }],
    ),
    outputs: outputs.map((output) => ({
      ...output,
      of: renumbered(output.of, numberOf) as GraphOutput["of"],
    })),
  };
}
