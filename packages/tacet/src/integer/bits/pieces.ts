import type { Block } from "../../graph/block.ts";
import type { Builder } from "../../graph/builder.ts";
import { combine } from "../radix.ts";

/** `table(flag, digit)`, the flag's multiple coming from a lookup so that it has no more noise than the flag. */
export function whenFlagged(
  builder: Builder,
  flag: Block,
  digit: Block,
  table: (flag: number, digit: number) => number,
): Block {
  const weight = digit.max + 1;
  const both = combine(builder, [
    [1, builder.lookup(flag, (value) => weight * value)],
    [1, digit],
  ]);
  return builder.lookup(both, (value) => table(Math.floor(value / weight), value % weight));
}

/** The digit that some parts without common bits make up. */
export function sumOf(builder: Builder, parts: readonly Block[]): Block {
  const sum = parts.reduce((largest, part) => largest + part.max, 0);
  return combine(
    builder,
    parts.map((part) => [1, part]),
    0,
    { max: Math.min(sum, builder.parameters.messageModulus - 1) },
  );
}
