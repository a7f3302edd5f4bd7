import { type Block, isPending, standsAnywhere } from "./block.ts";
import { BlockMap } from "./block-map.ts";
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
  requested: readonly Block[],
  capacity: number,
): Steps<Job[]> {
  const jobs: Job[] = [];
  const read = new BlockMap<boolean>();
  for (const [at, block] of order.entries()) {
    if (at % PIECE === 0) yield (0.4 * at) / order.length;
    if (!isPending(block)) continue;
    jobs.push({ output: block, input: block.input, table: block.table });
    read.set(block.input, true);
  }
  yield 0.5;
  const middles = jobs.filter(({ output }) => read.has(output));
  if (middles.length === 0) return jobs;

  /** The readers of the lookups in the middle, and of their inputs. */
  const readers = new BlockMap<Job[]>();
  for (const { input, output } of middles)
    for (const block of [input, output]) if (!readers.has(block)) readers.set(block, []);
  for (const job of jobs) readers.get(job.input)?.push(job);
  const kept = keptOf(order, requested, middles);
  const gone = new Set<Job>();
  for (const [at, first] of middles.entries()) {
    if (at % PIECE === 0) yield 0.5 + (0.5 * at) / middles.length;
    const middle = first.output;
    if (standsAnywhere(first.input)) continue;
    const second = readers.get(middle)!;
    const siblings = readers.get(first.input)!;
    const perInput = tablesPerRotation(first.input, capacity);
    const isKept = kept.has(middle);
    const together = siblings.length + second.length - (isKept ? 0 : 1);
    const before =
      Math.ceil(siblings.length / perInput) + Math.ceil(second.length / tablesPerRotation(middle, capacity));
    if (Math.ceil(together / perInput) > before) continue;
    if (!isKept) {
      gone.add(first);
      siblings.splice(siblings.indexOf(first), 1);
    }
    for (const job of second) {
      const { table } = job;
      job.input = first.input;
      job.table = first.table.map((value) => table[value]);
      siblings.push(job);
    }
    readers.set(middle, undefined);
  }
  return jobs.filter((job) => !gone.has(job));
}

/** Those of some lookups that are asked for, or that linear blocks read: they have to be there in the end. */
function keptOf(
  order: readonly Block[],
  requested: readonly Block[],
  middles: readonly Job[],
): BlockMap<boolean> {
  const kept = new BlockMap<boolean>();
  for (const { output } of middles) kept.set(output, false);
  const keep = (block: Block): void => {
    if (kept.get(block) === false) kept.set(block, true);
  };
  for (const block of order) if (block.kind === "linear") for (const { source } of block.terms) keep(source);
  for (const block of requested) keep(block);
  for (const { output } of middles) if (kept.get(output) === false) kept.set(output, undefined);
  return kept;
}
