import { type Block, isPending, standsAnywhere } from "./block.ts";
import { type Job, tablesPerRotation } from "./job.ts";

/**
 * Turns lookups of a lookup into lookups of its input, where that costs no rotation more: the result
 * needs fewer rotations or a shorter chain of them.
 *
 * @param order what is needed, in order of need.
 * @returns the jobs that are left, in the same order; a lookup that only composed lookups read is gone.
 */
export function composeLookups(
  order: readonly Block[],
  requested: ReadonlySet<Block>,
  capacity: number,
): Job[] {
  const jobs = new Map<Block, Job>();
  const readers = new Map<Block, Set<Job>>();
  const readersOf = (block: Block): Set<Job> => {
    let set = readers.get(block);
    if (!set) readers.set(block, (set = new Set()));
    return set;
  };
  const needed = new Set<Block>(requested);
  for (const block of order) {
    if (isPending(block)) {
      const job: Job = { output: block, input: block.input, table: block.table };
      jobs.set(block, job);
      readersOf(block.input).add(job);
    } else if (block.kind === "linear") {
      for (const { source } of block.terms) needed.add(source);
    }
  }

  for (const [middle, first] of jobs) {
    const second = readersOf(middle);
    if (second.size === 0 || standsAnywhere(first.input)) continue;
    const siblings = readersOf(first.input);
    const perInput = tablesPerRotation(first.input, capacity);
    const spared = needed.has(middle) ? 0 : 1;
    const before =
      Math.ceil(siblings.size / perInput) + Math.ceil(second.size / tablesPerRotation(middle, capacity));
    const after = Math.ceil((siblings.size + second.size - spared) / perInput);
    if (after > before) continue;
    for (const job of second) {
      const { table } = job;
      job.input = first.input;
      job.table = first.table.map((value) => table[value]);
      siblings.add(job);
    }
    second.clear();
    if (!needed.has(middle)) {
      siblings.delete(first);
      jobs.delete(middle);
    }
  }
  return [...jobs.values()];
}
