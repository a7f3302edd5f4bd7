import { type Block, isPending, standsAnywhere } from "./block.ts";
import { type Job, tablesPerRotation } from "./job.ts";
import { PIECE, type Steps } from "./steps.ts";

/**
 * Turns lookups of a lookup into lookups of its input, where that costs no rotation more: the result
 * needs fewer rotations or a shorter chain of them.
 *
 * What it preserves: each output's value for all values of the sources; and that no two outputs of different kin, nor two
 * that are no twins, are looked up of one ciphertext alike: composed tables of a root are different because the builder
 * has made lookups whose tables of their root may be equal one node.
 *
 * @param order what is needed, in order of need.
 * @returns the jobs that are left, in the same order; a lookup that only composed lookups read is gone.
 */
export function* composeLookups(
  order: readonly Block[],
  requested: Iterable<Block>,
  capacity: number,
): Steps<Job[]> {
  const jobs = new Map<Block, Job>();
  const readers = new Map<Block, Set<Job>>();
  const needed = new Set<Block>(requested);
  for (const [at, block] of order.entries()) {
    if (isPending(block)) {
      const job: Job = { output: block, input: block.input, table: block.table };
      jobs.set(block, job);
      const group = readers.get(block.input);
      if (group === undefined) readers.set(block.input, new Set([job]));
      else group.add(job);
    } else if (block.kind === "linear") {
      for (const { source } of block.terms) if (isPending(source)) needed.add(source);
    }
    if (at % PIECE === 0) yield (0.5 * at) / order.length;
  }

  let at = 0;
  for (const [middle, first] of jobs) {
    if (++at % PIECE === 0) yield 0.5 + (0.5 * at) / order.length;
    const second = readers.get(middle);
    if (second === undefined || standsAnywhere(first.input)) continue;
    const siblings = readers.get(first.input)!;
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
    readers.delete(middle);
    if (!needed.has(middle)) {
      siblings.delete(first);
      jobs.delete(middle);
    }
  }
  return [...jobs.values()];
}
