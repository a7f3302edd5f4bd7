import { expect } from "vitest";
import type { ClientKey } from "../../src/index.ts";
import { placeConstant } from "../../src/leveled/circuit/constants.ts";
import { LeveledCore } from "../../src/leveled/core.ts";
import { INSIDE } from "../../src/leveled/inside.ts";
import { loadedSelectorsOf, loadedVectorOf } from "../../src/leveled/loaded.ts";
import { freshVariance, productVariance, turnedSumVariance } from "../../src/leveled/noise.ts";
import { loadSelectors, loadVector } from "../../src/leveled/take-in.ts";
import { Tape } from "../../src/leveled/threads/tape.ts";
import { PackedVector, SelectorList } from "../../src/leveled.ts";
import { negacyclicProduct } from "../kernel/reference.ts";

/** What was measured, beside what the formulas say. */
export interface Measured {
  readonly name: string;
  readonly variance: number;
  readonly bound: number;
}

/** Measures the noise of what levelled circuits are made of, over some ciphertexts of each. */
export async function measure(key: ClientKey, rounds: number): Promise<Measured[]> {
  const { parameters, glwe } = INSIDE.secretOf(key);
  const { polynomialSize: N, glweDimension: k } = parameters;
  const core = await LeveledCore.create({ parameters, threads: 0, memoryLimitBytes: 2 ** 30 });
  const size = core.accumulatorBytes;
  const sums = new Map<string, { squares: number; samples: number; bound: number }>();
  /** Notes the errors of an accumulator whose message is known. */
  const note = (name: string, address: number, message: (i: number) => bigint, bound: number): void => {
    const at = core.heap.allocate(8 * (k + 1) * N);
    core.kernels[0]!.storeAccumulator(address, at);
    const elements = new BigUint64Array(core.heap.memory.buffer, at, (k + 1) * N).slice();
    core.heap.free(at, 8 * (k + 1) * N);
    const products = Array.from({ length: k }, (_, p) =>
      negacyclicProduct(elements.subarray(p * N, (p + 1) * N), glwe.subarray(p * N, (p + 1) * N)),
    );
    const sum = sums.get(name) ?? { squares: 0, samples: 0, bound };
    for (let i = 0; i < N; i++) {
      const phase = products.reduce((rest, product) => rest - product[i]!, elements[k * N + i]!);
      sum.squares += (Number(BigInt.asIntN(64, phase - message(i))) / 2 ** 64) ** 2;
    }
    sum.samples += N;
    sums.set(name, sum);
  };
  try {
    for (let round = 0; round < rounds; round++) {
      const area = core.heap.allocate(3 * size);
      const [one, target, other] = [area, area + size, area + 2 * size];
      for (const gadget of ["coarse", "fine"] as const) {
        const flags = Array.from({ length: N }, () => Math.floor(2 * Math.random()));
        const vector = await loadVector(core, await PackedVector.encrypt(flags, key), {});
        const [packed] = loadedVectorOf(vector).chunks as [number];
        const message = (i: number): bigint => BigInt(flags[i]!) << 63n;
        note("fresh", packed, message, freshVariance(parameters));
        const list = await SelectorList.encrypt([1, 0], key, { gadget });
        const { gadget: index, address, stride } = loadedSelectorsOf(await loadSelectors(core, list, {}));
        const cut = core.gadgets[index]!;
        const product = productVariance(parameters, cut);
        const known = productVariance(parameters, cut, "known");
        const tape = new Tape();
        const run = (): Promise<void> => core.once(tape.take(), 0);
        const fresh = freshVariance(parameters);

        tape.multiplex(index, core.zero, packed, core.zero, address, target);
        await run();
        note(`${gadget}: a product`, target, message, fresh + product);
        for (let i = 0; i < 9; i++) tape.multiplex(index, core.zero, target, core.zero, address, target);
        await run();
        note(`${gadget}: ten products`, target, message, fresh + 10 * product);

        placeConstant(core, one, 1n << 63n, true);
        tape.multiplex(index, one, packed, one, address + stride, target);
        await run();
        note(`${gadget}: a choice`, target, () => 1n << 63n, product);
        tape.multiplex(index, core.zero, one, core.zero, address, target);
        await run();
        note(`${gadget}: what is known`, target, () => 1n << 63n, known);

        // Ten products of the same selector, added up: of the same ciphertext, as it is and turned.
        const sum = async (turns: (i: number) => number): Promise<void> => {
          tape.clear(other);
          for (let i = 0; i < 10; i++) {
            tape.clear(one);
            tape.add(packed, turns(i), 1, one);
            tape.multiplex(index, other, one, core.zero, address, other);
          }
          await run();
        };
        const turned = (i: number): bigint =>
          Array.from({ length: 10 }, (_, r) => message((i - r + N) % N)).reduce((a, b) => a + b);
        await sum((i) => i);
        const bound = turnedSumVariance(fresh + product, 10);
        note(`${gadget}: a sum of turned products`, other, turned, bound);
        await sum(() => 0);
        note(`${gadget}: ten times the same product`, other, () => 0n, 100 * (fresh + product));
        tape.rotate(index, address, 5, packed);
        await run();
        note(`${gadget}: a rotation`, packed, (i) => message((i - 5 + N) % N), fresh + product);
      }
    }
  } finally {
    core.dispose();
  }
  return [...sums].map(([name, { squares, samples, bound }]) => ({
    name,
    samples,
    bound,
    variance: squares / samples,
  }));
}

/**
 * Expects the noise of all that is measured to be within its bound, and the bound not to be far off: it would refuse what could
 * be read.
 */
export async function checkNoise(key: ClientKey, rounds: number): Promise<void> {
  // In each ciphertext, one number decides over half of the variance: that by which the key multiplies the mean of what
  // rounding leaves. So an estimate strays by half of √(2/n) of it; seven times that happens once in millions of runs.
  const tolerance = 1 + 3.5 * Math.sqrt(2 / rounds);
  for (const { name, variance, bound } of await measure(key, rounds)) {
    const ratio = variance / bound;
    console.log(`${name}: ${ratio.toFixed(3)} of the bound`);
    expect(ratio, name).toBeLessThan(tolerance);
    expect(ratio, name).toBeGreaterThan(1 / 32);
  }
}
