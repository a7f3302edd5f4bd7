import type { Builder } from "../../../graph/builder.ts";
import { resize } from "../../../integer/cast.ts";
import type { Found } from "../../../integer/table/search.ts";
import { PERMIT } from "../../../opaque.ts";
import { blockCount } from "../../values/value.ts";
import { BoolHandle } from "./bool-handle.ts";
import type { Context } from "./handle.ts";
import { UintHandle } from "./integer-handle.ts";

/** Where something is, and whether it is there. */
export type Place = [position: UintHandle<32>, found: BoolHandle];

/** The handles of what a search has found. */
export function placeOf(context: Context, builder: Builder, { index, found }: Found): Place {
  const digits = resize(builder, index, blockCount(32, builder.parameters));
  return [new UintHandle(PERMIT, context, digits, 32), new BoolHandle(PERMIT, context, found)];
}
