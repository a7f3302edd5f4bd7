import { PatternError } from "tacet";
import { noCounterpart } from "./no-clear-counterpart.ts";

/*
 * What operations on texts mean, by JavaScript's own strings. Those of ClearText have a character for each unit of the text:
 * for each byte of UTF-8, that is.
 */

/** A text as units. @throws TypeError for what is none, RangeError for one that the type does not hold. */
export function unitsOf(text: unknown, kind: "characters" | "bytes"): string {
  if (typeof text !== "string") throw new TypeError("expected a text");
  if (text.includes("\0")) throw new RangeError("a text has no character 0");
  if (kind === "characters") {
    if (/\P{ASCII}/u.test(text)) throw new RangeError("expected a text in ASCII");
    return text;
  }
  if (/\p{Surrogate}/u.test(text)) throw new RangeError("expected a text without halves of characters");
  return String.fromCharCode(...new TextEncoder().encode(text));
}

/** The text that units are. @throws NoClearCounterpart if they are none: bytes that are not UTF-8. */
export function textOf(units: string, kind: "characters" | "bytes"): string {
  if (kind === "characters") return units;
  try {
    const bytes = Uint8Array.from(units, (unit) => unit.charCodeAt(0));
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw noCounterpart("bytes that are not UTF-8");
  }
}

export function lowerCase(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

export function upperCase(text: string): string {
  return text.replace(/[a-z]/g, (letter) => letter.toUpperCase());
}

export function trimStart(text: string): string {
  return text.replace(/^[ \t\n\f\r]+/, "");
}

export function trimEnd(text: string): string {
  return text.replace(/[ \t\n\f\r]+$/, "");
}

export function wordsOf(text: string): string[] {
  return text.split(/[ \t\n\f\r]+/).filter((word) => word !== "");
}

/** The text with the first few places of a pattern replaced. */
export function replaceUpTo(text: string, pattern: string, by: string, most: number): string {
  let replaced = 0;
  return text.replaceAll(pattern, (found) => (replaced++ < most ? by : found));
}

/** How a text is split; see the library's `SplitOptions`. */
export interface Split {
  readonly fromEnd: boolean;
  readonly separators: "between" | "behind" | "inside";
  /** How many pieces there are at most. */
  readonly pieces: number;
}

/** All pieces of a text. */
export function piecesOf(text: string, separator: string, { fromEnd, separators, pieces }: Split): string[] {
  if (pieces === 0) return [];
  const all = fromEnd ? cutFromEnd(text, separator, pieces) : cut(text, separator, pieces);
  if (separators === "between") return all;
  // An empty last piece is none: what comes first from the end.
  const last = fromEnd ? 0 : all.length - 1;
  const kept = all.map((piece, i) => (separators === "inside" && i < last ? piece + separator : piece));
  return kept[last] === "" ? kept.toSpliced(last, 1) : kept;
}

function cut(text: string, separator: string, most: number): string[] {
  const parts = separator === "" ? ["", ...text, ""] : text.split(separator);
  if (parts.length <= most) return parts;
  return [...parts.slice(0, most - 1), parts.slice(most - 1).join(separator)];
}

/** The same, found from the end, where separators that overlap are others. */
function cutFromEnd(text: string, separator: string, most: number): string[] {
  const reversed = (some: string): string => [...some].reverse().join("");
  return cut(reversed(text), reversed(separator), most).map(reversed);
}

/** A text or a pattern of SQL as characters, as far as `like` tells them apart. */
export interface LikeCharacters {
  readonly text: readonly string[];
  readonly pattern: readonly string[];
  /** What makes the next character of the pattern stand for itself; none if empty. */
  readonly escape: string;
  readonly same: (a: string, b: string) => boolean;
}

/** Whether a text is like a pattern, by trying all that "%" may stand for. */
export function isLike({ text, pattern, escape: escaper, same }: LikeCharacters): boolean {
  const known = new Map<string, boolean>();
  const from = (t: number, p: number): boolean => {
    const place = `${t} ${p}`;
    const result = known.get(place) ?? attempt(t, p);
    known.set(place, result);
    return result;
  };
  const attempt = (t: number, p: number): boolean => {
    const [own, wanted] = [text[t], pattern[p]];
    if (wanted === undefined) return own === undefined;
    if (wanted === escaper) {
      const literal = pattern[p + 1];
      // At the end, an escape stands for nothing.
      if (literal === undefined) return own === undefined;
      return own !== undefined && same(own, literal) && from(t + 1, p + 2);
    }
    if (wanted === "%") return from(t, p + 1) || (own !== undefined && from(t + 1, p));
    return own !== undefined && (wanted === "_" || same(own, wanted)) && from(t + 1, p + 1);
  };
  return from(0, 0);
}

/** @throws PatternError for a clear pattern that ends with its escape. */
export function checkLikeEnd(pattern: readonly string[], escaper: string): void {
  let escaped = false;
  for (const character of pattern) escaped = !escaped && character === escaper;
  if (escaped) throw new PatternError("a LIKE pattern must not end with its escape character");
}
