import type { Piece } from "./code-set.ts";
import { MOST_STATES_ON_THE_WAY, type Table, tooManyStates } from "./determinize.ts";

/*
 * Texts are well-formed UTF-8, so that an automaton over bytes may do as it likes with all others. It is chosen such that
 * few states are needed. Bytes in the middle of a character lead from a state to itself: then the first byte leads to where
 * the character does as soon as all that begin with it lead there, and what takes any character has no states in between.
 * And where characters with one beginning lead to several states, what comes in between is like one of these, but for the
 * others.
 */

/** How many bits of a character each byte but the first holds. */
const BITS = 6;
const CONTINUATION = 0x80;
/** The first bytes of two, three and four, as far as they occur, and the code points that have so many. */
const LEADS = [
  { from: 0xc2, to: 0xdf, marker: 0xc0, bits: BITS, least: 0x80, most: 0x7ff },
  { from: 0xe0, to: 0xef, marker: 0xe0, bits: 2 * BITS, least: 0x800, most: 0xffff },
  { from: 0xf0, to: 0xf4, marker: 0xf0, bits: 3 * BITS, least: 0x10000, most: 0x10ffff },
];

/**
 * The automaton over bytes of one over classes of code points. It is minimal if that is: what comes in between leads to
 * several states by bytes that lead from any other state to itself.
 *
 * @throws PatternError if it has too many states.
 */
export function overBytes(table: Table, pieces: readonly Piece[]): Table {
  const middles = new Middles(table.next.length);
  const next = table.next.map((row, state) => {
    const runs = new Runs(row, pieces);
    const bytes = Array.from({ length: 2 ** 8 }, (_, byte) => (byte < CONTINUATION ? runs.at(byte) : state));
    for (const { from, to, marker, bits, least, most } of LEADS) {
      for (let byte = from; byte <= to; byte++) {
        bytes[byte] = middles.after(runs, (byte - marker) << bits, bits, least, most)!;
      }
    }
    // What occurs in no text is like its neighbour, and no class of its own.
    return bytes.fill(bytes[0xc2], 0xc0, 0xc2).fill(bytes[0xf4], 0xf5);
  });
  for (const { usual, targets } of middles.all) {
    const row = [...next[usual]];
    for (const [i, target] of targets.entries()) row[CONTINUATION + i] = target;
    next.push(row);
  }
  return {
    next,
    accepting: [...table.accepting, ...middles.all.map(({ usual }) => table.accepting[usual])],
  };
}

/** Where the code points lead from a state: up to the next run, all lead to the same one. */
class Runs {
  readonly #firsts: number[] = [];
  readonly #targets: number[] = [];

  constructor(row: readonly number[], pieces: readonly Piece[]) {
    for (const { first, class: number } of pieces) {
      const target = row[number];
      if (target === this.#targets.at(-1)) continue;
      this.#firsts.push(first);
      this.#targets.push(target);
    }
  }

  at(code: number): number {
    return this.#targets[this.#indexOf(code)];
  }

  /** Where all code points of a range lead; `undefined` if not all lead to one state. */
  ofAll(first: number, last: number): number | undefined {
    const index = this.#indexOf(first);
    return index === this.#indexOf(last) ? this.#targets[index] : undefined;
  }

  #indexOf(code: number): number {
    let [low, high] = [0, this.#firsts.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (this.#firsts[middle] <= code) low = middle;
      else high = middle;
    }
    return low;
  }
}

/** A state between the bytes of a character. */
interface Middle {
  /** What it is like for all other bytes: where some characters lead from there. */
  readonly usual: number;
  /** For each byte of the middle of a character. */
  readonly targets: readonly number[];
}

/** The states between the bytes of characters, each once. Their numbers follow those of the other states. */
class Middles {
  readonly all: Middle[] = [];
  readonly #offset: number;
  readonly #numbers = new Map<string, number>();

  constructor(offset: number) {
    this.#offset = offset;
  }

  /**
   * The state after some bytes of a character.
   *
   * @param code the code point that all its other bits being 0 would make.
   * @param bits how many others there are.
   * @returns `undefined` if no character begins like this.
   */
  after(runs: Runs, code: number, bits: number, least: number, most: number): number | undefined {
    const [first, last] = [Math.max(code, least), Math.min(code + 2 ** bits - 1, most)];
    if (first > last) return undefined;
    const target = runs.ofAll(first, last);
    if (target !== undefined) return target;
    const targets = Array.from({ length: 2 ** BITS }, (_, i) =>
      this.after(runs, code + i * 2 ** (bits - BITS), bits - BITS, least, most),
    );
    const some = targets.find((each) => each !== undefined)!;
    const usual = this.all[some - this.#offset]?.usual ?? some;
    return this.#numberOf({ usual, targets: targets.map((each) => each ?? usual) });
  }

  #numberOf(middle: Middle): number {
    const key = middle.targets.join();
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const number = this.#offset + this.all.length;
    if (number === MOST_STATES_ON_THE_WAY) throw tooManyStates();
    this.#numbers.set(key, number);
    this.all.push(middle);
    return number;
  }
}
