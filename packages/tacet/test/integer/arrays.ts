import fc from "fast-check";
import { expect } from "vitest";
import type { InputBlock, Source } from "../../src/graph/block.ts";
import { Builder } from "../../src/graph/builder.ts";
import { interpreter } from "../../src/graph/interpret.ts";
import { interpretPlan } from "../../src/graph/interpret-plan.ts";
import { plan } from "../../src/graph/plan.ts";
import { clearRadix } from "../../src/integer/clear.ts";
import { digitNoise, type Radix } from "../../src/integer/radix.ts";
import { messageBits, type ParameterSet } from "../../src/parameters/parameter-set.ts";
import { assign, expectDigits, inputRadix, join } from "./operations.ts";

/** A graph over arrays of encrypted integers, built once and then tried with many values. */
export class Trial {
  readonly builder: Builder;
  readonly #parameters: ParameterSet;
  readonly #inputs: (readonly InputBlock[])[] = [];

  constructor(parameters: ParameterSet) {
    this.#parameters = parameters;
    this.builder = new Builder(parameters);
  }

  /** Encrypted integers, which may be as noisy as digits between operations. */
  encrypted(count: number, width: number, noise: number = digitNoise(this.builder)): Radix[] {
    const radixes = Array.from({ length: count }, () => inputRadix(this.builder, width, noise));
    this.#inputs.push(...radixes);
    return radixes;
  }

  /** Encrypted Booleans. */
  flags(count: number): InputBlock[] {
    const flags = Array.from({ length: count }, () => this.builder.input({ max: 1 }));
    this.#inputs.push(...flags.map((flag) => [flag]));
    return flags;
  }

  clear(values: readonly bigint[], width: number): Radix[] {
    const digits = width / messageBits(this.#parameters);
    return values.map((value) => clearRadix(this.builder, value, digits));
  }

  /** The results for some values of the encrypted integers, in order: by the graph, and by its plan all the same. */
  runner(results: readonly Radix[]): (values: readonly bigint[]) => bigint[] {
    const blocks = results.flat();
    expectDigits(this.builder, blocks);
    const run = interpreter(blocks, this.#parameters);
    const planned = plan(blocks, this.#parameters);
    return (values) => {
      expect(values).toHaveLength(this.#inputs.length);
      const sources = new Map<Source, number>();
      for (const [i, input] of this.#inputs.entries()) assign(sources, input, values[i], this.#parameters);
      const found = run(sources);
      expect(interpretPlan(planned, blocks, sources)).toEqual(found);
      return results.map((radix) => join(found.splice(0, radix.length), this.#parameters));
    };
  }

  rotations(results: readonly Radix[]): number {
    return plan(results.flat(), this.#parameters).rotations.length;
  }
}

/** Integers of a width of which a few come up often, so that arrays hold some of them twice. */
export function crowded(width: number): fc.Arbitrary<bigint> {
  const top = (1n << BigInt(width)) - 1n;
  return fc.oneof(fc.constantFrom(0n, 1n, top, top >> 1n), fc.bigInt({ min: 0n, max: top }));
}
