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

/** Whether a signed integer is negative, as a Boolean block. One rotation, shared like that of `signBlock`. */
export function signFlag(builder: Builder, a: Radix): Block {
  const { messageModulus } = builder.parameters;
  return builder.lookup(a[a.length - 1], (top) => Number(2 * top >= messageModulus), digitNoise(builder));
}

/** The most significant digit of a signed integer, counted from the smallest that it can stand for. */
export function offsetDigit(builder: Builder, top: number): number {
  const { messageModulus } = builder.parameters;
  return (top + messageModulus / 2) % messageModulus;
}

/**
 * A signed integer plus half of what its digits can hold: an unsigned one in the same order. One rotation, shared like
 * that of `signBlock`.
 */
export function offsetBinary(builder: Builder, a: Radix): Radix {
  const turned = builder.lookup(a[a.length - 1], (top) => offsetDigit(builder, top), digitNoise(builder));
  return [...a.slice(0, -1), turned];
}
