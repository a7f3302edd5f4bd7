import type { Block } from "../../../graph/block.ts";
import type { Builder } from "../../../graph/builder.ts";
import { clearRadix, digitsFor } from "../../../integer/clear.ts";
import type { Radix } from "../../../integer/radix.ts";
import { matchValue, matchValueOr } from "../../../integer/table/match.ts";
import { describe, introduce, PERMIT, type Permit } from "../../../opaque.ts";
import { checkNumber } from "../../../options.ts";
import { toLowerCase, toUpperCase } from "../../../text/change/case.ts";
import { concatenate, repeat, repeatUpTo } from "../../../text/change/concatenate.ts";
import { replace, sizeWhileReplacing } from "../../../text/change/replace.ts";
import {
  type Halves,
  split,
  splitOnce,
  splitOnceFromEnd,
  splitWhiteSpace,
  type Piece as TextPiece,
} from "../../../text/change/split.ts";
import { type Stripped, stripPrefix, stripSuffix } from "../../../text/change/strip.ts";
import { trim, trimEnd, trimStart } from "../../../text/change/trim.ts";
import { numberOfText, selectText, tableOf } from "../../../text/choose.ts";
import type { Text } from "../../../text/text.ts";
import type { TextType, Width } from "../../../wire/core/types.ts";
import { MOST_CHARACTERS, type SerializedCiphertext } from "../../../wire/values/ciphertext.ts";
import type { Ciphertext } from "../../values/ciphertext.ts";
import type { FheAsciiString } from "../../values/fhe-ascii-string.ts";
import type { FheIntType } from "../../values/fhe-int.ts";
import { checkMaker, type FheIntegerType } from "../../values/fhe-integer.ts";
import type { FheUint, FheUintType } from "../../values/fhe-uint.ts";
import { FheUtf8String } from "../../values/fhe-utf8-string.ts";
import { blocksPerCharacter, textCodes } from "../../values/text.ts";
import type { Integer } from "../../values/value.ts";
import {
  type AnyText,
  ciphertextOf,
  type FheTextType,
  isTextType,
  type TextOf,
  textTypeName,
} from "../../values/value-type.ts";
import { BoolHandle } from "./bool-handle.ts";
import { type Context, digitsIn, type Handle } from "./handle.ts";
import { type IntegerHandle, type IntHandle, integerTarget, UintHandle } from "./integer-handle.ts";
import { checkTable, type MatchTable, matchEntries, type Target } from "./match-table.ts";
import { type SplitOptions, splitOptions } from "./split-options.ts";
import { TextHandle, textOperand } from "./text-handle.ts";

export { textOperand } from "./text-handle.ts";

/**
 * An encrypted text inside an engine. What it is compared with, or searched for, is a handle of the same engine and type, or
 * a clear text.
 *
 * Characters are those of ASCII, from 1 to 127, or bytes of UTF-8. Zeros may follow them, and hide how many there are:
 * `padded` says so, and `size` is their number with the zeros.
 *
 * All operations throw TypeError for an operand of another engine or type, RangeError for a clear text with characters that
 * the type does not have, and DisposedError for a handle that has been disposed of.
 */
export class StringHandle<T extends AnyText = FheAsciiString> extends TextHandle<T> {
  readonly #type: T["type"];

  static {
    introduce(StringHandle, { name: "StringHandle" });
  }

  /** @internal */
  constructor(permit: Permit, context: Context, digits: Radix, padded: boolean, type: T["type"]) {
    super(permit, context, digits, padded);
    this.#type = type;
  }

  get type(): T["type"] {
    return this.#type;
  }

  /** The text as another type: one in ASCII is one in UTF-8, which takes nothing. */
  cast(type: typeof FheUtf8String): StringHandle<FheUtf8String> {
    if (type === FheUtf8String) {
      return this.build(
        () => new StringHandle(PERMIT, this.context, this.digits.blocks, this.padded, "FheUtf8String"),
      );
    }
    throw new TypeError(`expected the type FheUtf8String, not ${describe(type)}`);
  }

