/**
 * A function of the states of a chain: the character code at position s is the image of state s. A state by itself is a
 * function of nothing, a single character. So each reading is of functions, and all that is ever done is to compose them.
 */
export type StateMap = string;

/** `later` after `earlier`. */
export function compose(later: StateMap, earlier: StateMap): StateMap {
  let image = "";
  for (let at = 0; at < earlier.length; at++) image += later[earlier.charCodeAt(at)];
  return image;
}

/** What a block tells: the function that each of its values stands for, from the smallest on; "" for values that it never has. */
export interface Code {
  readonly id: number;
  readonly maps: readonly StateMap[];
}

/** Coefficients with which the sum of two blocks, less its smallest value, tells the composition of what they tell. */
export interface Joint {
  readonly later: number;
  readonly earlier: number;
  readonly code: Code;
}

/** The functions that a code tells in order, and the place of each value's function among them. */
export interface Ranking {
  readonly code: Code;
  readonly ranks: readonly number[];
}

/** All that is known of codes for blocks of one shape. Equal codes are one. */
export class Codes {
  /** Number of values of a block. */
  readonly capacity: number;
  /** Largest variance of a sum of two blocks, in units of a fresh bootstrap's. */
  readonly maxNoise: number;
  readonly #codes = new Map<string, Code>();
  readonly #rankings = new Map<Code, Ranking>();
  readonly #joints = new Map<string, Joint | undefined>();

  constructor(capacity: number, maxNoise: number) {
    this.capacity = capacity;
    this.maxNoise = maxNoise;
  }

  of(maps: readonly StateMap[]): Code {
    const key = JSON.stringify(maps);
    let code = this.#codes.get(key);
    if (code === undefined) this.#codes.set(key, (code = { id: this.#codes.size, maps }));
    return code;
  }

  rank(code: Code): Ranking {
    let ranking = this.#rankings.get(code);
    if (ranking === undefined) {
      const maps = [...new Set(code.maps.filter((map) => map !== ""))].sort();
      const ranks = code.maps.map((map) => Math.max(0, maps.indexOf(map)));
      this.#rankings.set(code, (ranking = { code: this.of(maps), ranks }));
    }
    return ranking;
  }

  /**
   * How two blocks of some noise tell the composition in one block: found by trial, smaller ranges before larger ones;
   * nothing if no sum that fits a block and is quiet enough tells it.
   */
  join(later: Code, laterNoise: number, earlier: Code, earlierNoise: number): Joint | undefined {
    const key = `${later.id}:${laterNoise}:${earlier.id}:${earlierNoise}`;
    if (!this.#joints.has(key)) {
      let found: Joint | undefined;
      for (const [p, q] of this.#coefficients(later, laterNoise, earlier, earlierNoise)) {
        if ((found = this.#try(later, p, earlier, q))) break;
      }
      this.#joints.set(key, found);
    }
    return this.#joints.get(key);
  }

  #coefficients(later: Code, laterNoise: number, earlier: Code, earlierNoise: number): [number, number][] {
    const room = this.capacity - 1;
    const spans = [later.maps.length - 1, earlier.maps.length - 1];
    const [mostLater, mostEarlier] = spans.map((span) => (span === 0 ? 1 : Math.floor(room / span)));
    const all: [number, number][] = [];
    for (let p = 1; p <= mostLater; p++) {
      for (let q = 1; q <= mostEarlier && p * spans[0] + q * spans[1] <= room; q++) {
        if (p * p * laterNoise + q * q * earlierNoise <= this.maxNoise) all.push([p, q], [p, -q]);
      }
    }
    const size = ([p, q]: [number, number]): number => p * spans[0] + Math.abs(q) * spans[1];
    return all.sort((a, b) => size(a) - size(b));
  }

  #try(later: Code, p: number, earlier: Code, q: number): Joint | undefined {
    const lowest = Math.min(0, q * (earlier.maps.length - 1));
    const size = p * (later.maps.length - 1) + Math.abs(q) * (earlier.maps.length - 1) + 1;
    const maps = new Array<StateMap>(size).fill("");
    for (const [x, second] of later.maps.entries()) {
      for (const [y, first] of earlier.maps.entries()) {
        if (second === "" || first === "") continue;
        const value = p * x + q * y - lowest;
        const map = compose(second, first);
        if (maps[value] !== "" && maps[value] !== map) return undefined;
        maps[value] = map;
      }
    }
    return { later: p, earlier: q, code: this.of(maps) };
  }
}
