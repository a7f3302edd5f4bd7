import type { Block } from "../../graph/block.ts";

/** Number of steps from the smallest to the largest value of a sum of blocks. */
export function spanOf(blocks: readonly Block[]): number {
  return blocks.reduce((sum, { min, max }) => sum + max - min, 0);
}

/** The variance of a sum of blocks that share no sources. */
export function noiseOf(blocks: readonly Block[]): number {
  return blocks.reduce((sum, { noise }) => sum + noise, 0);
}

/** The blocks among some whose sum comes closest to a span without exceeding it, nor a noise. Of equals, the first. */
export function fill(blocks: readonly Block[], span: number, noise: number): Block[] {
  const found: (Block[] | undefined)[] = [[]];
  for (const block of blocks) {
    const own = spanOf([block]);
    for (let rest = span - own; rest >= 0; rest--) {
      const group = found[rest];
      if (group !== undefined && noiseOf(group) + block.noise <= noise)
        found[rest + own] ??= [...group, block];
    }
    if (found[span] !== undefined) break;
  }
  return found.findLast((group) => group !== undefined) ?? [];
}

/** The blocks that are not among some others, each of which stands for one of them. */
export function without(blocks: readonly Block[], others: readonly Block[]): Block[] {
  const left = [...blocks];
  for (const block of others) left.splice(left.indexOf(block), 1);
  return left;
}
