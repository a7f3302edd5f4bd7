import type { Builder } from "../../graph/builder.ts";
import { messageBits } from "../../parameters/parameter-set.ts";
import { digitNoise, type Radix } from "../radix.ts";

/** The bits of a in reverse order. One rotation a digit, none where a digit is a bit. */
export function reverseBits(builder: Builder, a: Radix): Radix {
  const size = messageBits(builder.parameters);
  const reversed = (digit: number): number => {
    let result = 0;
    for (let bit = 0; bit < size; bit++) result = 2 * result + ((digit >> bit) & 1);
    return result;
  };
  return a.map((digit) => builder.lookup(digit, reversed, digitNoise(builder))).toReversed();
}
