import { type Block, termsOf } from "../graph/block.ts";
import type { Builder } from "../graph/builder.ts";
import { plan } from "../graph/plan.ts";

/**
 * Of several ways to compute the same blocks, the one that takes the fewest rotations; of those, the first.
 *
 * @param inputs blocks that all of them start from, which do not count.
 */
export function cheapest(
  builder: Builder,
  inputs: readonly Block[],
  ways: readonly (() => readonly Block[])[],
): readonly Block[] {
  if (ways.length === 1) return ways[0]();
  const given = new Set<Block>(inputs.flatMap((block) => termsOf(block).map(({ source }) => source)));
  const isUnderWay = (block: Block): boolean => given.has(block);
  const cost = (blocks: readonly Block[]): number =>
    plan(blocks, builder.parameters, { isUnderWay }).rotations.length;
  const results = ways.map((way) => way());
  const costs = results.map(cost);
  return results[costs.indexOf(Math.min(...costs))];
}
