import type { Block } from "../../../graph/block.ts";
import type { Builder } from "../../../graph/builder.ts";
import { clearRadix, digitsFor } from "../../../integer/clear.ts";
import type { Radix } from "../../../integer/radix.ts";
import { matchValue, matchValueOr } from "../../../integer/table/match.ts";
import type { Found } from "../../../integer/table/search.ts";
import { describe, introduce, PERMIT, type Permit } from "../../../opaque.ts";
import { checkNumber } from "../../../options.ts";
import { toLowerCase, toUpperCase } from "../../../text/case.ts";
import { numberOfText, selectText, tableOf } from "../../../text/choose.ts";
import { eq, eqIgnoringCase, ne, order } from "../../../text/compare.ts";
import { concatenate, repeat, repeatUpTo } from "../../../text/concatenate.ts";
import { isEmpty, lengthOf } from "../../../text/length.ts";
import { replace, sizeWhileReplacing } from "../../../text/replace.ts";
import { contains, endsWith, find, findLast, startsWith } from "../../../text/search.ts";
import {
  type Halves,
  split,
  splitOnce,
  splitOnceFromEnd,
  splitWhiteSpace,
  type Piece as TextPiece,
} from "../../../text/split.ts";
import { type Stripped, stripPrefix, stripSuffix } from "../../../text/strip.ts";
import { clearText, type Text, textOfDigits } from "../../../text/text.ts";
import { trim, trimEnd, trimStart } from "../../../text/trim.ts";
import type { Width } from "../../../wire/core/types.ts";
import { MOST_CHARACTERS, type SerializedCiphertext } from "../../../wire/values/ciphertext.ts";
import type { Ciphertext } from "../../values/ciphertext.ts";
import { FheAsciiString } from "../../values/fhe-ascii-string.ts";
import type { FheIntType } from "../../values/fhe-int.ts";
import { checkMaker, type FheIntegerType } from "../../values/fhe-integer.ts";
import type { FheUint, FheUintType } from "../../values/fhe-uint.ts";
import { blocksPerCharacter, textCodes } from "../../values/text.ts";
import { blockCount, type Integer } from "../../values/value.ts";
import { BoolHandle } from "./bool-handle.ts";
import { type Place, placeOf } from "./found.ts";
import { type Context, digitsIn, Handle } from "./handle.ts";
import { type IntegerHandle, type IntHandle, integerTarget, UintHandle } from "./integer-handle.ts";
import { checkTable, type MatchTable, matchEntries, type Target } from "./match-table.ts";
import { type SplitOptions, splitOptions } from "./split-options.ts";

/**
 * An encrypted text inside an engine. What it is compared with, or searched for, is a handle of the same engine, or a
 * clear text.
 *
 * Characters are those of ASCII, from 1 to 127. Zeros may follow them, and hide how many there are: `padded` says so, and
 * `size` is their number with the zeros.
 *
 * All operations throw TypeError for an operand of another engine or kind, RangeError for a clear text with characters
 * beyond ASCII, and DisposedError for a handle that has been disposed of.
 */
export class StringHandle extends Handle<FheAsciiString> {
  /** Number of characters, with the zeros that hide how long the text is. */
  readonly size: number;
  /** Whether zeros may follow the text. */
  readonly padded: boolean;

  static {
    introduce(StringHandle, {
      name: "StringHandle",
      noun: "an encrypted text",
      instead: "compare with eq or lt, search with contains or indexOf",
    });
  }

  /** @internal */
  constructor(permit: Permit, context: Context, digits: Radix, padded: boolean) {
    super(permit, context, digits);
    this.size = digits.length === 0 ? 0 : digits.length / blocksPerCharacter(context.evaluator.parameters);
    this.padded = padded;
  }

  get type(): "FheAsciiString" {
    return "FheAsciiString";
  }

  /** Whether it is the same text. Padding does not matter. */
  eq(other: StringHandle | string): BoolHandle {
    return this.#verdict(eq, other);
  }

  /** Whether it is another text; see `eq`. */
  ne(other: StringHandle | string): BoolHandle {
    return this.#verdict(ne, other);
  }

  /** Whether it is the same text but for the case of letters from A to Z. (TFHE-rs: `eq_ignore_case`.) */
  eqIgnoreCase(other: StringHandle | string): BoolHandle {
    return this.#verdict(eqIgnoringCase, other);
  }

  /** Whether it comes before another text: by the first character in which they differ, or else because it is shorter. */
  lt(other: StringHandle | string): BoolHandle {
    return this.#verdict(order.lt, other);
  }

  le(other: StringHandle | string): BoolHandle {
    return this.#verdict(order.le, other);
  }

