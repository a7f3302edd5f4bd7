import type { RotationTable } from "../graph/plan.ts";
import type { Heap } from "../kernel/heap.ts";
import type { ParameterSet } from "../parameters/parameter-set.ts";
import { writeLookupPolynomial } from "../scheme/lookup-table.ts";
import { writeRandomPolynomial } from "../scheme/random-polynomial.ts";

/** Polynomials that nobody uses and that are kept all the same. */
const KEPT = 256;

interface Entry {
  readonly address: number;
  users: number;
}

/** Lookup polynomials in shared memory: each distinct one once, for as long as jobs use it and a while longer. */
export class TableCache {
  readonly #heap: Heap;
  readonly #parameters: ParameterSet;
  readonly #entries = new Map<string, Entry>();
  /** Those without users, in the order in which they lost the last. */
  readonly #idle = new Map<string, Entry>();

  constructor(heap: Heap, parameters: ParameterSet) {
    this.#heap = heap;
    this.#parameters = parameters;
  }

  /**
   * Key and address of the polynomial of some tables on inputs below `range`. To be given back with `release`.
   *
   * @param centres what is taken off the entries of each table: integers, or halves of them.
   */
  acquire(
    tables: readonly RotationTable[],
    range: number,
    centres: readonly number[],
  ): { key: string; address: number } {
    let key = String.fromCharCode(range, ...centres.map((centre) => 2 * centre));
    for (const { table } of tables) key += String.fromCharCode(...table); // each of as many entries as the range
    return this.#acquire(key, (out) => {
      const entries = tables.map(({ table }, i) => table.map((entry) => entry - centres[i]));
      writeLookupPolynomial(entries, range, this.#parameters, out);
    });
  }

  /** The same of the polynomial that makes random inputs values below `count`. */
  acquireRandom(count: number): { key: string; address: number } {
    return this.#acquire(`random:${count}`, (out) => writeRandomPolynomial(count, this.#parameters, out));
  }

  #acquire(key: string, write: (out: BigUint64Array) => void): { key: string; address: number } {
    let entry = this.#entries.get(key);
    if (entry === undefined) {
      const bytes = this.#parameters.polynomialSize * 8;
      const address = this.#heap.allocate(bytes);
      write(new BigUint64Array(this.#heap.memory.buffer, address, bytes / 8));
      entry = { address, users: 0 };
      this.#entries.set(key, entry);
    }
    entry.users++;
    this.#idle.delete(key);
    return { key, address: entry.address };
  }

  release(key: string): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    if (--entry.users === 0) this.#idle.set(key, entry);
    for (const [oldest, { address }] of this.#idle) {
      if (this.#entries.size <= KEPT) return;
      this.#heap.free(address, this.#parameters.polynomialSize * 8);
      this.#idle.delete(oldest);
      this.#entries.delete(oldest);
    }
  }
}
