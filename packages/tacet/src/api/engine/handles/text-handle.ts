import type { Block } from "../../../graph/block.ts";
import type { Builder } from "../../../graph/builder.ts";
import type { Radix } from "../../../integer/radix.ts";
import type { Found } from "../../../integer/table/search.ts";
import { describe, introduce, PERMIT, type Permit } from "../../../opaque.ts";
import { checkFlag, checkOptions, type OptionNames } from "../../../options.ts";
import type { Encoding } from "../../../pattern/automaton.ts";
import { likeAutomaton } from "../../../pattern/like.ts";
import { Pattern } from "../../../pattern/pattern.ts";
import { toLowerCase } from "../../../text/change/case.ts";
import { eq, eqIgnoringCase, ne, order } from "../../../text/compare.ts";
import { isEmpty, lengthOf } from "../../../text/length.ts";
import { accepted } from "../../../text/search/automaton.ts";
import { like } from "../../../text/search/like.ts";
import { contains, endsWith, find, findLast, startsWith } from "../../../text/search/search.ts";
import { clearText, type Text, textOfDigits } from "../../../text/text.ts";
import type { TextType } from "../../../wire/core/types.ts";
import type { FheText } from "../../values/fhe-text.ts";
import { blocksPerCharacter, textCodes } from "../../values/text.ts";
import { blockCount } from "../../values/value.ts";
import { BoolHandle } from "./bool-handle.ts";
import { type Place, placeOf } from "./found.ts";
import { type Context, digitsIn, Handle } from "./handle.ts";
import { UintHandle } from "./integer-handle.ts";

/** How a pattern of SQL is read. */
export interface LikeOptions {
  /**
   * The character that makes the one behind it stand for itself: a backslash, unless given; none if empty. If the pattern
   * is encrypted, it is one of ASCII.
   */
  readonly escape?: string | undefined;
  /** Whether letters are the same as those of the other case, as in ILIKE; of an encrypted pattern, those from A to Z. */
  readonly ignoreCase?: boolean | undefined;
}

const LIKE_OPTIONS: OptionNames<LikeOptions> = { escape: true, ignoreCase: true };

/** What can be asked of an encrypted text inside an engine; `StringHandle` has what makes other texts of it. */
export abstract class TextHandle<T extends FheText> extends Handle<T> {
  /** Number of characters, or of bytes of UTF-8, with the zeros that hide how long the text is. */
  readonly size: number;
  /** Whether zeros may follow the text. */
  readonly padded: boolean;

