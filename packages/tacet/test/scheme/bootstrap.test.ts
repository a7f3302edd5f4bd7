import { beforeAll, describe, expect, test } from "vitest";
import type { ParameterSet } from "../../src/parameters/parameter-set.ts";
import { INSECURE_TOY_MESSAGE_2_CARRY_2 as toy } from "../../src/parameters/sets.ts";
import { Laboratory } from "../laboratory.ts";

/** Toy sets of every shape that the scheme is general in. */
const SHAPES: readonly (readonly [string, ParameterSet])[] = [
  ["k = 1, one level", toy],
  ["k = 1, two levels", { ...toy, pbsBaseLog: 15, pbsLevel: 2 }],
  ["k = 2", { ...toy, glweDimension: 2 }],
  ["k = 4, one message bit", { ...toy, glweDimension: 4, messageModulus: 2, carryModulus: 2 }],
  ["k = 3, three levels", { ...toy, glweDimension: 3, pbsBaseLog: 9, pbsLevel: 3 }],
  ["N = 512", { ...toy, polynomialSize: 512 }],
  [
    "N = 1024, small gadget base of the key switch",
    { ...toy, polynomialSize: 1024, ksBaseLog: 3, ksLevel: 7 },
  ],
  ["N = 4096, three message bits", { ...toy, polynomialSize: 4096, messageModulus: 8, carryModulus: 8 }],
  ["odd LWE dimension", { ...toy, lweDimension: 23 }],
];

describe.each(SHAPES)("programmable bootstrap with %s", (_, parameters) => {
  describe.each([true, false])("deterministic: %s", (deterministic) => {
    let laboratory: Laboratory;
    beforeAll(async () => {
      laboratory = await Laboratory.create(parameters, deterministic);
    });

    test("looks up every value", () => {
      const { capacity } = laboratory;
      const table = Array.from({ length: capacity }, (_, value) => (5 * value + 3) % capacity);
      for (let value = 0; value < capacity; value++) {
        const [[output]] = laboratory.lookup([laboratory.encrypt(value)], [table], capacity);
        expect(laboratory.decrypt(output)).toBe(table[value]);
      }
    });

    test("answers several tables in one rotation", () => {
      const { capacity } = laboratory;
      const range = capacity / 2;
      const tables = [
        Array.from({ length: range }, (_, value) => value),
        Array.from({ length: range }, (_, value) => capacity - 1 - value),
      ];
      const values = Array.from({ length: 8 }, (_, i) => i % range);
      const outputs = laboratory.lookup(
        values.map((value) => laboratory.encrypt(value)),
        tables,
        range,
      );
      for (const [i, value] of values.entries()) {
        expect(outputs[i].map((output) => laboratory.decrypt(output))).toEqual([value, capacity - 1 - value]);
      }
    });

    test("gives the same bits in any batch", () => {
      const { capacity } = laboratory;
      const table = Array.from({ length: capacity }, (_, value) => value);
      const inputs = Array.from({ length: 5 }, (_, i) => laboratory.encrypt(i % capacity));
      const together = laboratory.lookup(inputs, [table], capacity);
      for (const [i, input] of inputs.entries()) {
        expect(laboratory.lookup([input], [table], capacity)[0]).toEqual(together[i]);
      }
    });
  });
});

test("trivial ciphertexts can be looked up as well", async () => {
  const laboratory = await Laboratory.create(toy);
  const trivial = new BigUint64Array(laboratory.encrypt(0).length);
  trivial[trivial.length - 1] = 5n << 59n;
  const [[output]] = laboratory.lookup([trivial], [Array.from({ length: 16 }, (_, v) => 15 - v)], 16);
  expect(laboratory.decrypt(output)).toBe(10);
});
