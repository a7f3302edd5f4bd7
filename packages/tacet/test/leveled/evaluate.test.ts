import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ClientKey } from "../../src/index.ts";
import {
  constantBits,
  equals,
  FlagResult,
  type LeveledEngine,
  lessThan,
  type Program,
  type Step,
} from "../../src/leveled.ts";
import { TestRandom } from "../kernel/reference.ts";
import { toyClientKey } from "../toy.ts";
import { randomProgram, valuesOf } from "./plain.ts";
import { encrypted, selectors, toyEngine, vector } from "./setting.ts";

let key: ClientKey;
const engines: LeveledEngine[] = [];
beforeAll(async () => {
  key = await toyClientKey();
  engines.push(await toyEngine(0), await toyEngine(2));
});
afterAll(() => {
  for (const engine of engines) engine.dispose();
});

/** The flags of a program, by way of their bytes. */
async function flagsOf(engine: LeveledEngine, program: Program): Promise<number[]> {
  const bytes = (await engine.evaluate(program)).serialize();
  return FlagResult.deserialize(bytes).decrypt(key).map(Number);
}

describe.each([
  [0, "the calling thread"],
  [1, "two workers"],
])("%i: on %s", (which) => {
  test.each([true, false])("random programs give what they mean; packed: %s", async (packed) => {
    const random = new TestRandom(which * 2 + Number(packed));
    for (let round = 0; round < 25; round++) {
      const items = [1, 2, 50, 700][random.below(4)]!;
      const positions = [1, 200, 256, 600][random.below(4)]!;
      const plain = randomProgram(random, { packed, items, positions });
      const engine = engines[which]!;
      const program = await encrypted(engine, key, plain, { gadget: round % 2 === 0 ? "coarse" : "fine" });
      expect(await flagsOf(engine, program)).toEqual(valuesOf(plain));
    }
  });

  test.each([
    [8, 1],
    [13, 1],
    [16, 4],
    [32, 3],
    [64, 5],
  ])("integers of %i bits are compared by digits of %i bits", async (width, digitBits) => {
    const engine = engines[which]!;
    const random = new TestRandom(width);
    const most = (1n << BigInt(width)) - 1n;
    const constants = [0n, most, random.u64() & most];
    for (const constant of constants) {
      const near = [0n, 1n, constant - 1n, constant, constant + 1n, constant ^ 1n, most - 1n, most];
      const values = [...near, ...Array.from({ length: 40 }, () => random.u64() & most)].filter(
        (value) => value >= 0n && value <= most,
      );
      const form = { width, digitBits };
      const chosen = await selectors(engine, key, constantBits(constant, form));
      const run = (steps: Step[]): Promise<number[]> => flagsOf(engine, { count: values.length, steps });
      const expected = (truth: (value: bigint) => boolean): number[] => values.map((v) => Number(truth(v)));
      expect(await run(lessThan(values, { ...form, constant: chosen }))).toEqual(
        expected((v) => v < constant),
      );
      expect(await run(lessThan(values, { ...form, constant: chosen, equal: "one" }))).toEqual(
        expected((v) => v <= constant),
      );
      expect(await run(equals(values, { ...form, constant: chosen }))).toEqual(
        expected((v) => v === constant),
      );
    }
  });
});

test("the lowest bits of integers that are compared may be packed", async () => {
  const [engine] = engines as [LeveledEngine];
  const random = new TestRandom(3);
  const constant = 0x1a5c3;
  const low = Array.from({ length: 1024 }, (_, v) => Number(v < (constant & 1023)));
  const values = [
    constant - 1,
    constant,
    constant + 1,
    ...Array.from({ length: 300 }, () => random.below(2 ** 20)),
  ];
  const form = { width: 10, digitBits: 2 };
  const chosen = await selectors(engine, key, constantBits(constant >> 10, form));
  const program: Program = {
    count: values.length,
    vector: await vector(engine, key, low, 2),
    positions: values.map((value) => value & 1023),
    steps: lessThan(
      values.map((value) => value >> 10),
      { ...form, constant: chosen, equal: "vector" },
    ),
  };
  expect(await flagsOf(engine, program)).toEqual(values.map((value) => Number(value < constant)));
});

test("a comparison is one part of a formula, that others come before and after", async () => {
  const [engine] = engines as [LeveledEngine];
  const random = new TestRandom(4);
  const form = { width: 6 };
  const constant = 37;
  const chosen = await selectors(engine, key, constantBits(constant, form));
  const flags = [1, 0, 0, 1];
  const chosenFlags = await selectors(engine, key, flags);
  const rows = Array.from(
    { length: 200 },
    () => [random.below(64), random.below(4), random.below(4)] as const,
  );
  // flag[a] and (v < constant or flag[b])
  const compared = lessThan(
    rows.map(([v]) => v),
    { ...form, constant: chosen, before: 1, equal: 0 },
  );
  const program: Program = {
    count: rows.length,
    steps: [
      {
        digits: rows.map(([, , b]) => b),
        moves: chosenFlags.map((selector) => ({ selector, low: "zero", high: "one" })),
      },
      ...compared,
      {
        digits: rows.map(([, a]) => a),
        moves: chosenFlags.map((selector) => ({ selector, low: "zero", high: compared.length })),
      },
    ],
  };
  // Where v is equal to the constant, flag[b] says.
  const expected = rows.map(([v, a, b]) =>
    Number(flags[a] === 1 && (v < constant || (v === constant && flags[b] === 1))),
  );
  expect(await flagsOf(engine, program)).toEqual(expected);
});

test("what it takes is explained: products are shared by items that begin alike", async () => {
  const [engine] = engines as [LeveledEngine];
  const chosen = await selectors(engine, key, [1, 0, 1, 1]);
  const moves = chosen.map((selector) => ({ selector, low: "zero" as const, high: "one" as const }));
  const digits = [0, 1, 1, 2, 0];
  const program: Program = {
    count: 5,
    steps: [
      { digits, moves },
      {
        digits: [0, 1, 1, 2, 3],
        moves: chosen.map((selector) => ({ selector, low: 0, high: "one" as const })),
      },
    ],
  };
  // Three different first digits; then four different pairs.
  const { products, bytes } = await engine.explain(program);
  expect(products).toBe(7);
  const { length } = (await engine.evaluate(program)).serialize();
  expect(Math.abs(length - bytes)).toBeLessThan(64);
});
