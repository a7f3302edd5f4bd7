import type { Builder } from "../../graph/builder.ts";
import { resize } from "../cast.ts";
import type { Radix } from "../radix.ts";
import { divRem } from "./divide.ts";
import { multiply } from "./multiply.ts";

/**
 * a·b / divisor, rounded towards 0, of the whole product, which may have twice the digits of the result: what does not
 * fit is cut off. (TFHE-rs: `fused_mul_scalar_div`.) For a clear divisor that is not 0.
 */
export function multiplyDivide(builder: Builder, a: Radix, b: Radix, divisor: Radix, signed = false): Radix {
  const wide = (value: Radix): Radix => resize(builder, value, 2 * a.length, signed);
  const product = multiply(builder, wide(a), wide(b));
  return divRem(builder, product, wide(divisor), signed).quotient.slice(0, a.length);
}
