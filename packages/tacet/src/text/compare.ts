import type { Block } from "../graph/block.ts";
import type { Builder } from "../graph/builder.ts";
import { booleanNot } from "../integer/bits/bitwise.ts";
import { ge, gt, le, lt } from "../integer/comparison/compare.ts";
import { ne as differ } from "../integer/comparison/equal.ts";
import type { Radix } from "../integer/radix.ts";
import { toLowerCase } from "./change/case.ts";
import { extended, type Text } from "./text.ts";

/**
 * Whether two texts are the same, as a Boolean block. (TFHE-rs: `eq`.) Some two rotations a character, less than one and a
 * half where one of the texts is clear. In TFHE-rs, a clear text is never found equal to one in more than 32 characters; here it is.
 */
export function eq(builder: Builder, a: Text, b: Text): Block {
  return booleanNot(builder, ne(builder, a, b));
}

/** Whether two texts differ; see `eq`. */
export function ne(builder: Builder, a: Text, b: Text): Block {
  const [shorter, longer] = a.characters.length <= b.characters.length ? [a, b] : [b, a];
  const differInLength = shorter.characters.length < longer.characters.length;
  if (differInLength && !longer.padded) return builder.constant(1);
  return differ(builder, digitsOf(builder, longer, 0), digitsOf(builder, shorter, longer.characters.length));
}

/** `eq`, where letters are the same as those of the other case. (TFHE-rs: `eq_ignore_case`.) */
export function eqIgnoringCase(builder: Builder, a: Text, b: Text): Block {
  return eq(builder, toLowerCase(builder, a), toLowerCase(builder, b));
}

/** An order of texts as Boolean blocks: that of their first different characters, or the shorter first. (TFHE-rs: `FheOrd`.) */
export const order: Readonly<
  Record<"lt" | "le" | "gt" | "ge", (builder: Builder, a: Text, b: Text) => Block>
> = { lt: ordered(lt), le: ordered(le), gt: ordered(gt), ge: ordered(ge) };

function ordered(compare: typeof lt): (builder: Builder, a: Text, b: Text) => Block {
  return (builder, a, b) => {
    const length = Math.max(a.characters.length, b.characters.length);
    return compare(builder, reversedDigits(builder, a, length), reversedDigits(builder, b, length));
  };
}

function digitsOf(builder: Builder, text: Text, length: number): Radix {
  return extended(builder, text, length).characters.flat();
}

/** The digits of an integer that is as large as the text comes late: its most significant ones are the first character. */
export function reversedDigits(builder: Builder, text: Text, length: number): Radix {
  return extended(builder, text, length).characters.toReversed().flat();
}
