import type { Kernel } from "../kernel/kernel.ts";
import { type KernelLayout, layoutOf } from "../kernel/layout.ts";
import type { CastingKey, EvaluationKey } from "./server-key/evaluation-key.ts";
import type { LoadedUnpackingKey } from "./server-key/list-keys.ts";

/**
 * What a lookup reads:
 *
 * - `big`: ciphertexts under the big LWE key, at rest or computed. Only these can be combined.
 * - `compact`: one under a dedicated compact key, as compact public-key encryption makes them. A key switch with the
 *   casting key takes it to the small or the big key.
 * - `switched`: one under the small key whose elements are integers modulo 2N already, of 32 bits each: what an earlier
 *   modulus switch gave.
 * - `random`: the same as what a seed gave, under the small key of random generation. Its table is a random polynomial.
 * - `stored`: one under the key of lists, of 32-bit integers modulo 2N, as a list keeps it. It is rotated by a key of its
 *   own, the decompression key.
 */
export type LookupForm = "big" | "compact" | "switched" | "random" | "stored";

/** One blind rotation: a linear combination of ciphertexts goes in, one ciphertext for each table comes out. */
export interface Lookup {
  /** What the terms are. Those that are not `big` come alone, with coefficient 1 and without a constant. */
  readonly form: LookupForm;
  /** Address of pairs of 32-bit words: the address of a ciphertext, and a signed coefficient. */
  readonly terms: number;
  readonly termCount: number;
  /** Added to the combination, in units of 2^-64. */
  readonly constant: bigint;
  /** Address of the lookup polynomial: N torus coefficients. */
  readonly table: number;
  readonly outputs: readonly LookupOutput[];
}

export interface LookupOutput {
  /** Coefficient of the rotated polynomial that holds the output. */
  readonly coefficient: number;
  /** Address that receives a big LWE ciphertext. */
  readonly address: number;
  /** Added to what comes out, in units of 2^-64. */
  readonly offset: bigint;
}

/** Coefficients that a piece of blind rotation goes through: those of each accumulator, in each step. */
const PIECE = 2 ** 17;

const aligned = (bytes: number): number => Math.ceil(bytes / 64) * 64;

/**
 * Programmable bootstrapping in the order of TFHE-rs's KS-PBS (Chillotti et al., "Programmable Bootstrapping
 * Enables Efficient Homomorphic Inference of Deep Neural Networks", section 2): linear combination, key switch to
 * the small key, modulus switch to 2N, blind rotation of the lookup polynomial, sample extraction. Ciphertexts in
 * other forms join in where theirs allows.
 *
 * One instance serves one thread. A lookup's result does not depend on what else is in its batch.
 */
export class Bootstrapper {
  readonly #kernel: Kernel;
  /** For what lists keep. */
  readonly #unpacker: Kernel | null;
  readonly #key: EvaluationKey;
  readonly #inputs: number;
  readonly #switched: number;
  readonly #accumulators: number;
  readonly #scratch: number;
  /** The most lookups that one call of `run` takes. */
  readonly batch: number;

  /** @param area `Bootstrapper.areaBytes(kernel.layout, key, batch)` bytes, aligned to 64, for this instance alone. */
  constructor(kernel: Kernel, key: EvaluationKey, area: number, batch: number) {
    const { layout } = kernel;
    const { unpacking } = key;
    this.#kernel = kernel;
    this.#unpacker = unpacking && kernel.sibling(unpacking.tables, unpacking.parameters);
    this.#key = key;
    this.batch = batch;
    this.#inputs = area;
    this.#switched = this.#inputs + aligned(batch * largestInput(layout, key));
    this.#accumulators = this.#switched + aligned(batch * largestSmall(layout, key));
    this.#scratch = this.#accumulators + aligned(batch * layout.accumulator);
  }

  static areaBytes(layout: KernelLayout, key: EvaluationKey, batch: number): number {
    const { casting, unpacking } = key;
    const scratch = Math.max(
      layout.scratch(batch),
      casting ? layout.castScratch(batch, casting) : 0,
      unpacking ? layoutOf(unpacking.parameters).scratch(batch) : 0,
    );
    return (
      aligned(batch * largestInput(layout, key)) +
      aligned(batch * largestSmall(layout, key)) +
      aligned(batch * layout.accumulator) +
      scratch
    );
  }

