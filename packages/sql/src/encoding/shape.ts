import { ConstantError, RequestError } from "../errors.ts";
import type { TextType } from "../schema/types.ts";

/**
 * What the server learns of a pattern of LIKE. Patterns without a part inside (`abc%`, `%abc`, `a%c`, `abc`) all look
 * alike; of others it learns how long the parts between `%` are. Plain data.
 */
export type PatternShape =
  | { readonly kind: "anchored" }
  | {
      readonly kind: "inside";
      readonly start: number;
      readonly middle: readonly number[];
      readonly end: number;
    }
  /** The pattern is NULL. */
  | { readonly kind: "null" };

/** One character of a pattern: a certain one, or any (`_`). */
export type PatternCharacter = string | undefined;

/** A pattern, cut at `%`. */
export interface Pattern {
  /** At least one; the first is where texts begin, the last where they end. */
  readonly parts: readonly (readonly PatternCharacter[])[];
}

/** Patterns with parts inside have so many of them at most. */
const MOST_PARTS = 8;
/** The most characters at either end that patterns without parts inside have. */
const MOST_ANCHORED = 16;

/** How many characters are told of at each end of a text. */
export function anchoredLength({ length }: TextType): number {
  return Math.min(length, MOST_ANCHORED);
}

/** Cuts a pattern of LIKE. @throws ConstantError if it ends with the escape character, as PostgreSQL does. */
export function parsePattern(text: string, escaping: string): Pattern {
  const parts: PatternCharacter[][] = [[]];
  let escaped = false;
  for (const character of text) {
    if (!escaped && character === escaping) {
      escaped = true;
      continue;
    }
    if (!escaped && character === "%") parts.push([]);
    else parts.at(-1)!.push(!escaped && character === "_" ? undefined : character);
    escaped = false;
  }
  if (escaped) throw new ConstantError("a pattern of LIKE does not end with its escape character");
  const inside = parts.slice(1, -1).filter((part) => part.length > 0);
  return { parts: parts.length === 1 ? parts : [parts[0]!, ...inside, parts.at(-1)!] };
}

/** @throws ConstantError for patterns that are longer than what is told of. */
export function shapeOf({ parts }: Pattern, type: TextType): PatternShape {
  if (parts.length > MOST_PARTS + 2)
    throw new ConstantError(`a pattern has ${MOST_PARTS} parts inside at most`);
  const lengths = parts.map((part) => part.length);
  if (lengths.length > 2) {
    const shape = { start: lengths[0]!, middle: lengths.slice(1, -1), end: lengths.at(-1)! };
    return { kind: "inside", ...shape };
  }
  const most = anchoredLength(type);
  const exact = lengths.length === 1;
  if (lengths.some((length) => length > (exact ? 2 * most : most))) {
    throw new ConstantError(`a pattern has ${most} characters at the beginning and the end of texts at most`);
  }
  return { kind: "anchored" };
}

/** Checks a shape that came from a client. @throws RequestError */
export function checkShape(given: unknown): PatternShape {
  const { kind, start, middle, end } = (given ?? {}) as Record<string, unknown>;
  if (kind === "anchored" || kind === "null") return { kind };
  const isLength = (value: unknown): value is number =>
    Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 1024;
  const parts =
    Array.isArray(middle) &&
    middle.length > 0 &&
    middle.length <= MOST_PARTS &&
    middle.every((part) => isLength(part) && part > 0);
  if (kind !== "inside" || !isLength(start) || !isLength(end) || !parts) {
    throw new RequestError("the shape of a pattern is malformed");
  }
  return { kind, start, middle, end };
}
