import { Pattern, PatternError } from "tacet";
import { ClearBool } from "./bool.ts";
import { ClearHandle } from "./handle.ts";
import { ClearInteger, type Integer, uint32 } from "./integer.ts";
import { type ClearIntegerType, type ClearTextType, FheUtf8String, integerTypeNamed } from "./maker.ts";
import { matched, matchedOr, type Table } from "./match.ts";
import { withoutCounterparts } from "./no-clear-counterpart.ts";
import {
  checkLikeEnd,
  isLike,
  lowerCase,
  piecesOf,
  replaceUpTo,
  type Split,
  textOf,
  trimEnd,
  trimStart,
  unitsOf,
  upperCase,
  wordsOf,
} from "./strings.ts";

type Operand = ClearText | string;
type Count = ClearInteger | number;
type Piece = [piece: ClearText, found: ClearBool];

interface LikeOptions {
  readonly escape?: string;
  readonly ignoreCase?: boolean;
}

interface SplitOptions {
  readonly fromEnd?: boolean;
  readonly pieces?: Count;
  readonly separators?: Split["separators"];
}

/** A text with the operations of the library's `StringHandle`, by JavaScript's own strings. */
export class ClearText extends ClearHandle {
  readonly of: ClearTextType;
  /** The text with a character for each of its own, or for each byte of UTF-8. */
  readonly units: string;

  constructor(type: ClearTextType, units: string) {
    super();
    this.of = type;
    this.units = units;
  }

  get type(): string {
    return this.of.name;
  }

  get clear(): string {
    return textOf(this.units, this.of.units);
  }

  /** Bytes, which stand in the order of code points. */
  override get order(): string {
    return this.units;
  }

  cast(type: ClearTextType): ClearText {
    if (type === FheUtf8String) return new ClearText(type, this.units);
    throw new TypeError("expected the type FheUtf8String");
  }

