import type { Builder } from "../../graph/builder.ts";
import { messageBits } from "../../parameters/parameter-set.ts";
import { digitNoise, type Radix } from "../radix.ts";
import { shiftRight } from "./shift.ts";

/**
 * The bits of `a` from number `start` to before number `end`, as an integer with as many digits as `a`. (TFHE-rs:
 * `scalar_bitslice`.) No more than a rotation a digit of the slice, none if it starts and ends with a digit.
 */
export function bitSlice(builder: Builder, a: Radix, start: number, end: number): Radix {
  const size = messageBits(builder.parameters);
  const noise = digitNoise(builder);
  return shiftRight(builder, a, start).map((digit, index) => {
    const kept = Math.min(size, Math.max(0, end - start - index * size));
    return builder.lookup(digit, (value) => value % 2 ** kept, noise);
  });
}
