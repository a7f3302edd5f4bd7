import type { Block } from "../../graph/block.ts";
import type { Builder } from "../../graph/builder.ts";
import { combine } from "../radix.ts";

/** Number of flags that a block can count. */
export function countable(builder: Builder): number {
  return Math.min(builder.capacity - 1, builder.maxNoise);
}

/** How many of some flags are set. There are to be no more than `countable`. */
export function count(builder: Builder, flags: readonly Block[]): Block {
  return combine(
    builder,
    flags.map((flag) => [1, flag]),
  );
}

/** Whether any of some flags is set. One rotation for as many as a block can count. */
export function any(builder: Builder, flags: readonly Block[]): Block {
  const rest = gather(builder, flags, (value) => value > 0);
  return builder.lookup(count(builder, rest), (value) => Number(value > 0));
}

/**
 * `marked` where all of some flags are set, else 0. One rotation for as many flags as a block can count; those that
 * come first are counted first, so that other calls that start with the same ones share that.
 */
export function all(builder: Builder, flags: readonly Block[], marked = 1): Block {
  const rest = gather(builder, flags, (value, of) => value === of);
  return builder.lookup(count(builder, rest), (value) => (value === rest.length ? marked : 0));
}

/** The same flags, each once, with as many of them replaced by what `verdict` says of them as a block cannot count. */
function gather(
  builder: Builder,
  flags: readonly Block[],
  verdict: (value: number, of: number) => boolean,
): Block[] {
  const most = countable(builder);
  let rest = [...new Set(flags)];
  while (rest.length > most) {
    const some = builder.lookup(count(builder, rest.slice(0, most)), (value) => Number(verdict(value, most)));
    rest = [...new Set([...rest.slice(most), some])];
  }
  return rest;
}