  /** The text with a to z in place of A to Z. */
  toLowerCase(): StringHandle<T> {
    return this.build((builder) => this.#same(toLowerCase(builder, this.text(builder))));
  }

  /** The text with A to Z in place of a to z. */
  toUpperCase(): StringHandle<T> {
    return this.build((builder) => this.#same(toUpperCase(builder, this.text(builder))));
  }

  /** The text without white space on either side: spaces, tabs, line feeds, form feeds and carriage returns. */
  trim(): StringHandle<T> {
    return this.build((builder) => this.#same(trim(builder, this.text(builder))));
  }

  /** The text without white space in front of it; see `trim`. */
  trimStart(): StringHandle<T> {
    return this.build((builder) => this.#same(trimStart(builder, this.text(builder))));
  }

  /** The text without white space at its end; see `trim`. */
  trimEnd(): StringHandle<T> {
    return this.build((builder) => this.#same(trimEnd(builder, this.text(builder))));
  }

  /**
   * This text and another one behind it. It costs nothing where this one has no padding.
   *
   * @throws RangeError if both together have more than 65,535 characters, with their padding.
   */
  concat(other: StringHandle<T> | string): StringHandle<T> {
    return this.build((builder) => {
      const second = this.operand(builder, other);
      checkSize(this.size + second.characters.length);
      return this.#same(concatenate(builder, this.text(builder), second));
    });
  }

  /**
   * The text so many times in a row; an encrypted number of times, but no more than `most` times.
   *
   * @throws RangeError for a number that is no natural number, or if all together have more than 65,535 characters, with
   *   their padding; TypeError if `most` lacks.
   */
  repeat(times: number): StringHandle<T>;
  repeat(times: UintHandle<Width>, most: number): StringHandle<T>;
  repeat(times: number | UintHandle<Width>, most?: number): StringHandle<T> {
    const encrypted = times instanceof UintHandle;
    const count = encrypted ? checkCount("most", most) : checkCount("times", times);
    checkSize(this.size * count);
    return this.build((builder) => {
      const text = this.text(builder);
      if (!encrypted) return this.#same(repeat(builder, text, count));
      return this.#same(repeatUpTo(builder, text, digitsIn(times, this.context).blocks, count));
    });
  }

  /** The text without a pattern in front of it, if it is there, and whether it is. (TFHE-rs: `strip_prefix`.) */
  stripPrefix(pattern: StringHandle<T> | string): [text: StringHandle<T>, found: BoolHandle] {
    return this.#stripped(stripPrefix, pattern);
  }

  /** The text without a pattern at its end, if it is there, and whether it is. (TFHE-rs: `strip_suffix`.) */
  stripSuffix(pattern: StringHandle<T> | string): [text: StringHandle<T>, found: BoolHandle] {
    return this.#stripped(stripSuffix, pattern);
  }

  /**
   * The text with another one in place of a pattern, everywhere: from the left, and not where it would overlap itself. The
   * empty pattern is in front of every character, and behind the last. (TFHE-rs: `replace`.)
   *
   * @throws RangeError if the text, with what might be put in everywhere, has more than 8,192 characters.
   */
  replaceAll(pattern: StringHandle<T> | string, by: StringHandle<T> | string): StringHandle<T> {
    return this.#replaced(pattern, by, () => undefined);
  }

  /** The same for the first one alone. */
  replace(pattern: StringHandle<T> | string, by: StringHandle<T> | string): StringHandle<T> {
    return this.replaceUpTo(pattern, by, 1);
  }

  /**
   * The same for the first few, of which there may be an encrypted number. (TFHE-rs: `replacen`.)
   *
   * @throws RangeError for a number that is no natural number, and as `replaceAll`.
   */
  replaceUpTo(
    pattern: StringHandle<T> | string,
    by: StringHandle<T> | string,
    count: number | UintHandle<Width>,
  ): StringHandle<T> {
    return this.#replaced(pattern, by, this.#count("count", count));
  }

  /** A number as digits, encrypted or clear: more than a text can have of anything is as good as all. */
  #count(name: string, count: number | Handle<FheUint<Width>>): (builder: Builder) => Radix {
    if (count instanceof UintHandle) return () => digitsIn(count, this.context).blocks;
    const number = Math.min(checkCount(name, count as number), MOST_CHARACTERS + 2);
    return (builder) => clearRadix(builder, BigInt(number), digitsFor(builder, number));
  }

  #replaced(
    pattern: StringHandle<T> | string,
    by: StringHandle<T> | string,
    most: (builder: Builder) => Radix | undefined,
  ): StringHandle<T> {
    return this.build((builder) => {
      const text = this.text(builder);
      const [from, to] = [pattern, by].map((other) => this.operand(builder, other));
      const limit = most(builder);
      checkSize(sizeWhileReplacing(builder, text, from, to, limit), MOST_REPLACED);
      return this.#same(replace(builder, text, from, to, limit));
    });
  }

  /**
   * The first pieces of the text between separators, each with whether there is one: where there is none, it has no
   * characters. (TFHE-rs: `split`.) Between all characters, and at both ends, is an empty separator.
   *
   * @param most how many pieces, each of which takes a few bootstraps for each digit of the text.
   * @throws RangeError if all pieces together have more than 65,536 characters, with their padding; TypeError for options
   *   that exclude each other; and as `contains`.
   */
  split(separator: StringHandle<T> | string, most: number, options: SplitOptions = {}): Piece<T>[] {
    const { pieces, ...others } = splitOptions(options);
    const limit = pieces === undefined ? undefined : this.#count("pieces", pieces);
    return this.#pieces(most, (builder, text, number) => {
      const other = this.operand(builder, separator);
      return split(builder, text, other, number, { ...others, pieces: limit?.(builder) });
    });
  }

  /** The first words of the text, between white space; see `trim` and `split`. (TFHE-rs: `split_ascii_whitespace`.) */
  splitWhiteSpace(most: number): Piece<T>[] {
    return this.#pieces(most, splitWhiteSpace);
  }

  /**
   * What is in front of the first separator, what is behind it, and whether there is one: if not, all of the text is
   * `before`. Throws as `contains`. (TFHE-rs: `split_once`.)
   */
  splitOnce(
    separator: StringHandle<T> | string,
  ): [before: StringHandle<T>, after: StringHandle<T>, found: BoolHandle] {
    return this.#halves(splitOnce, separator);
  }

  /** The same for the last separator; if there is none, all of the text is `after`. (TFHE-rs: `rsplit_once`.) */
  splitOnceFromEnd(
    separator: StringHandle<T> | string,
  ): [before: StringHandle<T>, after: StringHandle<T>, found: BoolHandle] {
    return this.#halves(splitOnceFromEnd, separator);
  }

  /**
   * What a clear table has for the text, as an integer of a type or another text, and whether it has anything; 0 or no
   * characters where not.
   *
   * @throws RangeError for a key that comes twice or is beyond ASCII, and for a value that does not fit its type.
   */
  matchValue<V extends Width>(
    table: MatchTable<string>,
    type: FheUintType<V>,
  ): [UintHandle<V>, matched: BoolHandle];
  matchValue<V extends Width>(
    table: MatchTable<string>,
    type: FheIntType<V>,
  ): [IntHandle<V>, matched: BoolHandle];
  matchValue(table: MatchTable<string>, type: FheIntegerType): [IntegerHandle, matched: BoolHandle];
  matchValue<Type extends FheTextType>(
    table: MatchTable<string, string>,
    type: Type,
  ): [StringHandle<TextOf<Type>>, matched: BoolHandle];
  matchValue<V>(table: MatchTable<string, V>, type: MatchType): [Handle<Ciphertext>, matched: BoolHandle] {
    const target = targetOf(this.context, table, type);
    const entries = matchEntries(table, wordNumbers(this.#type), target.numberOf);
    return this.build((builder) => {
      const rows = tableOf(this.text(builder), entries);
      const { value, matched } = matchValue(builder, this.digits.blocks, rows, target.digits);
      return [target.make(value), new BoolHandle(PERMIT, this.context, matched)];
    });
  }

  /** What a clear table has for the text, as an integer of a type or another text, or `otherwise`. Throws as `matchValue`. */
  matchValueOr<V extends Width>(
    table: MatchTable<string>,
    otherwise: Integer,
    type: FheUintType<V>,
  ): UintHandle<V>;
  matchValueOr<V extends Width>(
    table: MatchTable<string>,
    otherwise: Integer,
    type: FheIntType<V>,
  ): IntHandle<V>;
  matchValueOr(table: MatchTable<string>, otherwise: Integer, type: FheIntegerType): IntegerHandle;
  matchValueOr<Type extends FheTextType>(
    table: MatchTable<string, string>,
    otherwise: string,
    type: Type,
  ): StringHandle<TextOf<Type>>;
  matchValueOr<V>(table: MatchTable<string, V>, otherwise: V, type: MatchType): Handle<Ciphertext> {
    const target = targetOf(this.context, table, type, otherwise);
    const entries = matchEntries(table, wordNumbers(this.#type), target.numberOf);
    const rest = target.numberOf(otherwise);
    return this.build((builder) => {
      const rows = tableOf(this.text(builder), entries);
      return target.make(matchValueOr(builder, this.digits.blocks, rows, rest, target.digits));
    });
  }

  /** @internal */
  protected override wrap(content: SerializedCiphertext): T {
    return ciphertextOf({ ...content, padded: this.padded }) as T;
  }

  #same(text: Text): StringHandle<T> {
    return textHandle(this.context, text, this.#type);
  }

  #stripped(
    operation: (builder: Builder, a: Text, b: Text) => Stripped,
    pattern: StringHandle<T> | string,
  ): [text: StringHandle<T>, found: BoolHandle] {
    return this.build((builder) => {
      const other = this.operand(builder, pattern);
      const { text, found } = operation(builder, this.text(builder), other);
      return [this.#same(text), new BoolHandle(PERMIT, this.context, found)];
    });
  }

  #pieces(
    most: number,
    operation: (builder: Builder, text: Text, most: number) => readonly TextPiece[],
  ): Piece<T>[] {
    checkSize(this.size * checkCount("most", most), MOST_IN_PIECES);
    return this.build((builder) =>
      operation(builder, this.text(builder), most).map(({ text, found }) => [
        this.#same(text),
        new BoolHandle(PERMIT, this.context, found),
      ]),
    );
  }

  #halves(
    operation: (builder: Builder, text: Text, separator: Text) => Halves,
    separator: StringHandle<T> | string,
  ): [before: StringHandle<T>, after: StringHandle<T>, found: BoolHandle] {
    return this.build((builder) => {
      const other = this.operand(builder, separator);
      const { before, after, found } = operation(builder, this.text(builder), other);
      return [this.#same(before), this.#same(after), new BoolHandle(PERMIT, this.context, found)];
    });
  }
}

/** A piece of a text, and whether there is one. */
export type Piece<T extends AnyText = FheAsciiString> = [piece: StringHandle<T>, found: BoolHandle];

/** The types of what tables give. */
export type MatchType = FheIntegerType | FheTextType;

/** For the rest of the library: what a table is to give, of a type. Throws TypeError for what is no type. */
export function targetOf<Key, V>(
  context: Context,
  table: MatchTable<Key, V>,
  type: MatchType,
  otherwise?: V,
): Target<V, Handle<Ciphertext>> {
  if (!isTextType(type)) {
    return integerTarget(context, checkMaker(type)) as unknown as Target<V, IntegerHandle>;
  }
  const name = textTypeName(type);
  const texts = checkTable(table).map(([, value]) => value);
  const lengths = [...texts, otherwise ?? ""].map((text) => textCodes(text as string, {}, name).codes.length);
  const size = Math.max(...lengths);
  const padded = lengths.some((length) => length < size);
  const target: Target<string, StringHandle<AnyText>> = {
    digits: size * blocksPerCharacter(context.evaluator.parameters),
    numberOf: wordNumbers(name),
    make: (digits) => new StringHandle(PERMIT, context, digits, padded, name),
  };
  return target as unknown as Target<V, StringHandle<AnyText>>;
}

/** The numbers of texts of a type. */
function wordNumbers(type: TextType): (text: string) => bigint {
  return (text) => numberOfText(textCodes(text, {}, type).codes);
}

/** Most characters of all pieces of a text together: more would take hours. */
const MOST_IN_PIECES = 2 ** 16;

/** Most characters of a text while others are put into it: more would take hours. */
const MOST_REPLACED = 2 ** 13;

/** @throws RangeError for a text that would be too long. */
function checkSize(size: number, most: number = MOST_CHARACTERS): void {
  if (size <= most) return;
  throw new RangeError(`a text of ${size} characters; the most is ${most}`);
}

/** @throws TypeError for what is no number, RangeError for one that is no natural number. */
function checkCount(name: string, count: number | undefined): number {
  const number = checkNumber(name, count as number);
  if (Number.isInteger(number) && number >= 0) return number;
  throw new RangeError(`${name} is ${number}; expected a natural number`);
}

/** For the rest of the library: one of two texts. */
export function chosenText(
  context: Context,
  builder: Builder,
  condition: Block,
  texts: readonly [StringHandle<AnyText> | string, StringHandle<AnyText> | string],
): StringHandle<AnyText> {
  const given = texts.find((text) => text instanceof StringHandle);
  const type = given === undefined ? "FheAsciiString" : given.type;
  const [a, b] = texts.map((text) => textOperand(builder, text, context, type));
  return textHandle(context, selectText(builder, condition, a, b), type);
}

/** For the rest of the library: the handle of a text. */
export function textHandle<T extends AnyText>(
  context: Context,
  { characters, padded }: Text,
  type: T["type"],
): StringHandle<T> {
  return new StringHandle(PERMIT, context, characters.flat(), padded, type);
}