  eq(other: Operand): ClearBool {
    return new ClearBool(this.units === this.#operand(other));
  }

  ne(other: Operand): ClearBool {
    return new ClearBool(this.units !== this.#operand(other));
  }

  eqIgnoreCase(other: Operand): ClearBool {
    return new ClearBool(lowerCase(this.units) === lowerCase(this.#operand(other)));
  }

  lt(other: Operand): ClearBool {
    return new ClearBool(this.units < this.#operand(other));
  }

  le(other: Operand): ClearBool {
    return new ClearBool(this.units <= this.#operand(other));
  }

  gt(other: Operand): ClearBool {
    return new ClearBool(this.units > this.#operand(other));
  }

  ge(other: Operand): ClearBool {
    return new ClearBool(this.units >= this.#operand(other));
  }

  contains(pattern: Operand): ClearBool {
    return new ClearBool(this.units.includes(this.#operand(pattern)));
  }

  startsWith(pattern: Operand): ClearBool {
    return new ClearBool(this.units.startsWith(this.#operand(pattern)));
  }

  endsWith(pattern: Operand): ClearBool {
    return new ClearBool(this.units.endsWith(this.#operand(pattern)));
  }

  indexOf(pattern: Operand): [ClearInteger, ClearBool] {
    return placeOf(this.units.indexOf(this.#operand(pattern)));
  }

  lastIndexOf(pattern: Operand): [ClearInteger, ClearBool] {
    return placeOf(this.units.lastIndexOf(this.#operand(pattern)));
  }

  length(): ClearInteger {
    return new ClearInteger(integerTypeNamed("FheUint16"), BigInt(this.units.length));
  }

  isEmpty(): ClearBool {
    return new ClearBool(this.units === "");
  }

  /** By JavaScript's own regular expressions, rather than by the automaton that the pattern has become. */
  matches(pattern: Pattern): ClearBool {
    if (!(pattern instanceof Pattern)) throw new TypeError("expected a pattern, as compile makes them");
    const { source, flags } = pattern;
    if (this.of === FheUtf8String && !flags.includes("u")) {
      throw new PatternError("for texts beyond ASCII, the pattern needs the flag u");
    }
    return new ClearBool(new RegExp(source, flags).test(this.clear));
  }

  like(pattern: Operand, options?: LikeOptions): ClearBool {
    if (typeof pattern !== "string") return this.#like(this.units, this.#operand(pattern), options);
    const { escape: escaper, ignoreCase } = checkLikeOptions(options);
    const characters = [...pattern];
    checkLikeEnd(characters, escaper);
    const same = (a: string, b: string): boolean =>
      ignoreCase ? a.toLowerCase() === b.toLowerCase() : a === b;
    return new ClearBool(isLike({ text: [...this.clear], pattern: characters, escape: escaper, same }));
  }

  isPatternOf(text: Operand, options?: LikeOptions): ClearBool {
    return this.#like(this.#operand(text), this.units, options);
  }

  toLowerCase(): ClearText {
    return this.#same(lowerCase(this.units));
  }

  toUpperCase(): ClearText {
    return this.#same(upperCase(this.units));
  }

  trim(): ClearText {
    return this.#same(trimStart(trimEnd(this.units)));
  }

  trimStart(): ClearText {
    return this.#same(trimStart(this.units));
  }

  trimEnd(): ClearText {
    return this.#same(trimEnd(this.units));
  }

  concat(other: Operand): ClearText {
    return this.#same(this.units + this.#operand(other));
  }

  repeat(times: Count, most?: number): ClearText {
    const limit = times instanceof ClearInteger ? clearCount(most) : Infinity;
    return this.#same(this.units.repeat(Math.min(countOf(times), limit)));
  }

  stripPrefix(pattern: Operand): Piece {
    const start = this.#operand(pattern);
    const found = this.units.startsWith(start);
    return [this.#same(found ? this.units.slice(start.length) : this.units), new ClearBool(found)];
  }

  stripSuffix(pattern: Operand): Piece {
    const end = this.#operand(pattern);
    const found = this.units.endsWith(end);
    const rest = this.units.slice(0, this.units.length - end.length);
    return [this.#same(found ? rest : this.units), new ClearBool(found)];
  }

  replaceAll(pattern: Operand, by: Operand): ClearText {
    return this.replaceUpTo(pattern, by, Number.MAX_SAFE_INTEGER);
  }

  replace(pattern: Operand, by: Operand): ClearText {
    return this.replaceUpTo(pattern, by, 1);
  }

  replaceUpTo(pattern: Operand, by: Operand, count: Count): ClearText {
    const [from, to] = [this.#operand(pattern), this.#operand(by)];
    return this.#same(replaceUpTo(this.units, from, to, countOf(count)));
  }

  split(separator: Operand, most: number, options: SplitOptions = {}): Piece[] {
    const split = checkSplitOptions(options);
    return this.#pieces(piecesOf(this.units, this.#operand(separator), split), most);
  }

  splitWhiteSpace(most: number): Piece[] {
    return this.#pieces(wordsOf(this.units), most);
  }

  splitOnce(separator: Operand): [before: ClearText, after: ClearText, found: ClearBool] {
    const wanted = this.#operand(separator);
    return this.#halves(this.units.indexOf(wanted), wanted, [this.units, ""]);
  }

  splitOnceFromEnd(separator: Operand): [before: ClearText, after: ClearText, found: ClearBool] {
    const wanted = this.#operand(separator);
    return this.#halves(this.units.lastIndexOf(wanted), wanted, ["", this.units]);
  }

  matchValue(
    table: Table<string, Integer | string>,
    type: ClearIntegerType | ClearTextType,
  ): [ClearHandle, ClearBool] {
    return matched(table, this.units, (key) => unitsOf(key, this.of.units), type);
  }

  matchValueOr(
    table: Table<string, Integer | string>,
    otherwise: Integer | string,
    type: ClearIntegerType | ClearTextType,
  ): ClearHandle {
    return matchedOr(table, this.units, (key) => unitsOf(key, this.of.units), type, otherwise);
  }

  #same(units: string): ClearText {
    return new ClearText(this.of, units);
  }

  #operand(other: Operand): string {
    return unitsIn(this.of, other);
  }

  /** With a pattern that is encrypted, by units. */
  #like(text: string, pattern: string, options?: LikeOptions): ClearBool {
    const { escape: escaper, ignoreCase } = checkLikeOptions(options);
    const own = (some: string): string => (ignoreCase ? lowerCase(some) : some);
    return new ClearBool(
      isLike({
        text: [...own(text)],
        pattern: [...own(pattern)],
        escape: unitsOf(own(escaper), "characters"),
        same: (a, b) => a === b,
      }),
    );
  }

  #pieces(pieces: readonly string[], most: number): Piece[] {
    return Array.from({ length: clearCount(most) }, (_, i): Piece => {
      return [this.#same(pieces[i] ?? ""), new ClearBool(i < pieces.length)];
    });
  }

  #halves(
    at: number,
    { length }: string,
    otherwise: readonly [string, string],
  ): [before: ClearText, after: ClearText, found: ClearBool] {
    const [before, after] = at < 0 ? otherwise : [this.units.slice(0, at), this.units.slice(at + length)];
    return [this.#same(before), this.#same(after), new ClearBool(at >= 0)];
  }
}

/** What is about ciphertexts. */
export const TEXT_EXCEPTIONS = ["ciphertext", "serialize"] as const;

// How many zeros follow a text is a matter of how it was computed.
withoutCounterparts(ClearText.prototype, "text", ["size", "padded"]);

/** What is to be a text of a type, as units. @throws TypeError, RangeError for what is not. */
export function unitsIn(type: ClearTextType, other: unknown): string {
  if (other instanceof ClearText && other.of === type) return other.units;
  if (!(other instanceof ClearHandle)) return unitsOf(other, type.units);
  throw new TypeError(`expected a text of type ${type.name}, not ${other.type}`);
}

/** A position, and whether there is one. */
function placeOf(index: number): [ClearInteger, ClearBool] {
  return [uint32(Math.max(0, index)), new ClearBool(index >= 0)];
}

/** A number of times, which may be encrypted. @throws TypeError, RangeError for what is none. */
function countOf(count: unknown): number {
  return count instanceof ClearInteger && !count.signed ? Number(count.value) : clearCount(count);
}

/** @throws TypeError for what is no number, RangeError for one that is no natural number. */
function clearCount(count: unknown): number {
  if (typeof count !== "number") throw new TypeError("expected a number");
  if (Number.isInteger(count) && count >= 0) return count;
  throw new RangeError(`expected a natural number, not ${count}`);
}

function checkLikeOptions(options: LikeOptions = {}): Required<LikeOptions> {
  const { escape: escaper = "\\", ignoreCase = false } = options;
  if (typeof escaper !== "string" || typeof ignoreCase !== "boolean") {
    throw new TypeError("escape is a character, and ignoreCase true or false");
  }
  if ([...escaper].length > 1) throw new RangeError("the escape of a pattern is one character, or none");
  return { escape: escaper, ignoreCase };
}

/** @throws TypeError for options that exclude each other. */
function checkSplitOptions({ fromEnd = false, separators = "between", pieces }: SplitOptions): Split {
  if (typeof fromEnd !== "boolean" || !["between", "behind", "inside"].includes(separators)) {
    throw new TypeError('fromEnd is true or false, and separators are "between", "behind" or "inside"');
  }
  if (separators === "inside" && fromEnd) throw new TypeError("separators inside pieces are at their ends");
  if (separators !== "between" && pieces !== undefined) {
    throw new TypeError("a number of pieces goes with separators between them");
  }
  return { fromEnd, separators, pieces: pieces === undefined ? Infinity : countOf(pieces) };
}
