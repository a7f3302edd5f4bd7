import type { Block } from "../../graph/block.ts";
import type { Builder } from "../../graph/builder.ts";
import { digitNoise, type Radix } from "../radix.ts";

/** Whether a is even, as a Boolean block. One rotation. */
export function isEven(builder: Builder, a: Radix): Block {
  return builder.lookup(a[0], (digit) => 1 - (digit & 1), digitNoise(builder));
}

/** Whether a is odd, as a Boolean block. One rotation. */
export function isOdd(builder: Builder, a: Radix): Block {
  return builder.lookup(a[0], (digit) => digit & 1, digitNoise(builder));
}
