import type { Block } from "../graph/block.ts";
import type { Builder } from "../graph/builder.ts";
import type { Radix } from "./radix.ts";

/** The same integer in another number of digits: modulo the new width, or with zeros on top. No rotation. */
export function resize(builder: Builder, a: Radix, digits: number): Radix {
  return Array.from({ length: digits }, (_, index) => a[index] ?? builder.constant(0));
}

/** A Boolean block as the integer 0 or 1. No rotation. */
export function fromBoolean(builder: Builder, a: Block, digits: number): Radix {
  return resize(builder, [a], digits);
}
