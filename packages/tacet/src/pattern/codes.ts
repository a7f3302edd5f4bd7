import type { Encoding } from "./automaton.ts";

/**
 * The codes of a text: UTF-8 unless ASCII suffices.
 *
 * @throws RangeError for one with a character 0, or with half of a surrogate pair.
 */
export function codesOf(text: string): { readonly encoding: Encoding; readonly codes: readonly number[] } {
  const points = Array.from(text, (character) => character.codePointAt(0)!);
  for (const [i, point] of points.entries()) {
    if (point === 0) throw new RangeError(`character ${i} of the text is 0, which is none`);
    if (point >= 0xd800 && point < 0xe000) {
      throw new RangeError(`character ${i} of the text is half of a surrogate pair`);
    }
  }
  const isAscii = points.every((point) => point < 0x80);
  return isAscii
    ? { encoding: "ascii", codes: points }
    : { encoding: "utf8", codes: points.flatMap((point) => bytesOf(point)) };
}

/** A code point in UTF-8. */
function bytesOf(point: number): number[] {
  const last = (shift: number): number => 0x80 | ((point >> shift) & 0x3f);
  if (point < 0x80) return [point];
  if (point < 0x800) return [0xc0 | (point >> 6), last(0)];
  if (point < 0x10000) return [0xe0 | (point >> 12), last(6), last(0)];
  return [0xf0 | (point >> 18), last(12), last(6), last(0)];
}