  static {
    introduce(TextHandle, {
      name: "TextHandle",
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

  abstract override get type(): T["type"] & TextType;

  /** Whether it is the same text. Padding does not matter. */
  eq(other: TextHandle<T> | string): BoolHandle {
    return this.#verdict(eq, other);
  }

  /** Whether it is another text; see `eq`. */
  ne(other: TextHandle<T> | string): BoolHandle {
    return this.#verdict(ne, other);
  }

  /** Whether it is the same text but for the case of letters from A to Z. (TFHE-rs: `eq_ignore_case`.) */
  eqIgnoreCase(other: TextHandle<T> | string): BoolHandle {
    return this.#verdict(eqIgnoringCase, other);
  }

  /** Whether it comes before another text: by the first character in which they differ, or else because it is shorter. */
  lt(other: TextHandle<T> | string): BoolHandle {
    return this.#verdict(order.lt, other);
  }

  le(other: TextHandle<T> | string): BoolHandle {
    return this.#verdict(order.le, other);
  }

  gt(other: TextHandle<T> | string): BoolHandle {
    return this.#verdict(order.gt, other);
  }

  ge(other: TextHandle<T> | string): BoolHandle {
    return this.#verdict(order.ge, other);
  }

  /**
   * Whether a pattern is in the text; the empty one is.
   *
   * @throws RangeError for a pattern so long that it has 2^18 characters in all places together; so do all that search.
   */
  contains(pattern: TextHandle<T> | string): BoolHandle {
    return this.#verdict(contains, pattern);
  }

  /** Whether the text begins with a pattern; see `contains`. (TFHE-rs: `starts_with`.) */
  startsWith(pattern: TextHandle<T> | string): BoolHandle {
    return this.#verdict(startsWith, pattern);
  }

  /** Whether the text ends with a pattern; see `contains`. (TFHE-rs: `ends_with`.) */
  endsWith(pattern: TextHandle<T> | string): BoolHandle {
    return this.#verdict(endsWith, pattern);
  }

  /**
   * Where a pattern is in the text for the first time, and whether it is; the position is 0 if not. The empty one is at 0.
   * (TFHE-rs: `find`.)
   */
  indexOf(pattern: TextHandle<T> | string): Place {
    return this.#place(find, pattern);
  }

  /** Where a pattern is in the text for the last time; the empty one is behind the text. (TFHE-rs: `rfind`.) */
  lastIndexOf(pattern: TextHandle<T> | string): Place {
    return this.#place(findLast, pattern);
  }

  /** The number of characters. Where there is no padding, it is no secret: it is `size`. (TFHE-rs: `len`.) */
  length(): UintHandle<16> {
    return this.build((builder) => {
      const digits = lengthOf(builder, this.text(builder), blockCount(16, builder.parameters));
      return new UintHandle(PERMIT, this.context, digits, 16);
    });
  }

  /** Whether there are no characters. */
  isEmpty(): BoolHandle {
    return this.build(
      (builder) => new BoolHandle(PERMIT, this.context, isEmpty(builder, this.text(builder))),
    );
  }

  /**
   * Whether the text matches a regular expression, which `compile` of `tacet/regex` makes: what `RegExp.prototype.test` says.
   * A few rotations a character, one character after another.
   *
   * @throws TypeError for what is no pattern; PatternError for a text in UTF-8 if the expression does not have the flag `u`;
   *   LimitError and PatternError for an expression with too many states; RangeError for one that has 2^18 states at all
   *   characters together.
   */
  matches(pattern: Pattern): BoolHandle {
    const automaton = Pattern.automatonOf(pattern, this.#encoding);
    return this.build((builder) => {
      return new BoolHandle(PERMIT, this.context, accepted(builder, this.text(builder), automaton));
    });
  }

  /**
   * Whether the whole text is like a pattern of SQL: "%" stands for any number of characters, "_" for one. If the pattern is
   * encrypted, "_" stands for a byte of UTF-8, and an escape at its end for nothing.
   *
   * @throws PatternError for a clear pattern that ends with its escape, LimitError for one with too many states; RangeError
   *   for an escape that is more than one character, and as `contains`.
   */
  like(pattern: TextHandle<T> | string, options?: LikeOptions): BoolHandle {
    const { escape: escaper = "\\", ignoreCase = false } = checkLikeOptions(options);
    if (typeof pattern !== "string") return this.#like(this, pattern, escaper, ignoreCase);
    const automaton = likeAutomaton(pattern, { escape: escaper, ignoreCase }, this.#encoding);
    return this.build((builder) => {
      return new BoolHandle(PERMIT, this.context, accepted(builder, this.text(builder), automaton));
    });
  }

  /** Whether a text, which may be clear, is like this pattern; see `like`. */
  isPatternOf(text: TextHandle<T> | string, options?: LikeOptions): BoolHandle {
    const { escape: escaper = "\\", ignoreCase = false } = checkLikeOptions(options);
    return this.#like(text, this, escaper, ignoreCase);
  }

  /** @internal */
  protected text(builder: Builder): Text {
    return textOfDigits(builder, this.digits.blocks, this.padded);
  }

  /** What is beside this text in an operation: a handle of its type, or a clear text. @internal */
  protected operand(builder: Builder, other: TextHandle<T> | string): Text {
    return textOperand(builder, other, this.context, this.type);
  }

  get #encoding(): Encoding {
    return this.type === "FheUtf8String" ? "utf8" : "ascii";
  }

  #like(
    text: TextHandle<T> | string,
    pattern: TextHandle<T> | string,
    escaper: string,
    ignoreCase: boolean,
  ): BoolHandle {
    return this.build((builder) => {
      const operands = [text, pattern].map((one) => this.operand(builder, one));
      const [own, other] = ignoreCase ? operands.map((one) => toLowerCase(builder, one)) : operands;
      // The escape stands where it stands, whatever becomes of its letter.
      const [code] = textCodes(ignoreCase ? escaper.toLowerCase() : escaper).codes;
      return new BoolHandle(PERMIT, this.context, like(builder, own, other, code));
    });
  }

  #verdict(
    operation: (builder: Builder, a: Text, b: Text) => Block,
    other: TextHandle<T> | string,
  ): BoolHandle {
    return this.build((builder) => {
      const flag = operation(builder, this.text(builder), this.operand(builder, other));
      return new BoolHandle(PERMIT, this.context, flag);
    });
  }

  #place(operation: (builder: Builder, a: Text, b: Text) => Found, pattern: TextHandle<T> | string): Place {
    return this.build((builder) => {
      const found = operation(builder, this.text(builder), this.operand(builder, pattern));
      return placeOf(this.context, builder, found);
    });
  }
}

/** @throws TypeError for what are no options, RangeError for an escape that is more than one character. */
function checkLikeOptions(options: LikeOptions = {}): LikeOptions {
  const checked = checkOptions(options, LIKE_OPTIONS);
  const { escape: escaper = "\\", ignoreCase = false } = checked;
  checkFlag("ignoreCase", ignoreCase);
  if (typeof escaper !== "string") throw new TypeError(`escape is a character, not ${describe(escaper)}`);
  if ([...escaper].length > 1) throw new RangeError("the escape of a pattern is one character, or none");
  return checked;
}

/**
 * For the rest of the library: an operand of operations with texts of a type.
 *
 * @throws TypeError for what is none, RangeError for a clear text that is none of the type.
 */
export function textOperand(
  builder: Builder,
  other: TextHandle<FheText> | string,
  context: Context,
  type: TextType,
): Text {
  if (typeof other === "string") return clearText(builder, textCodes(other, {}, type).codes);
  if (!((other as unknown) instanceof Handle)) {
    throw new TypeError(`expected a handle of a text, or a text, not ${describe(other)}`);
  }
  if (!(other instanceof TextHandle)) {
    throw new TypeError(`expected a text, not a value of type ${(other as Handle<never>).type}`);
  }
  if (other.type !== type) {
    throw new TypeError(`expected a text of type ${type}, not ${other.type}; use cast to convert`);
  }
  return textOfDigits(builder, digitsIn(other, context).blocks, other.padded);
}
