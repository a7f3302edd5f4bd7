import type { TextType } from "../schema/types.ts";

/** Flags of one character: sizes of its digits. A Unicode character has three, from the lowest. */
const UNICODE_SIZES = [256, 256, 17];
const ASCII_SIZES = [128];

/** How many values each digit of a character has, and whether a text may have ended there. */
export function characterSizes({ alphabet }: TextType, withEnd: boolean): number[] {
  const [lowest, ...others] = alphabet === "ascii" ? ASCII_SIZES : UNICODE_SIZES;
  return [lowest! + (withEnd ? 1 : 0), ...others];
}

/** The digits of a character, or (`undefined`) of the end of a text. */
export function characterDigits(character: string | undefined, { alphabet }: TextType): number[] {
  const [lowest] = alphabet === "ascii" ? ASCII_SIZES : UNICODE_SIZES;
  if (character === undefined) return alphabet === "ascii" ? [lowest!] : [lowest!, 0, 0];
  const code = character.codePointAt(0)!;
  return alphabet === "ascii" ? [code] : [code & 0xff, (code >> 8) & 0xff, code >> 16];
}

/** What stands at a place of a text: a certain character, any, or anything, the end as well. */
export type Accepted = { readonly character: string } | "any" | "anything";

/** Flags for a place: of each digit, which values are accepted. */
export function characterFlags(accepted: Accepted, type: TextType, withEnd: boolean): Uint8Array[] {
  const sizes = characterSizes(type, withEnd);
  if (typeof accepted === "object") {
    return characterDigits(accepted.character, type).map((digit, index) => {
      const flags = new Uint8Array(sizes[index]!);
      if (digit < flags.length) flags[digit] = 1;
      return flags;
    });
  }
  const all = sizes.map((size) => new Uint8Array(size).fill(1));
  if (accepted === "any" && withEnd) all[0]![sizes[0]! - 1] = 0;
  return all;
}
