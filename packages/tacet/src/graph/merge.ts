import { type Block, constantOf, standsAnywhere, termsOf } from "./block.ts";
import { BlockMap } from "./block-map.ts";
import { type Job, rangeSize, tablesPerRotation } from "./job.ts";
import type { Rotation, RotationTable } from "./rotation.ts";
import { PIECE, type Steps } from "./steps.ts";

type Draft = { -readonly [K in keyof Rotation]: Rotation[K] };

/**
 * Gathers the lookups of one block into rotations of as many tables as the block's range leaves room for.
 *
 * What it preserves: each output's input and table, shifted so that the input starts at 0. Lookups share a rotation only
 * if they read the same block.
 *
 * @param jobs in order of need.
 * @returns rotations, each after those that it depends on.
 */
export function* mergeLookups(jobs: readonly Job[], capacity: number): Steps<Rotation[]> {
  const groups = groupByInput(jobs);
  yield 0.3;

  const rotations: Draft[] = [];
  const producer = new BlockMap<number>();
  const parts = new Parts();
  let dependencies = NONE;
  for (let start = 0, end = 0; start < groups.length; start = end) {
    const { input } = groups[start];
    const index = rotations.length;
    if (groups[start - 1]?.input !== input) dependencies = producersOf(input, producer);
    const most = start + tablesPerRotation(input, capacity);
    do end++;
    while (end < most && end < groups.length && groups[end].input === input);
    const tables = groups.slice(start, end).map(({ output, table }): RotationTable => {
      producer.set(output, index);
      return { table: parts.of(table, input.min, input.max + 1), output };
    });
    const constant = constantOf(input) - input.min;
    const size = rangeSize(input);
    const anywhere = standsAnywhere(input);
    rotations.push({
      index,
      terms: termsOf(input),
      constant,
      size,
      anywhere,
      tables,
      dependencies,
      priority: 0,
    });
    if (index % PIECE === 0) yield 0.3 + (0.7 * end) / groups.length;
  }

  for (let at = rotations.length - 1; at >= 0; at--) {
    const { dependencies, priority } = rotations[at];
    for (const earlier of dependencies) {
      rotations[earlier].priority = Math.max(rotations[earlier].priority, priority + 1);
    }
  }
  return rotations;
}

/** Jobs of one input after each other, inputs in the order in which they come first. */
function groupByInput(jobs: readonly Job[]): Job[] {
  const known = new BlockMap<number>();
  /** Those that plans add have no identifiers. */
  const added = new Map<Block, number>();
  const groups = new Uint32Array(jobs.length);
  const counts: number[] = [];
  for (let at = 0; at < jobs.length; at++) {
    const { input } = jobs[at];
    const numbers = input.id < 0 ? added : known;
    let group = numbers.get(input);
    if (group === undefined) numbers.set(input, (group = counts.push(0) - 1));
    groups[at] = group;
    counts[group]++;
  }
  let sum = 0;
  const places = Uint32Array.from(counts, (count) => (sum += count) - count);
  const sorted = new Array<Job>(jobs.length);
  for (let at = 0; at < jobs.length; at++) sorted[places[groups[at]]++] = jobs[at];
  return sorted;
}

const NONE: readonly number[] = [];

/** The rotations that compute what a block is made of, in ascending order. */
function producersOf(block: Block, producer: BlockMap<number>): readonly number[] {
  let found = NONE;
  for (const { source } of termsOf(block)) {
    const index = producer.get(source);
    if (index === undefined || found.includes(index)) continue;
    let at = found.length;
    while (at > 0 && found[at - 1] > index) at--;
    found = found.toSpliced(at, 0, index);
  }
  return found;
}

/** Parts of tables, each once as long as the tables are shared. */
class Parts {
  readonly #parts = new Map<readonly number[], { from: number; part: readonly number[] }>();

  of(table: readonly number[], from: number, to: number): readonly number[] {
    const known = this.#parts.get(table);
    if (known !== undefined && known.from === from && known.part.length === to - from) return known.part;
    const part = table.slice(from, to);
    this.#parts.set(table, { from, part });
    return part;
  }
}
