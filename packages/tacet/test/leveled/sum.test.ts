import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ClientKey } from "../../src/index.ts";
import { GraphError } from "../../src/index.ts";
import { type LeveledEngine, type SumOptions, SumResult } from "../../src/leveled.ts";
import { TestRandom } from "../kernel/reference.ts";
import { toyClientKey } from "../toy.ts";
import { type PlainProgram, randomProgram, valuesOf } from "./plain.ts";
import { encrypted, toyEngine, vector } from "./setting.ts";

let key: ClientKey;
const engines: LeveledEngine[] = [];
beforeAll(async () => {
  key = await toyClientKey();
  engines.push(await toyEngine(0), await toyEngine(2));
});
afterAll(() => {
  for (const engine of engines) engine.dispose();
});

/** Σ weight·value for each group, modulo some integer. */
function sumsOf(
  plain: PlainProgram,
  weights: readonly (number | bigint)[],
  groups: readonly number[],
  modulus: bigint,
): bigint[] {
  const sums = Array.from({ length: Math.max(...groups) + 1 }, () => 0n);
  for (const [item, value] of valuesOf(plain).entries())
    sums[groups[item]!]! += BigInt(value) * BigInt(weights[item]!);
  return sums.map((sum) => ((sum % modulus) + modulus) % modulus);
}

async function run(engine: LeveledEngine, ...args: Parameters<LeveledEngine["sum"]>): Promise<bigint[]> {
  const bytes = (await engine.sum(...args)).serialize();
  return SumResult.deserialize(bytes).decrypt(key);
}

describe.each([
  [0, "the calling thread"],
  [1, "two workers"],
])("%i: on %s", (which) => {
  test.each([true, false])("sums of random programs are right; packed: %s", async (packed) => {
    const engine = engines[which]!;
    const random = new TestRandom(10 + which * 2 + Number(packed));
    for (let round = 0; round < 20; round++) {
      const items = [1, 3, 60, 3000][random.below(4)]!;
      const plain = randomProgram(random, { packed, items, positions: [1, 256, 600][random.below(3)]! });
      const moduli = [[1009], [16, 625], [256, 243, 125]][random.below(3)]!;
      const program = await encrypted(engine, key, plain, { modulus: moduli[0]!, gadget: "fine" });
      const groups = Array.from({ length: items }, () => random.below(1 + random.below(3)));
      const kinds: ((item: number) => number | bigint)[] = [
        () => 1,
        () => random.below(2 ** 31) - 2 ** 30,
        () => (random.u64() << 20n) - (1n << 83n),
      ];
      const weights = Array.from({ length: items }, kinds[random.below(3)]!);
      const options: SumOptions = packed
        ? {
            vectors: await Promise.all(
              moduli.slice(1).map((m) => vector(engine, key, [...plain.vector!], m)),
            ),
          }
        : { moduli };
      const modulus = BigInt(moduli.reduce((product, one) => product * one, 1));
      const expected = sumsOf(plain, weights, groups, modulus);
      expect(await run(engine, program, { ...options, weights, groups })).toEqual(expected);
      const cost = await engine.explainSum(program, { ...options, weights, groups });
      const result = await engine.sum(program, { ...options, weights, groups });
      expect(Math.abs(result.serialize().length - cost.bytes)).toBeLessThan(
        100 + 2 * expected.length * moduli.length,
      );
    }
  });
});

test("many sums are computed in rounds", async () => {
  const [engine] = engines as [LeveledEngine];
  const items = 300;
  const plain: PlainProgram = {
    ...{ count: items, bits: [1], steps: [] },
    vector: Array.from({ length: items }, (_, i) => i % 3),
    positions: Array.from({ length: items }, (_, i) => i),
  };
  const program = await encrypted(engine, key, plain, { modulus: 64 });
  const groups = Array.from({ length: items }, (_, i) => i % 150);
  const fractions: number[] = [];
  const result = await engine.sum(program, { groups, onProgress: (fraction) => fractions.push(fraction) });
  expect(result.length).toBe(150);
  const ones = groups.map(() => 1);
  expect(result.decrypt(key)).toEqual(sumsOf(plain, ones, groups, 64n));
  expect(fractions).toEqual(fractions.toSorted((a, b) => a - b));
  expect(fractions.at(-1)).toBe(1);
});

test("what could not be read is refused", async () => {
  const [engine] = engines as [LeveledEngine];
  const random = new TestRandom(1);
  const plain = {
    ...randomProgram(random, { packed: true, items: 50, positions: 256 }),
    bits: [1],
    steps: [
      {
        digits: Array.from({ length: 50 }, () => 0),
        moves: [{ selector: 0, low: "zero", high: "vector", plus: [] } as const],
      },
    ],
  };
  const fits = await encrypted(engine, key, plain, { modulus: 2 ** 14 });
  expect(await run(engine, fits, {})).toEqual(
    sumsOf(
      plain,
      Array.from({ length: 50 }, () => 1),
      Array.from({ length: 50 }, () => 0),
      2n ** 14n,
    ),
  );
  const tooFine = await encrypted(engine, key, plain, { modulus: 2 ** 20 });
  await expect(engine.sum(tooFine)).rejects.toThrow(GraphError);
  await expect(engine.explainSum(tooFine)).rejects.toThrow(GraphError);
  // The engine can be used after that.
  expect((await run(engine, fits, {})).length).toBe(1);
});
