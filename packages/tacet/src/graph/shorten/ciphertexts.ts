import { type Block, constantOf, type Origin, termsOf } from "../block.ts";
import { named } from "../hash.ts";
import type { Job } from "../job.ts";
import { kinOf, mayBeEqual, nameOf, type Values } from "../kin.ts";
import { sameTerms } from "../terms.ts";

/**
 * Which lookups of a plan are computed from one ciphertext, and what they are called for that.
 *
 * The graph takes lookups of different kin for independent. That holds for lookups that are computed from what the graph
 * says, however composed; one that is computed from something else may meet others there.
 */
export class Ciphertexts {
  /** By the names of ciphertexts: what has been computed again is another block and the same ciphertext. */
  readonly #readers = new Map<number, { kin: number; readonly jobs: Job[] }>();

  /** Notes that a lookup is computed from a block. Its kin is then that of all lookups from there, if it is the first. */
  note(job: Job): void {
    this.#readersOf(job.input, job.output.kin).jobs.push(job);
  }

  /** Of what kin a lookup of a block by a table is, and what it is a twin of. */
  originOf(block: Block, table: readonly number[]): Origin {
    const { kin } = this.#readersOf(block);
    return { kin, twin: named(kin, nameOf(functionOf(block, table))) };
  }

  /** A job that gives what a table gives for each value of a block; of those that are of use, the first. */
  find(block: Block, table: readonly number[], isOfUse: (job: Job) => boolean): Job | undefined {
    const values = functionOf(block, table);
    const terms = termsOf(block);
    return this.#readersOf(block).jobs.find(
      (job) =>
        sameTerms(termsOf(job.input), terms) &&
        isOfUse(job) &&
        includes(functionOf(job.input, job.table), values),
    );
  }

  #readersOf(block: Block, kin?: number): { kin: number; readonly jobs: Job[] } {
    const name = kinOf(termsOf(block));
    let readers = this.#readers.get(name);
    if (readers === undefined) this.#readers.set(name, (readers = { kin: kin ?? name, jobs: [] }));
    return readers;
  }
}

/**
 * Whether jobs compute what is of one kin and no twins, or independent, as the graph takes it: lookups from one
 * ciphertext are of one kin, and alike in no two.
 */
export function keepsKin(jobs: readonly Job[]): boolean {
  const readers = new Map<number, Job[]>();
  for (const job of jobs) {
    const name = kinOf(termsOf(job.input));
    const others = readers.get(name);
    if (others === undefined) {
      readers.set(name, [job]);
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
