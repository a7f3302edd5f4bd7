import type { Place } from "../errors.ts";

/**
 * The place of a byte of a query's UTF-8, which is what PostgreSQL counts in; `undefined` if it has none (PostgreSQL says -1).
 */
export function placeOf(text: string, byte: number | undefined): Place | undefined {
  if (byte === undefined || byte < 0) return undefined;
  let left = byte;
  let [offset, line, column] = [0, 1, 1];
  for (const character of text) {
    if (left <= 0) break;
    const code = character.codePointAt(0)!;
    left -= code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    offset += character.length;
    if (character === "\n") [line, column] = [line + 1, 1];
    else column++;
  }
  return { offset, line, column };
}
