import type { TextInputType } from "./types.ts";

/** Most characters of a text, or bytes of UTF-8: each is 66 KB when it is encrypted, and takes bootstraps. */
export const MOST_UNITS = 64;

/** Sizes of encrypted texts are multiples of this. */
const STEP = 8;

/** Number of characters of a text, or of bytes if it is to be in UTF-8. */
export function unitsOf(type: TextInputType, text: string): number {
  return type === "FheAsciiString" ? text.length : new TextEncoder().encode(text).length;
}

/**
 * The size of a text with the zeros that hide how long it is. There is always one at least: a text without any says that
 * it has none, and with that its length.
 */
export function paddedSize(type: TextInputType, text: string): number {
  return STEP * (Math.floor(unitsOf(type, text) / STEP) + 1);
}
