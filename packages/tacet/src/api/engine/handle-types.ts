import type { FheAsciiString } from "../values/fhe-ascii-string.ts";
import type { FheIntType } from "../values/fhe-int.ts";
import type { FheUintType } from "../values/fhe-uint.ts";
import type { AnyText } from "../values/value-type.ts";
import type { Maker } from "./collections/elements.ts";
import type { BoolHandle } from "./handles/bool-handle.ts";
import type { IntegerHandle, IntHandle, UintHandle } from "./handles/integer-handle.ts";
import type { StringHandle } from "./handles/string-handle.ts";

/** A type of the values of lists. */
export type ListType = Maker | typeof FheAsciiString;
/** What an engine computes with. */
export type AnyHandle = IntegerHandle | BoolHandle | StringHandle<AnyText>;
/** What lists hold. */
export type ListHandle = IntegerHandle | BoolHandle | StringHandle;

/** The handles of values of some types, which are given by their makers. */
export type HandlesOf<Types extends readonly ListType[]> = {
  -readonly [Index in keyof Types]: HandleOf<Types[Index]>;
};
/** The handle of values of a type. */
export type HandleOf<Type> =
  Type extends FheUintType<infer W>
    ? UintHandle<W>
    : Type extends FheIntType<infer W>
      ? IntHandle<W>
      : Type extends typeof FheAsciiString
        ? StringHandle
        : BoolHandle;
