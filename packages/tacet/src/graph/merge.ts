import { type Block, constantOf, termsOf } from "./block.ts";
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
  const byInput = new Map<Block, Job[]>();
  for (const job of jobs) {
    const group = byInput.get(job.input);
    if (group) group.push(job);
    else byInput.set(job.input, [job]);
  }
  yield 0.3;

  const rotations: Draft[] = [];
  const producer = new Map<Block, number>();
  const parts = new Parts();
  for (const [input, group] of byInput) {
    const terms = termsOf(input);
    const size = rangeSize(input);
    const dependencies = producersOf(input, producer);
    const width = tablesPerRotation(input, capacity);
    for (let start = 0; start < group.length; start += width) {
      const index = rotations.length;
      const tables: RotationTable[] = [];
      for (let at = start; at < Math.min(start + width, group.length); at++) {
        const { output, table } = group[at];
        producer.set(output, index);
        tables.push({ table: parts.of(table, input.min, input.max + 1), output });
      }
      const constant = constantOf(input) - input.min;
      rotations.push({ index, terms, constant, size, tables, dependencies, priority: 0 });
      if (index % PIECE === 0) yield 0.3 + (0.7 * producer.size) / jobs.length;
    }
  }

  for (let at = rotations.length - 1; at >= 0; at--) {
    const { dependencies, priority } = rotations[at];
    for (const earlier of dependencies) {
      rotations[earlier].priority = Math.max(rotations[earlier].priority, priority + 1);
    }
  }
  return rotations;
}

/** The rotations that compute what a block is made of, in ascending order. */
function producersOf(block: Block, producer: ReadonlyMap<Block, number>): number[] {
  const found: number[] = [];
  for (const { source } of termsOf(block)) {
    const index = producer.get(source);
    if (index === undefined || found.includes(index)) continue;
    let at = found.length;
    while (at > 0 && found[at - 1] > index) at--;
    found.splice(at, 0, index);
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
