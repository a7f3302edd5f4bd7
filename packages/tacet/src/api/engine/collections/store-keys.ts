import type { Block } from "../../../graph/block.ts";
import type { Builder } from "../../../graph/builder.ts";
import { clearRadix } from "../../../integer/clear.ts";
import type { Radix } from "../../../integer/radix.ts";
import { selectors } from "../../../integer/table/look-up.ts";
import { contains } from "../../../integer/table/search.ts";
import { codesOfNumber, numberOfText, tableOf } from "../../../text/choose.ts";
import type { TextType } from "../../../wire/core/types.ts";
import { checkMaker, type FheIntegerType } from "../../values/fhe-integer.ts";
import { textCodes, textOfCodes } from "../../values/text.ts";
import {
  type Clear,
  checkInteger,
  type Integer,
  type IntegerFormat,
  integerType,
  toClear,
} from "../../values/value.ts";
import { type AnyText, type FheTextType, isTextType, textTypeName } from "../../values/value-type.ts";
import type { Context } from "../handles/handle.ts";
import { type IntegerHandle, operand } from "../handles/integer-handle.ts";
import { type StringHandle, textOperand } from "../handles/string-handle.ts";

/** What keys of a store may be inside an engine. */
export type Key = IntegerHandle | StringHandle<AnyText>;

/** A key as users give it in the clear. */
export type GivenKey<K> = K extends StringHandle<AnyText> ? string : Integer;
/** The same as they get it. */
export type ClearKey<K> = K extends IntegerHandle ? Clear<K["width"]> : string;

/** How keys of a type become numbers, and are looked for. */
export interface StoreKeys<K extends Key> {
  /** The type of keys of a store that can be compressed. */
  readonly format: IntegerFormat | undefined;
  /** A number for each clear key. Throws for what is none. */
  numberOf(key: GivenKey<K>): bigint;
  clearOf(number: bigint): ClearKey<K>;
  /** For each clear key whether it is the encrypted one. */
  selectors(builder: Builder, keys: readonly bigint[], key: K): readonly Block[];
  /** Whether any of them is. */
  contains(builder: Builder, keys: readonly bigint[], key: K): Block;
}

/** The keys of a type that a user has given. @throws TypeError if it is none. */
export function storeKeys(context: Context, type: FheIntegerType | FheTextType): StoreKeys<Key> {
  const keys = isTextType(type) ? texts(context, textTypeName(type)) : integers(context, checkMaker(type));
  return keys as unknown as StoreKeys<Key>;
}

/** Keys that are integers of a format. */
export function integers(context: Context, format: IntegerFormat): StoreKeys<IntegerHandle> {
  return {
    format,
    numberOf: (key) => checkInteger(key, format),
    clearOf: (number) => toClear(number, format.width),
    selectors: (builder, keys, key) => {
      const digits = operand(builder, format, key, context);
      return selectors(
        builder,
        keys.map((clear) => BigInt.asUintN(format.width, clear)),
        digits,
      );
    },
    contains: (builder, keys, key) =>
      contains(
        builder,
        keys.map((clear) => operand(builder, format, clear as never, context)),
        operand(builder, format, key, context),
      ),
  };
}

function texts(context: Context, type: TextType): StoreKeys<StringHandle<AnyText>> {
  /** The digits of an encrypted text, and which of the clear ones it may be, by its length. */
  const look = (
    builder: Builder,
    keys: readonly bigint[],
    key: StringHandle<AnyText>,
  ): { digits: Radix; fitting: readonly bigint[] } => {
    const text = textOperand(builder, key, context, type);
    const table = tableOf(text, new Map(keys.map((clear) => [clear, 0n])));
    return { digits: text.characters.flat(), fitting: [...table.keys()] };
  };
  return {
    format: undefined,
    numberOf: (key) => numberOfText(textCodes(key, {}, type).codes),
    clearOf: (number) => textOfCodes(codesOfNumber(number), type),
    selectors: (builder, keys, key) => {
      const { digits, fitting } = look(builder, keys, key);
      const found = selectors(builder, fitting, digits);
      const flags = new Map(fitting.map((clear, i) => [clear, found[i]]));
      return keys.map((clear) => flags.get(clear) ?? builder.constant(0));
    },
    contains: (builder, keys, key) => {
      const { digits, fitting } = look(builder, keys, key);
      const items = fitting.map((clear) => clearRadix(builder, clear, digits.length));
      return contains(builder, items, digits);
    },
  };
}

/** The type of keys that are integers. @throws TypeError for texts, which TFHE-rs has no form at rest for. */
export function keyType<K extends Key>(keys: StoreKeys<K>): ReturnType<typeof integerType> {
  if (keys.format !== undefined) return integerType(keys.format);
  throw new TypeError("a store whose keys are texts has no compressed form: its ciphertexts() have bytes");
}
