import type { Builder } from "../../graph/builder.ts";
import type { Radix } from "../radix.ts";
import { addColumns, carryOut, columnsOf, negateColumns } from "./columns.ts";

/** a + b modulo the width. A digit's message and carry share a rotation: two digits and a carry are at most 7. */
export function add(builder: Builder, a: Radix, b: Radix): Radix {
  return carryOut(builder, addColumns([columnsOf(a), columnsOf(b)]));
}

/** a - b modulo the width; see `add`. */
export function sub(builder: Builder, a: Radix, b: Radix): Radix {
  return carryOut(builder, addColumns([columnsOf(a), negateColumns(builder, columnsOf(b))]));
}

/** -a modulo the width. One rotation a digit. */
export function neg(builder: Builder, a: Radix): Radix {
  return carryOut(builder, negateColumns(builder, columnsOf(a)));
}
