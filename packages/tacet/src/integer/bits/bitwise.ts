import type { Block } from "../../graph/block.ts";
import type { Builder } from "../../graph/builder.ts";
import { digitNoise, lookupUnordered, type Radix } from "../radix.ts";

/** Bitwise and. One rotation a digit, none where a clear digit decides or changes nothing. */
export function bitAnd(builder: Builder, a: Radix, b: Radix): Radix {
  return digitwise(builder, a, b, (x, y) => x & y);
}

/** Bitwise or; see `bitAnd`. */
export function bitOr(builder: Builder, a: Radix, b: Radix): Radix {
  return digitwise(builder, a, b, (x, y) => x | y);
}

/** Bitwise exclusive or; see `bitAnd`. */
export function bitXor(builder: Builder, a: Radix, b: Radix): Radix {
  return digitwise(builder, a, b, (x, y) => x ^ y);
}

/** Bitwise not: the distance of each digit from the largest. No rotation. */
export function bitNot(builder: Builder, a: Radix): Radix {
  return a.map((digit) => builder.linear([[-1, digit]], builder.parameters.messageModulus - 1));
}

/** Not of a Boolean block. No rotation. */
export function booleanNot(builder: Builder, a: Block): Block {
  return builder.linear([[-1, a]], 1);
}

function digitwise(builder: Builder, a: Radix, b: Radix, operation: (x: number, y: number) => number): Radix {
  const noise = digitNoise(builder);
  return a.map((digit, index) => lookupUnordered(builder, digit, b[index], operation, noise));
}
