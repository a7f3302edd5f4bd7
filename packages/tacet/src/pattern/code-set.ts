import type { Encoding } from "./automaton.ts";

/** Code points as ranges in order, both ends included. */
export type CodeSet = readonly (readonly [first: number, last: number])[];

/** The code points of each length in UTF-16, without 0, which texts are padded with, and without halves of pairs. */
const ALPHABETS: Readonly<Record<Encoding, CodeSet>> = {
  ascii: [[1, 0x7f]],
  utf8: [
    [1, 0xd7ff],
    [0xe000, 0xffff],
    [0x10000, 0x10ffff],
  ],
};

/** A code point, if texts can have it. */
export function onlyCode(code: number, encoding: Encoding): CodeSet {
  const exists = ALPHABETS[encoding].some(([first, last]) => first <= code && code <= last);
  return exists ? [[code, code]] : [];
}

/** Code points one behind the other. */
interface Stretch {
  readonly first: number;
  readonly text: string;
}

/** How many code points are tried at once. */
const STRETCH = 2 ** 12;

/** The alphabets as texts, once they are needed: 4 MB, and more time than all else that they are needed for. */
const stretches = new Map<Encoding, readonly Stretch[]>();

function stretchesOf(encoding: Encoding): readonly Stretch[] {
  const known = stretches.get(encoding);
  if (known !== undefined) return known;
  const made = ALPHABETS[encoding].flatMap(([first, last]) =>
    Array.from({ length: Math.ceil((last + 1 - first) / STRETCH) }, (_, i): Stretch => {
      const from = first + i * STRETCH;
      const codes = new Uint32Array(Math.min(STRETCH, last + 1 - from)).map((_, j) => from + j);
      return { first: from, text: String.fromCodePoint(...codes) };
    }),
  );
  stretches.set(encoding, made);
  return made;
}

/**
 * The code points that match a regular expression of single characters. The platform itself says which, so that what it
 * has for classes, properties and cases is exactly what it has.
 *
 * @param flags with `u` beyond ASCII.
 */
export function codesMatching(source: string, flags: string, encoding: Encoding): CodeSet {
  const runs = new RegExp(`(?:${source})+`, `${flags}g`);
  return stretchesOf(encoding).flatMap(({ first, text }) => {
    const units = first < 0x10000 ? 1 : 2;
    return Array.from(text.matchAll(runs), ({ 0: run, index }) => {
      const start = first + index / units;
      return [start, start + run.length / units - 1] as const;
    });
  });
}

/** The alphabet cut into pieces, in order, each in a class; code points of one class are in the same sets. */
export interface Partition {
  readonly pieces: readonly Piece[];
  /** `members[set][class]`: whether the class is in the set. */
  readonly members: readonly (readonly boolean[])[];
  /** How many classes there are. */
  readonly count: number;
}

export interface Piece {
  readonly first: number;
  readonly last: number;
  readonly class: number;
}

export function partitionOf(sets: readonly CodeSet[], encoding: Encoding): Partition {
  /** Which sets begin or end in front of a code point. */
  const changes = new Map<number, number[]>();
  const change = (code: number, set: number): void => {
    changes.set(code, [...(changes.get(code) ?? []), set]);
  };
  for (const [set, ranges] of [ALPHABETS[encoding], ...sets].entries()) {
    for (const [first, last] of ranges) {
      change(first, set);
      change(last + 1, set);
    }
  }
  const classes = new Map<string, number[]>();
  const numbers = new Map<string, number>();
  const pieces: Piece[] = [];
  const active = new Set<number>();
  const codes = [...changes.keys()].sort((a, b) => a - b);
  for (const [i, first] of codes.entries()) {
    for (const set of changes.get(first)!) if (!active.delete(set)) active.add(set);
    if (!active.has(0)) continue;
    const key = [...active].sort((a, b) => a - b).join();
    const number = numbers.get(key) ?? numbers.size;
    numbers.set(key, number);
    if (!classes.has(key)) classes.set(key, [...active]);
    pieces.push({ first, last: codes[i + 1] - 1, class: number });
  }
  const members = sets.map(() => new Array<boolean>(numbers.size).fill(false));
  for (const [key, number] of numbers) {
    for (const set of classes.get(key)!) if (set > 0) members[set - 1][number] = true;
  }
  return { pieces, members, count: numbers.size };
}
