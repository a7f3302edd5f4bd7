import { LimitError, PatternError } from "../errors.ts";
import type { Automaton, Encoding } from "./automaton.ts";
import { type CodeSet, codesMatching, onlyCode } from "./code-set.ts";
import type { Machine } from "./determinize.ts";
import { checkPatternLength } from "./length.ts";
import { MOST_STATES, makeAutomaton, type Recognizer } from "./make-automaton.ts";

export interface LikeOptions {
  /** The character that makes the one behind it stand for itself: a backslash, unless given; none if empty. */
  readonly escape?: string;
  /** Whether upper and lower case are the same, as in ILIKE. */
  readonly ignoreCase?: boolean;
}

/** A character of a pattern, or what stands for any one or for any number of them. */
type Token = { readonly literal: string } | "_" | "%";

/**
 * The automaton of an SQL pattern as PostgreSQL reads it. It has to match the whole text.
 *
 * @throws PatternError for one that ends with its escape character; RangeError for one that is too long, and for an escape
 *   that is more than one character; LimitError for one that needs too many states.
 */
export function likeAutomaton(
  pattern: string,
  { escape: escaper = "\\", ignoreCase = false }: LikeOptions,
  encoding: Encoding,
): Automaton {
  checkPatternLength(pattern);
  const tokens = tokensOf(pattern, escaper);
  // The shortest text that matches has a state between any two of its characters.
  const length = tokens.filter((token) => token !== "%").length;
  if (length >= MOST_STATES) throw new LimitError("states", MOST_STATES, length + 1);
  const literals = [...new Set(tokens.flatMap((token) => (typeof token === "string" ? [] : token.literal)))];
  const sets = literals.map((literal) => variantsOf(literal, ignoreCase, encoding));
  const recognizer: Recognizer = {
    sets,
    machineOf(members) {
      const taken = tokens.map((token) => {
        return typeof token === "string" ? undefined : members[literals.indexOf(token.literal)];
      });
      return machineOf(tokens, (place, characterClass) => taken[place]?.[characterClass] ?? true);
    },
  };
  return makeAutomaton(recognizer, encoding);
}

function tokensOf(pattern: string, escaper: string): Token[] {
  if ([...escaper].length > 1) throw new RangeError("the escape of a LIKE pattern is one character, or none");
  const tokens: Token[] = [];
  let escaped = false;
  for (const character of pattern) {
    if (!escaped && character === escaper) {
      escaped = true;
      continue;
    }
    const special = !escaped && (character === "_" || character === "%");
    escaped = false;
    if (character === "%" && special && tokens.at(-1) === "%") continue;
    tokens.push(special ? character : { literal: character });
  }
  if (escaped) {
    throw new PatternError(
      "a LIKE pattern must not end with its escape character",
      pattern.length - escaper.length,
    );
  }
  return tokens;
}

/** A character, and those that differ from it only in case if that does not matter. */
function variantsOf(literal: string, ignoreCase: boolean, encoding: Encoding): CodeSet {
  const code = literal.codePointAt(0)!;
  if (!ignoreCase) return onlyCode(code, encoding);
  const lower = literal.toLowerCase();
  // What has the same lower case matches here, which has more: a long s, and an s.
  return codesMatching(`\\u{${code.toString(16)}}`, "iu", encoding).flatMap(([first, last]) =>
    Array.from({ length: last - first + 1 }, (_, i) => first + i)
      .filter((each) => String.fromCodePoint(each).toLowerCase() === lower)
      .map((each) => [each, each] as const),
  );
}

/**
 * Reads a text at several places of a pattern at once: from each, the rest of the text would have to match the rest of the
 * pattern. In front of the last "%" that was reached no place is needed, as what matches from there matches from here.
 */
function machineOf(
  tokens: readonly Token[],
  takes: (place: number, characterClass: number) => boolean,
): Machine<readonly number[]> {
  /** Places in order, and those behind any "%" at one. */
  const reached = (places: readonly number[]): readonly number[] => {
    const all = new Set(places);
    for (const place of all) if (tokens[place] === "%") all.add(place + 1);
    const sorted = [...all].sort((a, b) => a - b);
    return sorted.slice(
      Math.max(
        0,
        sorted.findLastIndex((place) => tokens[place] === "%"),
      ),
    );
  };
  return {
    start: reached([0]),
    next: (places, characterClass) =>
      reached(
        places.flatMap((place) => {
          if (tokens[place] === "%") return [place];
          return place < tokens.length && takes(place, characterClass) ? [place + 1] : [];
        }),
      ),
    accepts: (places) => places.includes(tokens.length),
    keyOf: (places) => places.join(),
  };
}