  gt(other: StringHandle | string): BoolHandle {
    return this.#verdict(order.gt, other);
  }

  ge(other: StringHandle | string): BoolHandle {
    return this.#verdict(order.ge, other);
  }

  /**
   * Whether a pattern is in the text; the empty one is.
   *
   * @throws RangeError for a pattern so long that it has 2^18 characters in all places together; so do all that search.
   */
  contains(pattern: StringHandle | string): BoolHandle {
    return this.#verdict(contains, pattern);
  }

  /** Whether the text begins with a pattern; see `contains`. (TFHE-rs: `starts_with`.) */
  startsWith(pattern: StringHandle | string): BoolHandle {
    return this.#verdict(startsWith, pattern);
  }

  /** Whether the text ends with a pattern; see `contains`. (TFHE-rs: `ends_with`.) */
  endsWith(pattern: StringHandle | string): BoolHandle {
    return this.#verdict(endsWith, pattern);
  }

  /**
   * Where a pattern is in the text for the first time, and whether it is; the position is 0 if not. The empty one is at 0.
   * (TFHE-rs: `find`.)
   */
  indexOf(pattern: StringHandle | string): Place {
    return this.#place(find, pattern);
  }

  /** Where a pattern is in the text for the last time; the empty one is behind the text. (TFHE-rs: `rfind`.) */
  lastIndexOf(pattern: StringHandle | string): Place {
    return this.#place(findLast, pattern);
  }

