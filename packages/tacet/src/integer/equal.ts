import type { Block } from "../graph/block.ts";
import type { Builder } from "../graph/builder.ts";
import { booleanNot } from "./bitwise.ts";
import { type Difference, differences } from "./difference.ts";
import { combine, type Radix } from "./radix.ts";

/**
 * Whether a = b, as a Boolean block.
 *
 * Digits are compared in chunks, each digit together with the flag of those before it in its chunk;
 * there are as many chunks as one block can count.
 */
export function eq(builder: Builder, a: Radix, b: Radix): Block {
  const parts = differences(builder, a, b);
  const most = Math.min(builder.capacity - 1, builder.maxNoise);
  const roomForFlag = parts.every(({ block }) => 2 * (block.max + 1) <= builder.capacity);
  const chunk = roomForFlag ? Math.ceil(parts.length / most) : 1;

  const found = new Set<Block>();
  for (let start = 0; start < parts.length; start += chunk) {
    found.add(anyNonZero(builder, parts.slice(start, start + chunk)));
  }
  let flags = [...found];
  while (flags.length > most) {
    const some = builder.lookup(count(builder, flags.slice(0, most)), (value) => Number(value > 0));
    flags = [...flags.slice(most), some];
  }
  return builder.lookup(count(builder, flags), (value) => Number(value === 0));
}

/** Whether a ≠ b, as a Boolean block. */
export function ne(builder: Builder, a: Radix, b: Radix): Block {
  return booleanNot(builder, eq(builder, a, b));
}

/** Whether any of some differences is not 0. The flag on its way stands above the range of the difference it meets. */
function anyNonZero(builder: Builder, parts: readonly Difference[]): Block {
  let flag: Block = builder.constant(0);
  for (const [index, { block, zero }] of parts.entries()) {
    const input = combine(builder, [
      [1, block],
      [1, flag],
    ]);
    const following = parts[index + 1];
    const raised = following === undefined ? 1 : following.block.max + 1;
    flag = builder.lookup(input, (value) => (value === zero && value <= block.max ? 0 : raised));
  }
  return flag;
}

function count(builder: Builder, flags: readonly Block[]): Block {
  return combine(
    builder,
    flags.map((flag) => [1, flag]),
  );
}
