import { afterAll, beforeAll, expect, test } from "vitest";
import { ClientKey } from "../../src/index.ts";
import {
  constantBits,
  FlagResult,
  LeveledEngine,
  type LoadedVector,
  lessThan,
  type Program,
  type Selector,
  SumResult,
} from "../../src/leveled.ts";
import { TestRandom } from "../kernel/reference.ts";
import { selectors, vector } from "../leveled/setting.ts";

/* Levelled circuits at the default parameters, at the sizes of large queries. */

let key: ClientKey;
let engine: LeveledEngine;
beforeAll(async () => {
  key = await ClientKey.generate();
  engine = await LeveledEngine.create();
});
afterAll(() => engine.dispose());

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
const random = new TestRandom(94);

/** Rows of three columns, of which the second is packed, and what is secret of each column. */
class Table {
  readonly rows: readonly (readonly [number, number, number])[];
  readonly truths: readonly [number[], number[], number[]];

  constructor(count: number, [first, second, third]: readonly [number, number, number]) {
    const truth = (size: number): number[] => range(size).map(() => random.below(2));
    this.rows = range(count).map(
      () => [random.below(first), random.below(second), random.below(third)] as const,
    );
    this.truths = [truth(first), truth(second), truth(third)];
  }

  get expected(): boolean[] {
    return this.rows.map((row) => row.every((value, column) => this.truths[column]![value] === 1));
  }

  async program(flags: LoadedVector, chosen: readonly Selector[]): Promise<Program> {
    const [first, , third] = this.truths;
    return {
      count: this.rows.length,
      vector: flags,
      positions: this.rows.map(([, b]) => b),
      steps: [
        {
          digits: this.rows.map(([a]) => a),
          moves: first.map((_, i) => ({ selector: chosen[i]!, low: "zero", high: "vector" })),
        },
        {
          digits: this.rows.map(([, , c]) => c),
          moves: third.map((_, i) => ({ selector: chosen[first.length + i]!, low: "zero", high: 0 })),
        },
      ],
    };
  }
}

test("three predicates over ten thousand rows, the widest of five thousand values", async () => {
  const table = new Table(10_000, [50, 5000, 8]);
  const [first, second, third] = table.truths;
  const chosen = await selectors(engine, key, [...first, ...third]);
  const program = await table.program(await vector(engine, key, second, 2), chosen);
  const bytes = (await engine.evaluate(program)).serialize();
  expect(FlagResult.deserialize(bytes).decrypt(key)).toEqual(table.expected);
});

test("counts and sums over a hundred thousand rows, in groups", async () => {
  const table = new Table(100_000, [50, 2048, 8]);
  const [first, second, third] = table.truths;
  const chosen = await selectors(engine, key, [...first, ...third], "fine");
  const moduli = [2048, 2047, 2045, 2043, 2041];
  const [main, ...vectors] = await Promise.all(moduli.map((modulus) => vector(engine, key, second, modulus)));
  const program = await table.program(main!, chosen);
  const groups = table.rows.map(() => random.below(3));
  const weights = table.rows.map(() => random.below(2 ** 32) - 2 ** 31);
  const { expected } = table;
  const totals = (weight: (i: number) => number): bigint[] => {
    const sums = [0n, 0n, 0n];
    for (const [i, holds] of expected.entries()) if (holds) sums[groups[i]!]! += BigInt(weight(i));
    return sums;
  };
  const counts = await engine.sum(program, { groups, vectors: vectors.slice(0, 1) });
  expect(SumResult.deserialize(counts.serialize()).decrypt(key)).toEqual(totals(() => 1));
  const sums = await engine.sum(program, { groups, weights, vectors });
  const wrapped = totals((i) => weights[i]!).map(
    (sum) => ((sum % sums.modulus) + sums.modulus) % sums.modulus,
  );
  expect(SumResult.deserialize(sums.serialize()).decrypt(key)).toEqual(wrapped);
});

test("ten thousand values of 32 bits, by single bits and with the lowest eleven packed", async () => {
  const constant = Number(random.u64() & 0xffffffffn);
  const values = range(10_000).map(() => Number(random.u64() & 0xffffffffn));
  const expected = values.map((value) => value < constant);
  const bits = { width: 32 };
  const single = await selectors(engine, key, constantBits(constant, bits));
  const program = { count: values.length, steps: lessThan(values, { ...bits, constant: single }) };
  expect((await engine.evaluate(program)).decrypt(key)).toEqual(expected);

  const digits = { width: 21, digitBits: 4 };
  const upper = await selectors(engine, key, constantBits(Math.floor(constant / 2048), digits));
  const lower = await vector(
    engine,
    key,
    range(2048).map((value) => Number(value < constant % 2048)),
    2,
  );
  const steps = lessThan(
    values.map((value) => Math.floor(value / 2048)),
    { ...digits, constant: upper, equal: "vector" },
  );
  const positions = values.map((value) => value % 2048);
  const packed = await engine.evaluate({ count: values.length, vector: lower, positions, steps });
  expect(packed.decrypt(key)).toEqual(expected);
});
