import type { Kernel } from "../kernel/kernel.ts";
import type { KernelLayout } from "../kernel/layout.ts";
import type { CastingKey, EvaluationKey } from "./server-key/evaluation-key.ts";

/**
 * What a lookup reads:
 *
 * - `big`: ciphertexts under the big LWE key, at rest or computed. Only these can be combined.
 * - `compact`: one under a dedicated compact key, as compact public-key encryption makes them. A key switch with the
 *   casting key takes it to the small or the big key.
 * - `switched`: one under the small key whose elements are integers modulo 2N already, of 32 bits each: what an earlier
 *   modulus switch gave.
 * - `random`: the same as what a seed gave, under the small key of random generation. Its table is a random polynomial.
 */
export type LookupForm = "big" | "compact" | "switched" | "random";

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
    this.#kernel = kernel;
    this.#key = key;
    this.batch = batch;
    this.#inputs = area;
    this.#switched = this.#inputs + aligned(batch * largestInput(layout, key));
    this.#accumulators = this.#switched + aligned(batch * layout.smallLwe);
    this.#scratch = this.#accumulators + aligned(batch * layout.accumulator);
  }

  static areaBytes(layout: KernelLayout, key: EvaluationKey, batch: number): number {
    const scratch = layout.scratch(batch);
    return (
      aligned(batch * largestInput(layout, key)) +
      aligned(batch * layout.smallLwe) +
      aligned(batch * layout.accumulator) +
      (key.casting ? Math.max(scratch, layout.castScratch(batch, key.casting)) : scratch)
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
    const [big, compact, random] = [of("big"), of("compact"), of("random")];
    const switched = [...of("switched"), ...random];
    const ordered = [...big, ...compact, ...switched];
    yield* this.#switchKeys(big, compact);
    yield;
    kernel.modulusSwitch(big.length + compact.length, this.#switched);
    const memory = new Uint8Array(kernel.memory.buffer);
    for (const [i, lookup] of switched.entries()) {
      const source = this.#addressOf(lookup);
      memory.copyWithin(this.#small(big.length + compact.length + i), source, source + layout.smallLwe);
    }
    for (const [i, { table }] of ordered.entries()) {
      kernel.initializeAccumulator(table, this.#small(i), this.#accumulators + i * layout.accumulator);
    }
    const { bootstrapKey, oprfKey } = this.#key;
    const usual = oprfKey === null ? ordered.length : ordered.length - random.length;
    yield* this.#rotate(0, usual, bootstrapKey);
    yield* this.#rotate(usual, ordered.length, oprfKey ?? bootstrapKey);
    for (const [i, { outputs }] of ordered.entries()) {
      const accumulator = this.#accumulators + i * layout.accumulator;
      for (const { coefficient, address, offset } of outputs) {
        kernel.sampleExtract(accumulator, coefficient, address);
        if (offset !== 0n) new BigUint64Array(memory.buffer, address + layout.bigLwe - 8, 1)[0] += offset;
      }
    }
  }

  /** Rotates the accumulators from number `first` to before number `end` of the batch. */
  *#rotate(first: number, end: number, key: number): Generator<void, void, void> {
    if (first === end) return;
    const kernel = this.#kernel;
    const { lweDimension, polynomialSize } = kernel.parameters;
    const count = end - first;
    const accumulators = this.#accumulators + first * kernel.layout.accumulator;
    const steps = Math.max(1, Math.floor(PIECE / (count * polynomialSize)));
    for (let from = 0; from < lweDimension; from += steps) {
      const to = Math.min(from + steps, lweDimension);
      kernel.blindRotate(count, this.#small(first), accumulators, key, this.#scratch, from, to);
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

function largestInput(layout: KernelLayout, { casting }: EvaluationKey): number {
  return casting ? Math.max(layout.bigLwe, compactBytes(casting)) : layout.bigLwe;
}
