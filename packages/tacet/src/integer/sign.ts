import type { Block } from "../graph/block.ts";
import type { Builder } from "../graph/builder.ts";
import { digitNoise, type Radix } from "./radix.ts";

/*
 * A signed integer is a radix as well: its digits are those of its two's complement.
 */

/** The digit that goes on for ever above the most significant digit of a signed integer, given that digit. */
export function signDigit(builder: Builder, top: number): number {
  const { messageModulus } = builder.parameters;
  return 2 * top < messageModulus ? 0 : messageModulus - 1;
}

/** `signDigit` of a signed integer, as a block. One rotation, which other lookups of the top digit share. */
export function signBlock(builder: Builder, a: Radix): Block {
  return builder.lookup(a[a.length - 1], (top) => signDigit(builder, top), digitNoise(builder));
}
