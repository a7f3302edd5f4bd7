import { LimitError, ParameterError } from "../../errors.ts";
import { describe } from "../../opaque.ts";
import { checkNumber, checkOptions, type OptionNames } from "../../options.ts";
import type { CiphertextType } from "../../wire/core/types.ts";
import { Handle } from "../engine/handles/handle.ts";
import type { Ciphertext } from "../values/ciphertext.ts";
import { anyTypeName } from "../values/value-type.ts";
import type { CompactCiphertextList } from "./compact-list.ts";
import type { CompressedCiphertextList } from "./compressed-list.ts";

/* What engines check of lists that they are given, and of what is to become one. */

/** What taking a list in may be told. */
export interface ExpandOptions {
  /**
   * The most blocks that the values of the list may have, each of which takes memory of the engine: whoever makes a list
   * says how many it holds. An encrypted boolean has one, an integer one for each two bits at the default parameters.
   */
  readonly maxBlocks?: number | undefined;
}

const EXPAND_OPTIONS: OptionNames<ExpandOptions> = { maxBlocks: true };

/** @throws LimitError for a list of more blocks than allowed, TypeError, RangeError for a limit that is none. */
export function checkSize(
  list: CompactCiphertextList | CompressedCiphertextList,
  options: ExpandOptions,
): void {
  const { maxBlocks = Infinity } = checkOptions(options, EXPAND_OPTIONS);
  if (!(checkNumber("maxBlocks", maxBlocks) >= 0))
    throw new RangeError(`maxBlocks is ${maxBlocks}; expected a number of blocks`);
  if (list.blockCount > maxBlocks) throw new LimitError("maxBlocks", maxBlocks, list.blockCount);
}

/** The type of a value of a list. @throws ParameterError if Tacet has none for it. */
export function ownType(type: CiphertextType | null, index: number): CiphertextType {
  if (type !== null) return type;
  throw new ParameterError(`value ${index} of the list is of a type that Tacet does not have`);
}

/** A handle that a user has given. @throws TypeError if it is none. */
export function checkHandle(handle: Handle<Ciphertext>): Handle<Ciphertext> {
  if (handle instanceof Handle) return handle;
  throw new TypeError(`expected handles, not ${describe(handle)}`);
}

/** The handles in an array. @throws TypeError if it is none, or has anything else in it. */
export function handlesIn(values: readonly Handle<Ciphertext>[]): Handle<Ciphertext>[] {
  if (Array.isArray(values)) return Array.from(values, checkHandle);
  throw new TypeError(`expected an array of handles, not ${describe(values)}`);
}

/** The names of the types that a list is to hold. */
export function typeNames(types: readonly unknown[]): string[] {
  if (Array.isArray(types)) return Array.from(types, anyTypeName);
  throw new TypeError(`expected an array of types, such as [FheUint8, FheBool], not ${describe(types)}`);
}

/** The first of some names. */
export function nameSome(names: readonly string[]): string {
  const some = names.slice(0, 10).join(", ");
  return names.length > 10 ? `${some}, … (${names.length} in all)` : some;
}