  /** The number of characters. Where there is no padding, it is no secret: it is `size`. (TFHE-rs: `len`.) */
  length(): UintHandle<16> {
    return this.build((builder) => {
      const digits = lengthOf(builder, this.#text(builder), blockCount(16, builder.parameters));
      return new UintHandle(PERMIT, this.context, digits, 16);
    });
  }

  /** Whether there are no characters. */
  isEmpty(): BoolHandle {
    return this.build(
      (builder) => new BoolHandle(PERMIT, this.context, isEmpty(builder, this.#text(builder))),
    );
  }

  /** The text with a to z in place of A to Z. */
  toLowerCase(): StringHandle {
    return this.build((builder) => this.#same(toLowerCase(builder, this.#text(builder))));
  }

  /** The text with A to Z in place of a to z. */
  toUpperCase(): StringHandle {
    return this.build((builder) => this.#same(toUpperCase(builder, this.#text(builder))));
  }

  /** The text without white space on either side: spaces, tabs, line feeds, form feeds and carriage returns. */
  trim(): StringHandle {
    return this.build((builder) => this.#same(trim(builder, this.#text(builder))));
  }

  /** The text without white space in front of it; see `trim`. */
  trimStart(): StringHandle {
    return this.build((builder) => this.#same(trimStart(builder, this.#text(builder))));
  }

  /** The text without white space at its end; see `trim`. */
  trimEnd(): StringHandle {
    return this.build((builder) => this.#same(trimEnd(builder, this.#text(builder))));
  }

  /**
   * This text and another one behind it. It costs nothing where this one has no padding.
   *
   * @throws RangeError if both together have more than 65,535 characters, with their padding.
   */
  concat(other: StringHandle | string): StringHandle {
    return this.build((builder) => {
      const second = textOperand(builder, other, this.context);
      checkSize(this.size + second.characters.length);
      return this.#same(concatenate(builder, this.#text(builder), second));
    });
  }

  /**
   * The text so many times in a row; an encrypted number of times, but no more than `most` times.
   *
   * @throws RangeError for a number that is no natural number, or if all together have more than 65,535 characters, with
   *   their padding; TypeError if `most` lacks.
   */
  repeat(times: number): StringHandle;
  repeat(times: UintHandle<Width>, most: number): StringHandle;
  repeat(times: number | UintHandle<Width>, most?: number): StringHandle {
    const encrypted = times instanceof UintHandle;
    const count = encrypted ? checkCount("most", most) : checkCount("times", times);
    checkSize(this.size * count);
    return this.build((builder) => {
      const text = this.#text(builder);
      if (!encrypted) return this.#same(repeat(builder, text, count));
      return this.#same(repeatUpTo(builder, text, digitsIn(times, this.context).blocks, count));
    });
  }

  /** The text without a pattern in front of it, if it is there, and whether it is. (TFHE-rs: `strip_prefix`.) */
  stripPrefix(pattern: StringHandle | string): [text: StringHandle, found: BoolHandle] {
    return this.#stripped(stripPrefix, pattern);
  }

  /** The text without a pattern at its end, if it is there, and whether it is. (TFHE-rs: `strip_suffix`.) */
  stripSuffix(pattern: StringHandle | string): [text: StringHandle, found: BoolHandle] {
    return this.#stripped(stripSuffix, pattern);
  }

  /**
   * The text with another one in place of a pattern, everywhere: from the left, and not where it would overlap itself. The
   * empty pattern is in front of every character, and behind the last. (TFHE-rs: `replace`.)
   *
   * @throws RangeError if the text, with what might be put in everywhere, has more than 8,192 characters.
   */
  replaceAll(pattern: StringHandle | string, by: StringHandle | string): StringHandle {
    return this.#replaced(pattern, by, () => undefined);
  }

  /** The same for the first one alone. */
  replace(pattern: StringHandle | string, by: StringHandle | string): StringHandle {
    return this.replaceUpTo(pattern, by, 1);
  }

  /**
   * The same for the first few, of which there may be an encrypted number. (TFHE-rs: `replacen`.)
   *
   * @throws RangeError for a number that is no natural number, and as `replaceAll`.
   */
  replaceUpTo(
    pattern: StringHandle | string,
    by: StringHandle | string,
    count: number | UintHandle<Width>,
  ): StringHandle {
    return this.#replaced(pattern, by, this.#count("count", count));
  }

  /** A number as digits, encrypted or clear: more than a text can have of anything is as good as all. */
  #count(name: string, count: number | Handle<FheUint<Width>>): (builder: Builder) => Radix {
    if (count instanceof UintHandle) return () => digitsIn(count, this.context).blocks;
    const number = Math.min(checkCount(name, count as number), MOST_CHARACTERS + 2);
    return (builder) => clearRadix(builder, BigInt(number), digitsFor(builder, number));
  }

  #replaced(
    pattern: StringHandle | string,
    by: StringHandle | string,
    most: (builder: Builder) => Radix | undefined,
  ): StringHandle {
    return this.build((builder) => {
      const text = this.#text(builder);
      const [from, to] = [pattern, by].map((other) => textOperand(builder, other, this.context));
      checkSize(sizeWhileReplacing(text, from, to), MOST_REPLACED);
      return this.#same(replace(builder, text, from, to, most(builder)));
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
  split(separator: StringHandle | string, most: number, options: SplitOptions = {}): Piece[] {
    const { pieces, ...others } = splitOptions(options);
    const limit = pieces === undefined ? undefined : this.#count("pieces", pieces);
    return this.#pieces(most, (builder, text, number) => {
      const other = textOperand(builder, separator, this.context);
      return split(builder, text, other, number, { ...others, pieces: limit?.(builder) });
    });
  }

  /** The first words of the text, between white space; see `trim` and `split`. (TFHE-rs: `split_ascii_whitespace`.) */
  splitWhiteSpace(most: number): Piece[] {
    return this.#pieces(most, splitWhiteSpace);
  }

  /**
   * What is in front of the first separator, what is behind it, and whether there is one: if not, all of the text is
   * `before`. Throws as `contains`. (TFHE-rs: `split_once`.)
   */
  splitOnce(
    separator: StringHandle | string,
  ): [before: StringHandle, after: StringHandle, found: BoolHandle] {
    return this.#halves(splitOnce, separator);
  }

  /** The same for the last separator; if there is none, all of the text is `after`. (TFHE-rs: `rsplit_once`.) */
  splitOnceFromEnd(
    separator: StringHandle | string,
  ): [before: StringHandle, after: StringHandle, found: BoolHandle] {
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
  matchValue(
    table: MatchTable<string, string>,
    type: typeof FheAsciiString,
  ): [StringHandle, matched: BoolHandle];
  matchValue<V>(table: MatchTable<string, V>, type: MatchType): [Handle<Ciphertext>, matched: BoolHandle] {
    const target = targetOf(this.context, table, type);
    const entries = matchEntries(table, numberOfWord, target.numberOf);
    return this.build((builder) => {
      const rows = tableOf(this.#text(builder), entries);
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
  matchValueOr(
    table: MatchTable<string, string>,
    otherwise: string,
    type: typeof FheAsciiString,
  ): StringHandle;
  matchValueOr<V>(table: MatchTable<string, V>, otherwise: V, type: MatchType): Handle<Ciphertext> {
    const target = targetOf(this.context, table, type, otherwise);
    const entries = matchEntries(table, numberOfWord, target.numberOf);
    const rest = target.numberOf(otherwise);
    return this.build((builder) => {
      const rows = tableOf(this.#text(builder), entries);
      return target.make(matchValueOr(builder, this.digits.blocks, rows, rest, target.digits));
    });
  }

  /** @internal */
  protected override wrap(content: SerializedCiphertext): FheAsciiString {
    return new FheAsciiString(PERMIT, { ...content, padded: this.padded });
  }

  #text(builder: Builder): Text {
    return textOfDigits(builder, this.digits.blocks, this.padded);
  }

  #same(text: Text): StringHandle {
    return textHandle(this.context, text);
  }

  #verdict(
    operation: (builder: Builder, a: Text, b: Text) => Block,
    other: StringHandle | string,
  ): BoolHandle {
    return this.build((builder) => {
      const flag = operation(builder, this.#text(builder), textOperand(builder, other, this.context));
      return new BoolHandle(PERMIT, this.context, flag);
    });
  }

  #stripped(
    operation: (builder: Builder, a: Text, b: Text) => Stripped,
    pattern: StringHandle | string,
  ): [text: StringHandle, found: BoolHandle] {
    return this.build((builder) => {
      const other = textOperand(builder, pattern, this.context);
      const { text, found } = operation(builder, this.#text(builder), other);
      return [this.#same(text), new BoolHandle(PERMIT, this.context, found)];
    });
  }

  #pieces(
    most: number,
    operation: (builder: Builder, text: Text, most: number) => readonly TextPiece[],
  ): Piece[] {
    checkSize(this.size * checkCount("most", most), MOST_IN_PIECES);
    return this.build((builder) =>
      operation(builder, this.#text(builder), most).map(({ text, found }) => [
        this.#same(text),
        new BoolHandle(PERMIT, this.context, found),
      ]),
    );
  }

  #halves(
    operation: (builder: Builder, text: Text, separator: Text) => Halves,
    separator: StringHandle | string,
  ): [before: StringHandle, after: StringHandle, found: BoolHandle] {
    return this.build((builder) => {
      const other = textOperand(builder, separator, this.context);
      const { before, after, found } = operation(builder, this.#text(builder), other);
      return [this.#same(before), this.#same(after), new BoolHandle(PERMIT, this.context, found)];
    });
  }

  #place(operation: (builder: Builder, a: Text, b: Text) => Found, pattern: StringHandle | string): Place {
    return this.build((builder) => {
      const found = operation(builder, this.#text(builder), textOperand(builder, pattern, this.context));
      return placeOf(this.context, builder, found);
    });
  }
}

/** A piece of a text, and whether there is one. */
export type Piece = [piece: StringHandle, found: BoolHandle];

/** The types of what tables give. */
export type MatchType = FheIntegerType | typeof FheAsciiString;

/** For the rest of the library: what a table is to give, of a type. Throws TypeError for what is no type. */
export function targetOf<Key, V>(
  context: Context,
  table: MatchTable<Key, V>,
  type: MatchType,
  otherwise?: V,
): Target<V, Handle<Ciphertext>> {
  if (type !== FheAsciiString) {
    return integerTarget(context, checkMaker(type as FheIntegerType)) as unknown as Target<V, IntegerHandle>;
  }
  const texts = checkTable(table).map(([, value]) => value);
  const lengths = [...texts, otherwise ?? ""].map((text) => textCodes(text as string).codes.length);
  const size = Math.max(...lengths);
  const padded = lengths.some((length) => length < size);
  const target: Target<string, StringHandle> = {
    digits: size * blocksPerCharacter(context.evaluator.parameters),
    numberOf: numberOfWord,
    make: (digits) => new StringHandle(PERMIT, context, digits, padded),
  };
  return target as unknown as Target<V, StringHandle>;
}

function numberOfWord(text: string): bigint {
  return numberOfText(textCodes(text).codes);
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
  whenTrue: StringHandle | string,
  whenFalse: StringHandle | string,
): StringHandle {
  const [a, b] = [whenTrue, whenFalse].map((text) => textOperand(builder, text, context));
  return textHandle(context, selectText(builder, condition, a, b));
}

/** For the rest of the library: the handle of a text. */
export function textHandle(context: Context, { characters, padded }: Text): StringHandle {
  return new StringHandle(PERMIT, context, characters.flat(), padded);
}

/** For the rest of the library: an operand of operations with texts. */
export function textOperand(builder: Builder, other: StringHandle | string, context: Context): Text {
  if (typeof other === "string") return clearText(builder, textCodes(other).codes);
  if (other instanceof StringHandle) {
    return textOfDigits(builder, digitsIn(other, context).blocks, other.padded);
  }
  if ((other as unknown) instanceof Handle) {
    throw new TypeError(`expected a text, not a value of type ${(other as Handle<never>).type}`);
  }
  throw new TypeError(`expected a handle of a text, or a text, not ${describe(other)}`);
}
