import { type Block, isPending } from "./block.ts";
import { BlockMap } from "./block-map.ts";
import { finish, PIECE, type Steps } from "./steps.ts";

/**
 * The requested blocks and all that is needed to compute them, each block after those that it needs:
 * nothing else is ever computed. The walk uses no recursion, so that chains may be of any length.
 *
 * What it preserves: whatever the requested blocks are made of and is not there yet comes once, and before its readers.
 *
 * @param isLeaf blocks that exist already: neither they nor their needs count.
 */
export function* orderSteps(
  requested: readonly Block[],
  isLeaf: (block: Block) => boolean = () => false,
): Steps<Block[]> {
  const order: Block[] = [];
  /** Blocks that have been entered, and whether they have been left. */
  const seen = new BlockMap<boolean>();
  const stack = [...requested].reverse();
  const enter = (block: Block): void => {
    if (!seen.has(block)) stack.push(block);
  };
  for (let block = stack.at(-1); block !== undefined; block = stack.at(-1)) {
    const left = seen.get(block);
    if (left === undefined) {
      const leaf = isLeaf(block);
      seen.set(block, leaf);
      if (leaf) stack.pop();
      else if (block.kind === "linear") for (const { source } of block.terms) enter(source);
      else if (isPending(block)) enter(block.input);
    } else {
      stack.pop();
      if (left) continue;
      seen.set(block, true);
      order.push(block);
      if (order.length % PIECE === 0) yield 0;
    }
  }
  return order;
}

/** The same at once. */
export function inOrder(requested: readonly Block[]): Block[] {
  return finish(orderSteps(requested));
}
