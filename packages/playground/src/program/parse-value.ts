import { MOST_UNITS, unitsOf } from "./text-size.ts";
import { type ClearValue, type InputType, type IntegerShape, shapeOf, type TextInputType } from "./types.ts";

/** The smallest and the largest integer of a type. */
export function rangeOf({ kind, bits }: IntegerShape): [smallest: bigint, largest: bigint] {
  const size = 1n << BigInt(bits);
  return kind === "signed" ? [-size / 2n, size / 2n - 1n] : [0n, size - 1n];
}

/** Decimal digits in groups of three, apart by one and the same sign: 1,5 is no fifteen. */
const GROUPED = /^[-+−]?\d{1,3}([\s,'’])\d{3}(\1\d{3})*$/;

/**
 * The value that a person has typed: `true`, `yes` or `1`; integers in decimal, hexadecimal or binary notation. Groups
 * of three decimal digits may be set apart by spaces, commas or apostrophes, and any digits by underscores. A text is what
 * was typed, with the spaces around it.
 *
 * @throws SyntaxError for what is no value, RangeError for one that the type does not hold; both say what would be right.
 */
export function parseValue(type: InputType, text: string): ClearValue {
  const shape = shapeOf(type);
  if (shape.kind === "text") return checkText(shape.type, text);
  const word = text.trim().toLowerCase();
  if (shape.kind === "boolean") return parseBoolean(word);
  const [smallest, largest] = rangeOf(shape);
  const separators = GROUPED.test(word) ? /[\s,'’]/g : /(?<=[\da-f])_(?=[\da-f])/g;
  const match = /^([-+−]?)(0x[\da-f]+|0b[01]+|\d+)$/.exec(word.replaceAll(separators, ""));
  if (match === null)
    throw new SyntaxError(`${type} takes an integer, such as ${smallest < 0n ? "-5" : "5"}`);
  const size = BigInt(match[2]!);
  const value = match[1] === "-" || match[1] === "−" ? -size : size;
  if (value < smallest || value > largest) {
    throw new RangeError(`${type} holds ${describe(smallest)} to ${describe(largest)}`);
  }
  return shape.bits > 32 ? value : Number(value);
}

function checkText(type: TextInputType, text: string): string {
  if (text.includes("\0")) throw new RangeError(`${type} does not hold the character 0`);
  const wrong = (type === "FheAsciiString" ? /\P{ASCII}/u : /\p{Surrogate}/u).exec(text)?.[0];
  if (wrong !== undefined) {
    throw new RangeError(
      type === "FheAsciiString"
        ? `FheAsciiString holds ASCII, which ${JSON.stringify(wrong)} is not`
        : `FheUtf8String holds no half of a character, such as ${JSON.stringify(wrong)}`,
    );
  }
  const units = unitsOf(type, text);
  if (units <= MOST_UNITS) return text;
  throw new RangeError(`a text here has up to ${MOST_UNITS} ${shapeOf(type).units}, not ${units}`);
}

function parseBoolean(word: string): boolean {
  if (["true", "yes", "1"].includes(word)) return true;
  if (["false", "no", "0"].includes(word)) return false;
  throw new SyntaxError("FheBool takes true or false");
}

/** An end of a range: in full where it can be read, else as a power of two. */
function describe(end: bigint): string {
  if (end > -(2n ** 32n) && end < 2n ** 32n) return end.toString();
  return end < 0n ? `-2^${(-end).toString(2).length - 1}` : `2^${end.toString(2).length} − 1`;
}
