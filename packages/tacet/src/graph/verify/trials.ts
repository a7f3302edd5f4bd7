import { type Block, isPending, type Source, standsAnywhere } from "../block.ts";

/** The values of a block in each trial: in the least memory, as there may be hundreds of thousands. */
export type Values = Uint8Array | Uint16Array;

/** Numbers that look random and are the same every time (Steele et al., "Fast splittable pseudorandom number generators"). */
class Mixer {
  #state = 0;

  below(bound: number): number {
    this.#state = (this.#state + 0x9e3779b9) | 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    return ((mixed ^ (mixed >>> 16)) >>> 0) % bound;
  }
}

/**
 * Values that a graph's sources have in a number of trials: all combinations of the first inputs' values, as many inputs
 * as that number allows, and any values of the others, among them all smallest and all largest. What is computed in one
 * plan has the same values in the next, so that trials stay possible.
 *
 * What may stand anywhere has twice as many values: those from capacity on are those from 0 on with the padding bit set.
 */
export class Trials {
  readonly count: number;
  /** More than any block can be, with the padding bit or without. */
  readonly beyond: number;
  readonly #Values: Uint8ArrayConstructor | Uint16ArrayConstructor;
  readonly #values = new WeakMap<Source, Values>();
  readonly #mixer = new Mixer();
  /** Number of combinations of the values of the inputs so far, while they are all tried. */
  #combinations = 1;

  /** @param capacity number of values of a block; with the padding bit, there are twice as many. */
  constructor(count: number, capacity: number) {
    this.count = count;
    this.#Values = 2 * capacity < 256 ? Uint8Array : Uint16Array;
    this.beyond = 256 ** this.#Values.BYTES_PER_ELEMENT - 1;
  }

  /** What a function gives in each trial. */
  values(at: (trial: number) => number): Values {
    const values = new this.#Values(this.count);
    for (let trial = 0; trial < this.count; trial++) values[trial] = at(trial);
    return values;
  }

  /** The values of a source, drawn when it is first asked for. */
  of(source: Source): Values {
    let values = this.#values.get(source);
    if (values === undefined) this.#values.set(source, (values = this.#draw(source)));
    return values;
  }

  /** Says what a source's values are. */
  set(source: Source, values: Values): void {
    this.#values.set(source, values);
  }

  #draw(source: Source): Values {
    const { min, max } = source;
    const size = (max - min + 1) * (standsAnywhere(source) ? 2 : 1);
    const before = this.#combinations;
    const all = before * size <= this.count;
    if (all) this.#combinations *= size;
    return this.values((trial) => {
      if (all) return min + (Math.floor(trial / before) % size);
      if (trial === this.count - 1) return min;
      return trial === this.count - 2 ? max : min + this.#mixer.below(size);
    });
  }
}

/** What a lookup gives where the padding bit of its input is set, from what it gives without, in its range. */
export function turned(entry: number, min: number, max: number): number {
  return min + max - entry;
}

/** The largest value of a block, with the padding bit where that may be set. */
function mostOf(block: Block): number {
  if (!standsAnywhere(block)) return block.max;
  return block.kind === "linear" ? 2 * block.max + 1 : Number.POSITIVE_INFINITY; // inputs are drawn as they may be
}

/** What a graph means: the values of its blocks, found without any of what plans are made with. */
export class Meaning {
  readonly #trials: Trials;
  readonly #isLeaf: (block: Block) => boolean;
  readonly #values = new Map<Block, Values>();
  /** Whether blocks have been within their ranges in a trial; if not, there are no such values of the sources. */
  readonly possible: readonly boolean[];

  constructor(trials: Trials, requested: readonly Block[], isLeaf: (block: Block) => boolean) {
    this.#trials = trials;
    this.#isLeaf = isLeaf;
    const possible = new Array<boolean>(trials.count).fill(true);
    const stack = [...requested];
    for (let block = stack.at(-1); block !== undefined; block = stack.at(-1)) {
      const missing = this.#needs(block).filter((need) => !this.#values.has(need));
      if (missing.length > 0) {
        for (const need of missing) stack.push(need);
        continue;
      }
      stack.pop();
      if (this.#values.has(block)) continue;
      const values = this.#evaluate(block);
      this.#values.set(block, values);
      for (const [trial, value] of values.entries()) {
        if (value < block.min || value > mostOf(block)) possible[trial] = false;
      }
    }
    this.possible = possible;
  }

  of(block: Block): Values | undefined {
    return this.#values.get(block);
  }

  #needs(block: Block): readonly Block[] {
    if (block.kind === "linear") return block.terms.map(({ source }) => source);
    return isPending(block) && !this.#isLeaf(block) ? [block.input] : [];
  }

  #evaluate(block: Block): Values {
    if (block.kind === "linear") {
      const sums = new Int32Array(this.#trials.count).fill(block.constant);
      for (const { source, coefficient } of block.terms) {
        for (const [trial, value] of this.#values.get(source)!.entries()) sums[trial] += coefficient * value;
      }
      const { beyond } = this.#trials;
      return this.#trials.values((trial) => (sums[trial] < 0 || sums[trial] > beyond ? beyond : sums[trial]));
    }
    if (!isPending(block) || this.#isLeaf(block)) return this.#trials.of(block);
    const { table, min, max, input } = block;
    const values = this.#values.get(input)!;
    if (!standsAnywhere(input)) return this.#trials.values((trial) => table[values[trial]] ?? 0);
    const size = input.max - input.min + 1;
    return this.#trials.values((trial) => {
      const value = values[trial];
      return value > input.max ? turned(table[value - size], min, max) : table[value];
    });
  }
}
