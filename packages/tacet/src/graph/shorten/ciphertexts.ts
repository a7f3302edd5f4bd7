import { type Block, constantOf, termsOf } from "../block.ts";
import type { Job } from "../job.ts";
import { Families, type KnownFamily, mayBeEqual, type Values } from "../kin.ts";

/**
 * Which lookups of a plan are computed from one ciphertext, and what they are called for that.
 *
 * The graph takes lookups of different kin for independent. That holds for lookups that are computed from what the graph
 * says, however composed; one that is computed from something else may meet others there.
 */
export class Ciphertexts {
  readonly #masks = new Families();
  readonly #readers = new Map<KnownFamily, { kin: number; readonly jobs: Job[] }>();

  /** Notes that a lookup is computed from a block. Its kin is then that of all lookups from there, if it is the first. */
  note(job: Job): void {
    this.#readersOf(job.input, job.output.kin).jobs.push(job);
  }

  /** Of what kin lookups of a block are. */
  kinOf(block: Block): number {
    return this.#readersOf(block).kin;
  }

  /** A job that gives what a table gives for each value of a block; of those that are of use, the first. */
  find(block: Block, table: readonly number[], isOfUse: (job: Job) => boolean): Job | undefined {
    const values = functionOf(block, table);
    return this.#readersOf(block).jobs.find(
      (job) => isOfUse(job) && includes(functionOf(job.input, job.table), values),
    );
  }

  #readersOf(block: Block, kin?: number): { kin: number; readonly jobs: Job[] } {
    const mask = this.#masks.of(termsOf(block));
    let readers = this.#readers.get(mask);
    if (readers === undefined) this.#readers.set(mask, (readers = { kin: kin ?? mask.kin, jobs: [] }));
    return readers;
  }
}

/**
 * Whether jobs compute what is of one kin and no twins, or independent, as the graph takes it: lookups from one
 * ciphertext are of one kin, and alike in no two.
 */
export function keepsKin(jobs: readonly Job[]): boolean {
  const masks = new Families();
  const readers = new Map<KnownFamily, Job[]>();
  for (const job of jobs) {
    const mask = masks.of(termsOf(job.input));
    const others = readers.get(mask);
    if (others === undefined) {
      readers.set(mask, [job]);
      continue;
    }
    for (const other of others) {
      if (other.output.kin !== job.output.kin) return false;
      const twins = other.output.twin === job.output.twin;
      if (!twins && mayBeEqual(functionOf(other.input, other.table), functionOf(job.input, job.table)))
        return false;
    }
    others.push(job);
  }
  return true;
}

/** What a lookup gives for each value of its input's terms. */
function functionOf(input: Block, table: readonly number[]): Values {
  return { low: input.min - constantOf(input), entries: table.slice(input.min, input.max + 1) };
}

/** Whether a function is defined wherever another is, and gives the same there. */
function includes(whole: Values, part: Values): boolean {
  return part.entries.every((entry, at) => whole.entries[part.low + at - whole.low] === entry);
}
