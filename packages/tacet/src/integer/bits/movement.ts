import type { Block } from "../../graph/block.ts";
import type { Builder } from "../../graph/builder.ts";
import { messageBits } from "../../parameters/parameter-set.ts";
import { combine, type Radix } from "../radix.ts";
import { signDigit } from "../sign.ts";

/**
 * One way for bits to move: digits in the order in which bits move through them, so that to the left and to the right
 * are the same.
 */
export interface Movement {
  /** The digits in order of movement; applied again, the usual order. */
  readonly order: (digits: Radix) => Radix;
  /** What stays in a digit of its bits when they move by fewer bits than it has. */
  readonly stays: (digit: number, bits: number) => number;
  /** What of a digit's bits goes on to the next digit. */
  readonly passes: (digit: number, bits: number) => number;
  /** The digit that comes in, again and again, before the first one, given that one. */
  readonly enters: (first: number) => number;
}

export function moving(builder: Builder, way: "left" | "right" | "arithmetically right"): Movement {
  const { messageModulus } = builder.parameters;
  const size = messageBits(builder.parameters);
  if (way === "left") {
    return {
      order: (digits) => digits,
      stays: (digit, bits) => (digit << bits) % messageModulus,
      passes: (digit, bits) => digit >> (size - bits),
      enters: () => 0,
    };
  }
  return {
    order: (digits) => digits.toReversed(),
    stays: (digit, bits) => digit >> bits,
    passes: (digit, bits) => (digit << (size - bits)) % messageModulus,
    enters: way === "right" ? () => 0 : (first) => signDigit(builder, first),
  };
}

/** The digit that parts without common bits make up: what stays of it and what comes in. */
export function joinParts(builder: Builder, parts: readonly Block[]): Block {
  const sum = parts.reduce((largest, part) => largest + part.max, 0);
  return combine(
    builder,
    parts.map((part) => [1, part]),
    0,
    { max: Math.min(sum, builder.parameters.messageModulus - 1) },
  );
}
