import type { Builder } from "../../graph/builder.ts";
import { bitNot } from "../bits/bitwise.ts";
import type { Radix } from "../radix.ts";
import { sumColumns } from "./sum.ts";

/** a + b modulo the width. A digit's message and carry share a rotation: two digits and a carry are at most 7. */
export function add(builder: Builder, a: Radix, b: Radix): Radix {
  return sumColumns(
    builder,
    a.map((digit, index) => [digit, b[index]]),
  );
}

/** a - b modulo the width, as a + not b + 1. */
export function sub(builder: Builder, a: Radix, b: Radix): Radix {
  const complement = bitNot(builder, b);
  return sumColumns(
    builder,
    a.map((digit, index) => [digit, complement[index]]),
    1n,
  );
}

/** -a modulo the width, as not a + 1. */
export function neg(builder: Builder, a: Radix): Radix {
  return sumColumns(
    builder,
    bitNot(builder, a).map((digit) => [digit]),
    1n,
  );
}
