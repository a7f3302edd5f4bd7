import { type Block, needsOf } from "./block.ts";

/**
 * The requested blocks and all that is needed to compute them, each block after those that it needs:
 * nothing else is ever computed. The walk uses no recursion, so that chains may be of any length.
 *
 * @param isLeaf blocks whose needs do not count.
 */
export function inOrder(
  requested: readonly Block[],
  isLeaf: (block: Block) => boolean = () => false,
): Block[] {
  const order: Block[] = [];
  const entered = new Set<Block>();
  const left = new Set<Block>();
  const stack = [...requested].reverse();
  while (stack.length > 0) {
    const block = stack.at(-1)!;
    if (!entered.has(block)) {
      entered.add(block);
      if (isLeaf(block)) continue;
      for (const need of needsOf(block)) if (!entered.has(need)) stack.push(need);
    } else {
      stack.pop();
      if (!left.has(block)) {
        left.add(block);
        order.push(block);
      }
    }
  }
  return order;
}
