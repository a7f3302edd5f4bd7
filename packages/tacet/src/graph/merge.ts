import { type Block, constantOf, termsOf } from "./block.ts";
import { type Job, rangeSize, tablesPerRotation } from "./job.ts";
import type { Rotation } from "./plan.ts";

/**
 * Gathers the lookups of one block into rotations of as many tables as the block's range leaves room for.
 *
 * @param jobs in order of need.
 * @returns rotations, each after those that it depends on.
 */
export function mergeLookups(jobs: readonly Job[], capacity: number): Rotation[] {
  const byInput = new Map<Block, Job[]>();
  for (const job of jobs) {
    const group = byInput.get(job.input);
    if (group) group.push(job);
    else byInput.set(job.input, [job]);
  }

  const drafts: Omit<Rotation, "priority">[] = [];
  const producer = new Map<Block, number>();
  for (const [input, group] of byInput) {
    const terms = termsOf(input);
    const size = rangeSize(input);
    const producers = terms.map(({ source }) => producer.get(source)).filter((index) => index !== undefined);
    const dependencies = [...new Set(producers)].sort((a, b) => a - b);
    const width = tablesPerRotation(input, capacity);
    for (let start = 0; start < group.length; start += width) {
      const index = drafts.length;
      const tables = group.slice(start, start + width).map(({ output, table }) => {
        producer.set(output, index);
        return { table: table.slice(input.min, input.max + 1), output };
      });
      drafts.push({ index, terms, constant: constantOf(input) - input.min, size, tables, dependencies });
    }
  }

  const priorities = new Array<number>(drafts.length).fill(0);
  for (const { index, dependencies } of drafts.toReversed()) {
    for (const earlier of dependencies) {
      priorities[earlier] = Math.max(priorities[earlier], priorities[index] + 1);
    }
  }
  return drafts.map((draft) => ({ ...draft, priority: priorities[draft.index] }));
}

/** Number of rotations on the longest chain. */
export function depthOf(rotations: readonly Rotation[]): number {
  return rotations.reduce((longest, { priority }) => Math.max(longest, priority + 1), 0);
}
