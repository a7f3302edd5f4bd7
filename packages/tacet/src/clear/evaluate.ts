import { type Block, isPending, type LookupBlock, type PendingLookup } from "../graph/block.ts";
import { interpret, type SourceValues } from "../graph/interpret.ts";
import { inOrder } from "../graph/order.ts";
import type { ParameterSet } from "../parameters/parameter-set.ts";

/** Number of lookups that are evaluated in one go. */
const PIECE = 1024;

/** What keeps the values of lookups. */
export interface Keeper {
  readonly values: SourceValues;
  /** Takes the value of a lookup, which then needs its input no longer. */
  keep(lookup: LookupBlock, value: number): void;
}

/**
 * Evaluates all that some blocks need on plain values, in small pieces of work, after each of which it gives the fraction
 * that is done. Others may do so meanwhile, with the same keeper.
 *
 * @throws GraphError where a value leaves the range of its block, or a block is too noisy: see `interpreter`.
 */
export function* evaluateSteps(
  blocks: readonly Block[],
  { values, keep }: Keeper,
  parameters: ParameterSet,
): Generator<number, number[]> {
  const lookups = inOrder(blocks).filter(isPending);
  for (let first = 0; first < lookups.length; first += PIECE) {
    if (first > 0) yield first / lookups.length;
    const some: readonly PendingLookup[] = lookups.slice(first, first + PIECE).filter(isPending);
    const found = interpret(some, values, parameters);
    for (const [i, lookup] of some.entries()) keep(lookup, found[i]);
  }
  return interpret(blocks, values, parameters);
}
