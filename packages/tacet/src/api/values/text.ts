import { MismatchError, ParameterError } from "../../errors.ts";
import { describe } from "../../opaque.ts";
import { checkNumber, checkOptions, type OptionNames } from "../../options.ts";
import type { Moduli } from "../../parameters/moduli.ts";
import { blocksOfType, type TextType } from "../../wire/core/types.ts";
import { MOST_CHARACTERS } from "../../wire/values/ciphertext.ts";

/** How the length of a text is hidden. */
export interface TextOptions {
  /** Number of zeros that follow the text, which hide how long it is. (TFHE-rs: `try_encrypt_with_padding`.) */
  readonly padding?: number | undefined;
  /**
   * Number of characters that the text takes, with as many zeros as it has fewer. (TFHE-rs:
   * `try_encrypt_with_fixed_sized`, which cuts off what is longer.)
   */
  readonly size?: number | undefined;
}

const NAMES: OptionNames<TextOptions> = { padding: true, size: true };

/** The characters of a text, and whether there may be zeros behind it. */
export interface TextCodes {
  readonly codes: readonly number[];
  readonly padded: boolean;
}

/**
 * A user's text as characters, or as the bytes of UTF-8, with its padding.
 *
 * @throws TypeError for what is no text, and for options that are none or exclude each other; RangeError for characters
 *   that the type does not have or 0, and for a text that does not fit, or of more than 65,535 characters or bytes.
 */
export function textCodes(
  text: string,
  options: TextOptions = {},
  type: TextType = "FheAsciiString",
): TextCodes {
  if (typeof text !== "string") throw new TypeError(`expected a text, not ${describe(text)}`);
  const { padding, size } = checkOptions(options, NAMES);
  if (padding !== undefined && size !== undefined) {
    throw new TypeError("padding and size exclude each other: size is the padding and the text together");
  }
  for (const [name, value] of Object.entries({ padding, size })) {
    if (value !== undefined) checkCount(name, value);
  }
  const isAscii = type === "FheAsciiString";
  const units = isAscii ? "characters" : "bytes";
  // What is too long is not looked at: a character takes a byte at least.
  if (text.length > MOST_CHARACTERS) {
    throw new RangeError(`a text of ${text.length} characters; the most is ${MOST_CHARACTERS} ${units}`);
  }
  const codes = isAscii ? asciiCodes(text) : utf8Codes(text);
  const length = size ?? codes.length + (padding ?? 0);
  if (length < codes.length) {
    throw new RangeError(`a text of ${codes.length} ${units} does not fit in ${length}`);
  }
  if (length > MOST_CHARACTERS) {
    throw new RangeError(`a text of ${length} ${units}; the most is ${MOST_CHARACTERS}`);
  }
  const zeros = new Array<number>(length - codes.length).fill(0);
  return { codes: [...codes, ...zeros], padded: zeros.length > 0 };
}

function asciiCodes(text: string): number[] {
  return Array.from({ length: text.length }, (_, i) => {
    const code = text.charCodeAt(i);
    if (code > 0 && code < 128) return code;
    throw new RangeError(
      `character ${i} of the text is not one of ASCII from 1 to 127: it has the code ${code}`,
    );
  });
}

function utf8Codes(text: string): number[] {
  const zero = text.indexOf("\0");
  if (zero >= 0) throw new RangeError(`character ${zero} of the text is 0, which stands behind texts only`);
  let place = 0;
  for (const character of text) {
    const code = character.codePointAt(0)!;
    if (code >= 0xd800 && code < 0xe000) {
      throw new RangeError(`character ${place} of the text is half of a surrogate pair`);
    }
    place += character.length;
  }
  return [...new TextEncoder().encode(text)];
}

function checkCount(name: string, value: number): void {
  checkNumber(name, value);
  if (Number.isInteger(value) && value >= 0 && value <= MOST_CHARACTERS) return;
  throw new RangeError(`${name} is ${value}; expected an integer from 0 to ${MOST_CHARACTERS}`);
}

/**
 * Number of blocks of a character.
 *
 * @throws ParameterError if blocks do not make one up.
 */
export function blocksPerCharacter({ messageModulus }: Pick<Moduli, "messageModulus">): number {
  const bits = Math.log2(messageModulus);
  const blocks = blocksOfType("FheAsciiString", bits);
  if (Number.isInteger(blocks)) return blocks;
  throw new ParameterError(`blocks of ${bits} message bits do not make up a character, of 8 bits`);
}

/** The digits of characters, one after the other, least significant first. @throws ParameterError as above. */
export function characterDigits(codes: readonly number[], messageModulus: number): number[] {
  const blocks = blocksPerCharacter({ messageModulus });
  return codes.flatMap((code) =>
    Array.from({ length: blocks }, (_, i) => Math.floor(code / messageModulus ** i) % messageModulus),
  );
}

/**
 * The text that some digits are, without what is behind it.
 *
 * @throws MismatchError for what is no text: zeros in it, characters beyond ASCII, or bytes that are not UTF-8.
 */
export function textOf(
  digits: readonly number[],
  messageModulus: number,
  padded: boolean,
  type: TextType = "FheAsciiString",
): string {
  const size = digits.length === 0 ? 1 : blocksPerCharacter({ messageModulus });
  const codes = Array.from({ length: digits.length / size }, (_, i) =>
    digits
      .slice(i * size, (i + 1) * size)
      .reduceRight((code, digit) => code * messageModulus + (digit % messageModulus), 0),
  );
  const end = codes.indexOf(0);
  const text = end < 0 ? codes : codes.slice(0, end);
  if (end >= 0 && !padded) throw new MismatchError(`no text: character ${end} is 0, without padding`);
  const behind = codes.findIndex((code, i) => i >= text.length && code !== 0);
  if (behind >= 0) throw new MismatchError(`no text: character ${behind} is not 0, and ${end} is`);
  return textOfCodes(text, type);
}

/** The text of some characters, or bytes. @throws MismatchError for what is none. */
export function textOfCodes(codes: readonly number[], type: TextType): string {
  if (type === "FheUtf8String") {
    try {
      return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(Uint8Array.from(codes));
    } catch {
      throw new MismatchError("no text: its bytes are not UTF-8");
    }
  }
  const beyond = codes.findIndex((code) => code > 127);
  if (beyond >= 0) throw new MismatchError(`no text: character ${beyond} is not one of ASCII`);
  return String.fromCharCode(...codes);
}
