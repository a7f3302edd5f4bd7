import { type Block, constantOf, type Kin, termsOf } from "../block.ts";
import type { Job } from "../job.ts";
import { Families, type Family, mayBeEqual, type Values } from "../kin.ts";

/**
 * Which lookups of a plan are computed from one ciphertext, and what they are called for that.
 *
 * The graph takes lookups of different kin for independent. That holds for lookups that are computed from what the graph
 * says, however composed; one that is computed from something else may meet others there.
 */
export class Ciphertexts {
  readonly #masks = new Families();
  readonly #readers = new Map<Family, { kin: Kin; readonly added: Job[] }>();

  /** Notes that a lookup that the graph knows is computed from a block, unless another is already. */
  note({ input, output }: Job): void {
    this.#readersOf(input, output.kin);
  }

  /**
   * A lookup that a plan adds: of a block, in a table. Equal ones are one.
   *
   * @param make gives the lookup, of a kin, if it is not there yet.
   */
  lookUp(input: Block, table: readonly number[], make: (kin: Kin) => Job): Job {
    const { kin, added } = this.#readersOf(input);
    const values = functionOf(input, table);
    let job = added.find((other) => mayBeEqual(functionOf(other.input, other.table), values));
    if (job === undefined) added.push((job = make(kin)));
    return job;
  }

  #readersOf(block: Block, kin?: Kin): { kin: Kin; readonly added: Job[] } {
    const mask = this.#masks.of(termsOf(block));
    let readers = this.#readers.get(mask);
    if (readers === undefined) this.#readers.set(mask, (readers = { kin: kin ?? mask, added: [] }));
    return readers;
  }
}

/**
 * Whether jobs compute what is of one kin and no twins, or independent, as the graph takes it: lookups from one
 * ciphertext are of one kin, and alike in no two.
 */
export function keepsKin(jobs: readonly Job[]): boolean {
  const masks = new Families();
  const readers = new Map<Family, Job[]>();
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
      if (!twins && mayBeEqual(functionOf(other.input, other.table), functionOf(job.input, job.table))) return false;
    }
    others.push(job);
  }
  return true;
}

/** What a lookup gives for each value of its input's terms. */
function functionOf(input: Block, table: readonly number[]): Values {
  return { low: input.min - constantOf(input), entries: table.slice(input.min, input.max + 1) };
}
