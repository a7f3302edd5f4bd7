import {
  type Block,
  constantOf,
  type Family,
  kinOf,
  mirrored,
  type RootTable,
  type Term,
  termsOf,
  twinOf,
} from "../block.ts";
import type { Job } from "../job.ts";
import { composed, kinOfLookups, kinOfSum, mayBeEqual, nameOf, type Values } from "../kin.ts";
import { PIECE, type Steps } from "../steps.ts";
import { sameTerms } from "../terms.ts";

/**
 * Which lookups of a plan are computed from one ciphertext, and what they are called for that.
 *
 * The graph takes lookups of different kin for independent. That holds for lookups that are computed from what the graph
 * says, however composed; one that is computed from something else may meet others there.
 */
export class Ciphertexts {
  /** By the names of ciphertexts: what has been computed again is another block and the same ciphertext. */
  readonly #readers = new Map<number, { readonly family: Family; readonly jobs: Job[] }>();

  /** Notes that a lookup is computed from a block. Its kin is then that of all lookups from there, if it is the first. */
  note(job: Job): void {
    this.#readersOf(job.input, kinOf(job.output)).jobs.push(job);
  }

  /** What a lookup of a block by a table is, as far as noise goes, which makes it akin to others and a twin of equal ones. */
  originOf(block: Block, table: readonly number[]): { family: Family; root: RootTable } {
    const values = rooted(termsOf(block), functionOf(block, table));
    return { family: this.#readersOf(block).family, root: { ...values, name: nameOf(values) } };
  }

  /** A job that gives what a table gives for each value of a block; of those that are of use, the first. */
  find(block: Block, table: readonly number[], isOfUse: (job: Job) => boolean): Job | undefined {
    const terms = termsOf(block);
    return this.#readersOf(block).jobs.find(
      (job) => isOfUse(job) && sameTerms(termsOf(job.input), terms) && includes(job, block, table),
    );
  }

  #readersOf(block: Block, kin?: number): { readonly family: Family; readonly jobs: Job[] } {
    const terms = termsOf(block);
    const name = kinOfSum(terms);
    let readers = this.#readers.get(name);
    if (readers === undefined) {
      const family = { kin: kin ?? kinOfLookups(terms), opaque: false, wide: false, added: true };
      this.#readers.set(name, (readers = { family, jobs: [] }));
    }
    return readers;
  }
}

/** The jobs that read one ciphertext. */
interface Readers {
  readonly first: Job;
  /** The first function, and by name all that are of the same values. */
  readonly values: Values;
  readonly named: Map<number, Job>;
  /** The others. */
  readonly odd: { readonly job: Job; readonly values: Values }[];
}

/**
 * Whether jobs compute what is of one kin and no twins, or independent, as the graph takes it: lookups from one
 * ciphertext are of one kin, and alike in no two.
 */
export function* keepsKin(jobs: readonly Job[]): Steps<boolean> {
  const readers = new Map<number, Readers>();
  for (const [at, job] of jobs.entries()) {
    if (at % PIECE === 0) yield at / jobs.length;
    const name = kinOfSum(termsOf(job.input));
    const values = functionOfJob(job);
    const known = readers.get(name);
    if (known === undefined)
      readers.set(name, { first: job, values, named: new Map([[nameOf(values), job]]), odd: [] });
    else if (kinOf(known.first.output) !== kinOf(job.output) || !admits(known, job, values)) return false;
  }
  return true;
}

/** Whether a job gives what none of some gives, or their twin; then it is one of them. */
function admits({ values: first, named, odd }: Readers, job: Job, values: Values): boolean {
  const clash = (other: Job, of: Values): boolean =>
    twinOf(other.output) !== twinOf(job.output) && mayBeEqual(of, values);
  if (odd.some((other) => clash(other.job, other.values))) return false;
  if (first.low !== values.low || first.entries.length !== values.entries.length) {
    for (const other of named.values()) if (clash(other, functionOfJob(other))) return false;
    odd.push({ job, values });
    return true;
  }
  const name = nameOf(values);
  const other = named.get(name);
  named.set(name, job);
  return other === undefined || !clash(other, functionOfJob(other));
}

/** A function of a combination as one of what that rests on, as the graph has it for lookups that it knows. */
function rooted(terms: readonly Term[], { low, entries }: Values): Values {
  const [{ source, coefficient }] = terms;
  if (terms.length > 1 || coefficient !== 1 || source.kind === "input" || source.family.opaque)
    return { low, entries };
  return { low: source.root.low, entries: composed(source.root, { low, entries }) };
}

/** What a job gives for each value of its input's terms. */
function functionOfJob({ input, table, output }: Job): Values {
  const values = functionOf(input, table);
  if (!(input.kind === "linear" && input.wide)) return values;
  return {
    ...values,
    entries: [...values.entries, ...values.entries.map((entry) => mirrored(entry, output))],
  };
}

/** What a lookup gives for each value of its input's terms. */
function functionOf(input: Block, table: readonly number[]): Values {
  return { low: input.min - constantOf(input), entries: table.slice(input.min, input.max + 1) };
}

/** Whether a job gives what a table gives for each value of a block, and its input has all of these. */
function includes(job: Job, block: Block, table: readonly number[]): boolean {
  const shift = constantOf(job.input) - constantOf(block);
  if (block.min + shift < job.input.min || block.max + shift > job.input.max) return false;
  for (let value = block.min; value <= block.max; value++) {
    if (job.table[value + shift] !== table[value]) return false;
  }
  return true;
}