  /**
   * Evaluates up to `batch` lookups, in pieces of a few milliseconds at most: between them, at each `yield`, others may
   * use the thread, but not the area nor what the lookups read and write.
   */
  *run(lookups: readonly Lookup[]): Generator<void, void, void> {
    const kernel = this.#kernel;
    const { layout } = kernel;
    const of = (form: LookupForm): Lookup[] => lookups.filter((lookup) => lookup.form === form);
    const [big, compact, random, stored] = [of("big"), of("compact"), of("random"), of("stored")];
    const switched = [...of("switched"), ...random];
    const usual = [...big, ...compact, ...switched];
    const ordered = [...usual, ...stored];
    yield* this.#switchKeys(big, compact);
    yield;
    kernel.modulusSwitch(big.length + compact.length, this.#switched);
    const memory = new Uint8Array(kernel.memory.buffer);
    for (const [i, lookup] of switched.entries()) {
      const source = this.#addressOf(lookup);
      memory.copyWithin(this.#small(big.length + compact.length + i), source, source + layout.smallLwe);
    }
    for (const [i, { table }] of usual.entries()) {
      kernel.initializeAccumulator(table, this.#small(i), this.#accumulatorOf(i));
    }
    const { bootstrapKey, oprfKey, unpacking } = this.#key;
    const first = oprfKey === null ? usual.length : usual.length - random.length;
    yield* this.#rotate(kernel, 0, first, this.#switched, bootstrapKey);
    yield* this.#rotate(kernel, first, usual.length, this.#small(first), oprfKey ?? bootstrapKey);
    if (this.#unpacker !== null && unpacking !== null) {
      const { smallLwe } = this.#unpacker.layout;
      for (const [i, lookup] of stored.entries()) {
        const source = this.#addressOf(lookup);
        memory.copyWithin(this.#switched + i * smallLwe, source, source + smallLwe);
        const accumulator = this.#accumulatorOf(usual.length + i);
        this.#unpacker.initializeAccumulator(lookup.table, this.#switched + i * smallLwe, accumulator);
      }
      yield* this.#rotate(this.#unpacker, usual.length, ordered.length, this.#switched, unpacking.address);
    }
    for (const [i, { outputs }] of ordered.entries()) {
      const accumulator = this.#accumulatorOf(i);
      for (const { coefficient, address, offset } of outputs) {
        kernel.sampleExtract(accumulator, coefficient, address);
        if (offset !== 0n) new BigUint64Array(memory.buffer, address + layout.bigLwe - 8, 1)[0] += offset;
      }
    }
  }

  /** Rotates the accumulators from number `first` to before number `end` of the batch by as many small ciphertexts. */
  *#rotate(
    kernel: Kernel,
    first: number,
    end: number,
    switched: number,
    key: number,
  ): Generator<void, void, void> {
    if (first === end) return;
    const { lweDimension, polynomialSize } = kernel.parameters;
    const count = end - first;
    const accumulators = this.#accumulatorOf(first);
    const steps = Math.max(1, Math.floor(PIECE / (count * polynomialSize)));
    for (let from = 0; from < lweDimension; from += steps) {
      const to = Math.min(from + steps, lweDimension);
      kernel.blindRotate(count, switched, accumulators, key, this.#scratch, from, to);
      yield;
    }
  }

  /** Leaves the inputs, in this order, under the small key. */
  *#switchKeys(big: readonly Lookup[], compact: readonly Lookup[]): Generator<void, void, void> {
    const kernel = this.#kernel;
    const { bigLwe } = kernel.layout;
    const { keySwitchKey, casting } = this.#key;
    for (const [i, { terms, termCount, constant }] of big.entries()) {
      kernel.linearCombination(this.#inputs + i * bigLwe, terms, termCount, constant, bigLwe / 8);
    }
    let count = big.length;
    if (casting?.destination === "big") {
      const sources = compact.map((lookup) => this.#addressOf(lookup));
      const output = this.#inputs + count * bigLwe;
      yield* kernel.castToBig(sources, casting, casting.address, output, this.#scratch);
      count += compact.length;
    }
    kernel.keySwitch(count, this.#inputs, keySwitchKey, this.#switched, this.#scratch);
    if (casting?.destination !== "small" || compact.length === 0) return;
    const memory = new Uint8Array(kernel.memory.buffer);
    const bytes = compactBytes(casting);
    for (const [i, lookup] of compact.entries()) {
      const source = this.#addressOf(lookup);
      memory.copyWithin(this.#inputs + i * bytes, source, source + bytes);
    }
    const output = this.#small(count);
    kernel.keySwitch(compact.length, this.#inputs, casting.address, output, this.#scratch, casting);
  }

  /** Address of accumulator number `index` of the batch. */
  #accumulatorOf(index: number): number {
    return this.#accumulators + index * this.#kernel.layout.accumulator;
  }

  /** Address of small ciphertext number `index` of the batch. */
  #small(index: number): number {
    return this.#switched + index * this.#kernel.layout.smallLwe;
  }

  /** Address of the only ciphertext that a lookup reads. */
  #addressOf({ terms }: Lookup): number {
    return new Uint32Array(this.#kernel.memory.buffer, terms, 1)[0];
  }
}

/** Bytes of a ciphertext under the key that a casting key comes from: mask and body, of 64 bits each. */
export function compactBytes({ inputDimension }: CastingKey): number {
  return 8 * (inputDimension + 1);
}

/** Bytes of a ciphertext that a list keeps: mask and body, of 32 bits each, padded. */
export function storedBytes({ parameters }: LoadedUnpackingKey): number {
  return layoutOf(parameters).smallLwe;
}

function largestSmall(layout: KernelLayout, { unpacking }: EvaluationKey): number {
  return unpacking ? Math.max(layout.smallLwe, storedBytes(unpacking)) : layout.smallLwe;
}

function largestInput(layout: KernelLayout, { casting }: EvaluationKey): number {
  return casting ? Math.max(layout.bigLwe, compactBytes(casting)) : layout.bigLwe;
}
