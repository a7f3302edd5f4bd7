import type { Builder } from "../graph/builder.ts";
import type { Radix } from "./radix.ts";

/** The same integer in another number of digits: modulo the new width, or with zeros on top. No rotation. */
export function resize(builder: Builder, a: Radix, digits: number): Radix {
  return Array.from({ length: digits }, (_, index) => a[index] ?? builder.constant(0));
}
