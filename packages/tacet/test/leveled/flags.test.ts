import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ClientKey, type Engine, FheBool, GraphError, MismatchError } from "../../src/index.ts";
import { flagModulus, loadFlags, PackedVector, sumAtLeast } from "../../src/leveled.ts";
import { TestRandom } from "../kernel/reference.ts";
import { toyPair } from "../toy.ts";

let clientKey: ClientKey;
let engine: Engine;
beforeAll(async () => {
  ({ clientKey, engine } = await toyPair({ threads: 0 }));
});
afterAll(() => engine.dispose());

const pack = async (flags: readonly boolean[]): Promise<PackedVector> => {
  const packed = await PackedVector.encrypt(flags, clientKey, { modulus: flagModulus(clientKey.parameters) });
  return PackedVector.deserialize(packed.serialize());
};

describe("packed flags in an engine", () => {
  const random = new TestRandom(7);
  const values = Array.from({ length: 600 }, () => random.below(2) === 1);

  test("are the truth values that were packed", async () => {
    const flags = loadFlags(engine, await pack(values));
    expect(flags.length).toBe(600);
    for (const index of [0, 1, 255, 256, 511, 599]) {
      const handle = flags.at(index);
      expect((await handle.ciphertext()).decrypt(clientKey)).toBe(values[index]);
      expect((await handle.not().ciphertext()).decrypt(clientKey)).toBe(!values[index]);
    }
    expect(() => flags.at(600)).toThrow(RangeError);
  });

  test("add up to a threshold or not, in one bootstrap", async () => {
    const flags = loadFlags(engine, await pack(values));
    for (let round = 0; round < 40; round++) {
      const count = 1 + random.below(15);
      const picked = Array.from({ length: count }, () => random.below(600));
      const weights = round % 2 === 0 || count > 5 ? undefined : picked.map(() => 1 + random.below(3));
      const most = weights?.reduce((sum, weight) => sum + weight, 0) ?? count;
      const threshold = [1, most, random.below(most + 2)][round % 3]!;
      const sum = sumAtLeast(
        engine,
        picked.map((index) => flags.at(index)),
        threshold,
        weights,
      );
      expect(engine.explain(sum).bootstraps).toBeLessThanOrEqual(1);
      const total = picked.reduce((all, index, i) => all + Number(values[index]) * (weights?.[i] ?? 1), 0);
      expect((await sum.ciphertext()).decrypt(clientKey)).toBe(total >= threshold);
    }
  });

  test("have so little noise that sums of multiples have room", async () => {
    const flags = loadFlags(engine, await pack(values));
    const picked = [3, 4, 5].map((index) => flags.at(index));
    const sum = sumAtLeast(engine, picked, 5, [5, 5, 5]);
    const expected = [3, 4, 5].some((index) => values[index]);
    expect((await sum.ciphertext()).decrypt(clientKey)).toBe(expected);
    // With the noise of a bootstrap each, whose variance times 75 is above the 25 that a lookup tolerates, it has none.
    const usual = [true, false, true].map((value) => engine.load(FheBool.encrypt(value, clientKey)));
    expect(() => sumAtLeast(engine, usual, 5, [5, 5, 5])).toThrow(GraphError);
  });

  test("are refused of another modulus or other parameters, and sums that have no room", async () => {
    const packed = await PackedVector.encrypt([1], clientKey);
    expect(() => loadFlags(engine, packed)).toThrow(MismatchError);
    const flags = loadFlags(engine, await pack(values));
    const many = Array.from({ length: 17 }, (_, i) => flags.at(i));
    expect(() => sumAtLeast(engine, many, 1)).toThrow(GraphError);
    // All of 16 is a function that the padding bit has room for.
    const all = sumAtLeast(engine, many.slice(0, 16), 16);
    expect((await all.ciphertext()).decrypt(clientKey)).toBe(values.slice(0, 16).every(Boolean));
    expect(() => sumAtLeast(engine, [], 1)).toThrow(RangeError);
    expect(() => sumAtLeast(engine, many.slice(0, 2), 1, [1])).toThrow(RangeError);
    expect(() => sumAtLeast(engine, many.slice(0, 2), 0.5)).toThrow(RangeError);
  });
});
