import type { Builder } from "../graph/builder.ts";
import { clearRadix } from "../integer/clear.ts";
import type { Radix } from "../integer/radix.ts";
import { messageBits } from "../parameters/parameter-set.ts";

/** A character: its 8 bits as digits, least significant first. 0 is none: it stands behind a text only. */
export type Character = Radix;

/** A text, encrypted or clear. */
export interface Text {
  readonly characters: readonly Character[];
  /** Whether zeros may follow the text. */
  readonly padded: boolean;
}

const CHARACTER_BITS = 8;

/** Number of digits of a character. */
export function characterSize(builder: Builder): number {
  return CHARACTER_BITS / messageBits(builder.parameters);
}

/** A clear text as constants. */
export function clearText(builder: Builder, codes: readonly number[], padded = false): Text {
  const size = characterSize(builder);
  return { characters: codes.map((code) => clearRadix(builder, BigInt(code), size)), padded };
}

/** The characters of a text that some digits are. */
export function textOfDigits(builder: Builder, digits: Radix, padded: boolean): Text {
  const size = characterSize(builder);
  const characters = Array.from({ length: digits.length / size }, (_, i) =>
    digits.slice(i * size, (i + 1) * size),
  );
  return { characters, padded };
}

/** The text in so many characters, with zeros behind it. */
export function extended(builder: Builder, { characters, padded }: Text, length: number): Text {
  const zeros = clearText(builder, new Array(Math.max(0, length - characters.length)).fill(0));
  return { characters: [...characters, ...zeros.characters], padded: padded || zeros.characters.length > 0 };
}
