import type { Builder } from "../graph/builder.ts";
import type { Radix } from "./radix.ts";
import { signBlock } from "./sign.ts";

/**
 * The same integer in another number of digits: modulo the new width, or with digits of its sign on top, which
 * are zeros for unsigned integers. No rotation but that of a sign.
 */
export function resize(builder: Builder, a: Radix, digits: number, signed = false): Radix {
  if (digits <= a.length) return a.slice(0, digits);
  const fill = signed ? signBlock(builder, a) : builder.constant(0);
  return [...a, ...Array.from({ length: digits - a.length }, () => fill)];
}
