import type { Kernel } from "../kernel/kernel.ts";
import type { KernelLayout } from "../kernel/layout.ts";
import type { EvaluationKey } from "./evaluation-key.ts";

/** One blind rotation: a linear combination of ciphertexts goes in, one ciphertext for each table comes out. */
export interface Lookup {
  /** Address of pairs of 32-bit words: the address of a big LWE ciphertext, and a signed coefficient. */
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
}

const aligned = (bytes: number): number => Math.ceil(bytes / 64) * 64;

/**
 * Programmable bootstrapping in the order of TFHE-rs's KS-PBS (Chillotti et al., "Programmable Bootstrapping
 * Enables Efficient Homomorphic Inference of Deep Neural Networks", section 2): linear combination, key switch to
 * the small key, modulus switch to 2N, blind rotation of the lookup polynomial, sample extraction.
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

  /** @param area `Bootstrapper.areaBytes(kernel.layout, batch)` bytes, aligned to 64, for this instance alone. */
  constructor(kernel: Kernel, key: EvaluationKey, area: number, batch: number) {
    const { layout } = kernel;
    this.#kernel = kernel;
    this.#key = key;
    this.batch = batch;
    this.#inputs = area;
    this.#switched = this.#inputs + aligned(batch * layout.bigLwe);
    this.#accumulators = this.#switched + aligned(batch * layout.smallLwe);
    this.#scratch = this.#accumulators + aligned(batch * layout.accumulator);
  }

  static areaBytes(layout: KernelLayout, batch: number): number {
    return (
      aligned(batch * layout.bigLwe) +
      aligned(batch * layout.smallLwe) +
      aligned(batch * layout.accumulator) +
      layout.scratch(batch)
    );
  }

  /** Evaluates up to `batch` lookups. */
  run(lookups: readonly Lookup[]): void {
    const kernel = this.#kernel;
    const { layout } = kernel;
    const count = lookups.length;
    for (const [i, { terms, termCount, constant }] of lookups.entries()) {
      const input = this.#inputs + i * layout.bigLwe;
      kernel.linearCombination(input, terms, termCount, constant, layout.bigLwe / 8);
    }
    kernel.keySwitch(count, this.#inputs, this.#key.keySwitchKey, this.#switched, this.#scratch);
    kernel.modulusSwitch(count, this.#switched);
    for (const [i, { table }] of lookups.entries()) {
      const accumulator = this.#accumulators + i * layout.accumulator;
      kernel.initializeAccumulator(table, this.#switched + i * layout.smallLwe, accumulator);
    }
    kernel.blindRotate(count, this.#switched, this.#accumulators, this.#key.bootstrapKey, this.#scratch);
    for (const [i, { outputs }] of lookups.entries()) {
      const accumulator = this.#accumulators + i * layout.accumulator;
      for (const { coefficient, address } of outputs) kernel.sampleExtract(accumulator, coefficient, address);
    }
  }
}
