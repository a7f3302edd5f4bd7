import { type Block, isConstant } from "../graph/block.ts";
import type { Bounds, Builder, Summand } from "../graph/builder.ts";

/**
 * An unsigned integer as digits, least significant first. A digit is a block that holds
 * `messageBits` bits and an empty carry: its largest value is at most `messageModulus - 1`. Its noise
 * is at most `digitNoise`, so that any operation can start from any result.
 *
 * A clear integer is a radix of constants; folding makes operations with it cheaper by itself.
 */
export type Radix = readonly Block[];

/**
 * The noise that a digit may have between operations, in units of a fresh bootstrap's variance: what
 * the most demanding first steps accept, 2(a - b) + r of comparisons and M·a + b of products, M being
 * the message modulus.
 */
export function digitNoise(builder: Builder): number {
  const { messageModulus } = builder.parameters;
  return Math.min(Math.floor((builder.maxNoise - 1) / 8), builder.maxNoise - messageModulus ** 2);
}

/** The same digits, bootstrapped where their noise is more than a digit may have. */
export function toDigits(builder: Builder, blocks: readonly Block[]): Radix {
  const noise = digitNoise(builder);
  return blocks.map((block) => builder.refresh(block, noise));
}

/**
 * Σ coefficient·block + constant like `builder.linear`, but where that is too noisy, blocks are
 * bootstrapped first, those that bring the most noise before others. Digits that share sources
 * (x and its complement) can add up to more noise than independent ones; where fresh blocks do,
 * sums of some of them are bootstrapped as well.
 *
 * @throws GraphError if it is too noisy for independent fresh blocks, or leaves the capacity.
 */
export function combine(
  builder: Builder,
  summands: readonly Summand[],
  constant = 0,
  bounds: Bounds = {},
): Block {
  const atOnce = builder.linearIfQuiet(summands, constant, bounds);
  if (atOnce !== undefined) return atOnce;
  const current = [...summands];
  const excess = ([coefficient, block]: Summand): number => coefficient ** 2 * (block.noise - 1);
  for (;;) {
    const worst = current.reduce((a, b) => (excess(b) > excess(a) ? b : a));
    if (excess(worst) <= 0) break;
    current[current.indexOf(worst)] = [worst[0], builder.refresh(worst[1])];
    const quiet = builder.linearIfQuiet(current, constant, bounds);
    if (quiet !== undefined) return quiet;
  }

  // Partial sums count from their smallest value.
  let sum: Block = builder.constant(0);
  let lowest = constant;
  for (const summand of current) {
    const [coefficient, block] = summand;
    const smallest = coefficient * (coefficient > 0 ? block.min : block.max);
    if (builder.noiseOf([[1, sum], summand]) > builder.maxNoise) {
      sum = builder.lookup(sum, (value) => value, 0);
    }
    sum = builder.linear([[1, sum], summand], -smallest);
    lowest += smallest;
  }
  return builder.linear([[1, sum]], lowest, bounds);
}

/** Looks two blocks up together: `table(high, low)`, by one lookup on a combination that tells them apart. */
export function lookupPair(
  builder: Builder,
  high: Block,
  low: Block,
  table: (high: number, low: number) => number,
  tolerance?: number,
): Block {
  const weight = low.max + 1;
  const both = combine(builder, [
    [weight, high],
    [1, low],
  ]);
  return builder.lookup(both, (value) => table(Math.floor(value / weight), value % weight), tolerance);
}

/**
 * `lookupPair` for a table that is the same either way round. The blocks are ordered so that equal
 * pairs give equal nodes, and the less noisy one takes the larger coefficient.
 */
export function lookupUnordered(
  builder: Builder,
  a: Block,
  b: Block,
  table: (a: number, b: number) => number,
  tolerance?: number,
): Block {
  const ordered = a.noise < b.noise || (a.noise === b.noise && a.id <= b.id);
  return lookupPair(builder, ordered ? a : b, ordered ? b : a, table, tolerance);
}

/**
 * `lookupPair` for noisy blocks: the multiple of `high` comes from a lookup, and so brings no more noise than a fresh
 * block. Where `high` comes from a lookup itself, that is another table of its input.
 */
export function lookupRaised(
  builder: Builder,
  high: Block,
  low: Block,
  table: (high: number, low: number) => number,
): Block {
  const weight = low.max + 1;
  const both = combine(builder, [
    [1, builder.lookup(high, (value) => weight * value)],
    [1, low],
  ]);
  return builder.lookup(both, (value) => table(Math.floor(value / weight), value % weight));
}

/** Whether every digit is a constant. */
export function isClear(radix: Radix): boolean {
  return radix.every(isConstant);
}
