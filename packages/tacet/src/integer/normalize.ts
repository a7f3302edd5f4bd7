import type { Block } from "../graph/block.ts";
import type { Builder } from "../graph/builder.ts";
import { sumColumns } from "./arithmetic/sum.ts";
import { type Radix, toDigits } from "./radix.ts";

/**
 * An integer whose blocks may hold carries or much noise, as TFHE-rs's unchecked operations leave them, as digits
 * that every operation accepts. It costs nothing where they are digits already.
 */
export function normalize(builder: Builder, blocks: readonly Block[]): Radix {
  const clean = blocks.every(({ max }) => max < builder.parameters.messageModulus);
  return clean
    ? toDigits(builder, blocks)
    : sumColumns(
        builder,
        blocks.map((block) => [block]),
      );
}

/**
 * The same digits with no more noise than a bootstrap leaves, as TFHE-rs wants values. It costs nothing where they
 * have no more already, one rotation a digit elsewhere.
 */
export function freshen(builder: Builder, digits: Radix): Radix {
  return digits.map((digit) => builder.refresh(digit));
}
