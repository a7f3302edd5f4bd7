import type { Table } from "./determinize.ts";

/**
 * The automaton with the fewest states that accepts the same, of one all of whose states are reached. (Hopcroft, "An
 * n log n algorithm for minimizing states in a finite automaton", 1971)
 */
export function minimize({ next, accepting }: Table): Table {
  const blocks = new Blocks(next.length);
  blocks.split(accepting.flatMap((accepts, state) => (accepts ? [state] : [])));
  const columns = next[0].map((_, column) => new Sources(next, column));
  // What has been split off tells no more states apart than the two halves of a block do, of which the smaller suffices.
  const open = new Set([blocks.smaller(0, blocks.count - 1)]);
  for (const block of open) {
    open.delete(block);
    const members = blocks.members(block);
    for (const sources of columns) {
      for (const [kept, split] of blocks.split(members.flatMap((state) => sources.of(state)))) {
        open.add(open.has(kept) ? split : blocks.smaller(kept, split));
      }
    }
  }
  return merged({ next, accepting }, blocks);
}

/** For each state, those from which a column leads to it. */
class Sources {
  readonly #starts: Int32Array;
  readonly #sources: Int32Array;

  constructor(next: Table["next"], column: number) {
    this.#starts = new Int32Array(next.length + 1);
    for (const row of next) this.#starts[row[column] + 1]++;
    for (const state of next.keys()) this.#starts[state + 1] += this.#starts[state];
    this.#sources = new Int32Array(next.length);
    const places = this.#starts.slice();
    for (const [state, row] of next.entries()) this.#sources[places[row[column]]++] = state;
  }

  of(state: number): number[] {
    return [...this.#sources.subarray(this.#starts[state], this.#starts[state + 1])];
  }
}

/** The automaton whose states are blocks. The start stays in front. */
function merged({ next, accepting }: Table, blocks: Blocks): Table {
  const numbers = new Map<number, number>();
  const representatives: number[] = [];
  for (const state of next.keys()) {
    const block = blocks.of(state);
    if (numbers.has(block)) continue;
    numbers.set(block, numbers.size);
    representatives.push(state);
  }
  return {
    next: representatives.map((state) => next[state].map((target) => numbers.get(blocks.of(target))!)),
    accepting: representatives.map((state) => accepting[state]),
  };
}

/** States in blocks that are split and split again; each lies in one stretch of an array. */
class Blocks {
  readonly #states: Int32Array;
  readonly #places: Int32Array;
  readonly #blocks: Int32Array;
  /** The first place of each block, and the one behind its last. */
  readonly #starts: number[] = [0];
  readonly #ends: number[];

  constructor(count: number) {
    this.#states = Int32Array.from({ length: count }, (_, state) => state);
    this.#places = this.#states.slice();
    this.#blocks = new Int32Array(count);
    this.#ends = [count];
  }

  get count(): number {
    return this.#starts.length;
  }

  of(state: number): number {
    return this.#blocks[state];
  }

  members(block: number): number[] {
    return [...this.#states.subarray(this.#starts[block], this.#ends[block])];
  }

  /** The smaller of two blocks. */
  smaller(a: number, b: number): number {
    const size = (block: number): number => this.#ends[block] - this.#starts[block];
    return size(a) < size(b) ? a : b;
  }

  /** Takes some states, each once, out of their blocks. @returns each block that lost some but not all, and the new one. */
  split(chosen: readonly number[]): [kept: number, split: number][] {
    /** Of each block that is touched, the place in front of which the chosen states are gathered. */
    const gathered = new Map<number, number>();
    for (const state of chosen) {
      const block = this.#blocks[state];
      const place = gathered.get(block) ?? this.#starts[block];
      this.#swap(this.#places[state], place);
      gathered.set(block, place + 1);
    }
    return [...gathered].flatMap(([block, end]) => {
      if (end === this.#ends[block]) return [];
      const split = this.#starts.push(this.#starts[block]) - 1;
      this.#ends.push(end);
      this.#starts[block] = end;
      for (let place = this.#starts[split]; place < end; place++) {
        this.#blocks[this.#states[place]] = split;
      }
      return [[block, split]];
    });
  }

  #swap(a: number, b: number): void {
    const [first, second] = [this.#states[a], this.#states[b]];
    this.#states[a] = second;
    this.#states[b] = first;
    this.#places[second] = a;
    this.#places[first] = b;
  }
}
