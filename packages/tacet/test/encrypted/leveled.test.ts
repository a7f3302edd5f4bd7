import { afterAll, beforeAll, expect, test } from "vitest";
import {
  ClientKey,
  PARAM_MESSAGE_1_CARRY_1_KS_PBS_TUNIFORM_2M128,
  PARAM_MESSAGE_3_CARRY_3_KS_PBS_TUNIFORM_2M128,
} from "../../src/index.ts";
import {
  constantBits,
  FlagResult,
  LeveledEngine,
  lessThan,
  type Program,
  RowResult,
  SelectorList,
  SumResult,
  tableShape,
} from "../../src/leveled.ts";
import { TestRandom } from "../kernel/reference.ts";
import { randomProgram, valuesOf } from "../leveled/plain.ts";
import { encrypted, selectors, vector } from "../leveled/setting.ts";

/* Levelled circuits at the default parameters, at the sizes of small queries. */

let key: ClientKey;
let engine: LeveledEngine;
beforeAll(async () => {
  key = await ClientKey.generate();
  engine = await LeveledEngine.create({ threads: 2 });
});
afterAll(() => engine.dispose());

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
const random = new TestRandom(18);

test("three predicates over a thousand rows, as flags and as sums", async () => {
  const truths = [50, 2048, 8].map((size) => range(size).map(() => random.below(2)));
  const [first, second, third] = truths as [number[], number[], number[]];
  const rows = range(1000).map(() => [random.below(50), random.below(2048), random.below(8)] as const);
  const chosen = await selectors(engine, key, [...first, ...third], "fine");
  const program: Program = {
    count: rows.length,
    vector: await vector(engine, key, second, 2),
    positions: rows.map(([, b]) => b),
    steps: [
      {
        digits: rows.map(([a]) => a),
        moves: first.map((_, i) => ({ selector: chosen[i]!, low: "zero", high: "vector" })),
      },
      {
        digits: rows.map(([, , c]) => c),
        moves: third.map((_, i) => ({ selector: chosen[50 + i]!, low: "zero", high: 0 })),
      },
    ],
  };
  const expected = rows.map(([a, b, c]) => first[a] === 1 && second[b] === 1 && third[c] === 1);
  const bytes = (await engine.evaluate(program)).serialize();
  expect(FlagResult.deserialize(bytes).decrypt(key)).toEqual(expected);

  const weights = rows.map(() => random.below(2 ** 20));
  const moduli = [4096, 4095, 4093];
  const [main, ...vectors] = await Promise.all(moduli.map((modulus) => vector(engine, key, second, modulus)));
  const sums = await engine.sum({ ...program, vector: main }, { weights, vectors });
  const total = weights.reduce((sum, weight, i) => sum + (expected[i] ? weight : 0), 0);
  expect(SumResult.deserialize(sums.serialize()).decrypt(key)).toEqual([BigInt(total)]);
});

test.each([1, 4])("32 bits of two hundred values, by digits of %i bits", async (digitBits) => {
  const constant = Number(random.u64() & 0xffffffffn);
  const form = { width: 32, digitBits };
  const values = [
    constant - 1,
    constant,
    constant + 1,
    ...range(200).map(() => Number(random.u64() & 0xffffffffn)),
  ];
  const chosen = await selectors(engine, key, constantBits(constant, form));
  const program = { count: values.length, steps: lessThan(values, { ...form, constant: chosen }) };
  const bytes = (await engine.evaluate(program)).serialize();
  expect(FlagResult.deserialize(bytes).decrypt(key)).toEqual(values.map((value) => value < constant));
});

test.each([
  ["random bytes", () => random.below(256)],
  // What is alike makes the errors of the transform alike.
  ["bytes that are alike", () => 0xaa],
])("a row of three thousand of %s", async (_, byte) => {
  const size = { rows: 3000, rowBytes: 100 };
  const data = Uint8Array.from({ length: size.rows * size.rowBytes }, byte);
  const shape = tableShape(size);
  using table = await engine.table(size, data);
  for (const row of [0, 2999, 1234]) {
    const query = await engine.load(await SelectorList.encrypt(shape.bitsOf(row), key));
    const bytes = (await engine.fetch(table, query)).serialize();
    expect(bytes.length).toBe(shape.resultBytes);
    expect(bytes.length).toBeLessThan(8192);
    const found = RowResult.deserialize(bytes).decrypt(key);
    expect(found).toEqual(data.slice(row * 100, (row + 1) * 100));
  }
});

test.each([PARAM_MESSAGE_1_CARRY_1_KS_PBS_TUNIFORM_2M128, PARAM_MESSAGE_3_CARRY_3_KS_PBS_TUNIFORM_2M128])(
  "random programs and a fetch under $name",
  async (parameters) => {
    const own = await ClientKey.generate({ parameters });
    const other = await LeveledEngine.create({ parameters, threads: 0 });
    for (const packed of [true, false]) {
      for (const gadget of ["coarse", "fine"] as const) {
        const plain = randomProgram(random, { packed, items: 200, positions: 600 });
        const program = await encrypted(other, own, plain, { gadget });
        expect((await other.evaluate(program)).decrypt(own).map(Number)).toEqual(valuesOf(plain));
      }
    }
    const size = { rows: 300, rowBytes: 50 };
    const data = Uint8Array.from({ length: 15_000 }, () => random.below(256));
    using table = await other.table(size, data);
    const { bitsOf } = tableShape({ ...size, parameters });
    const query = await other.load(await SelectorList.encrypt(bitsOf(77), own));
    expect((await other.fetch(table, query)).decrypt(own)).toEqual(data.slice(77 * 50, 78 * 50));
    other.dispose();
  },
);
