import { describe, expect, test } from "vitest";
import { INSECURE_TOY_MESSAGE_2_CARRY_2 as toy } from "../../src/parameters/sets.ts";
import { outputCoefficient, writeLookupPolynomial } from "../../src/scheme/lookup-table.ts";
import { encode } from "../../src/scheme/lwe/encoding.ts";

const N = toy.polynomialSize;
const BOX = N / 16;

/** Coefficient `at` of X^-rotation times a polynomial modulo X^N + 1, by the definition. */
function rotated(polynomial: BigUint64Array, rotation: number, at: number): bigint {
  const index = (((at + rotation) % (2 * N)) + 2 * N) % (2 * N);
  return index < N ? polynomial[index] : BigInt.asUintN(64, -polynomial[index - N]);
}

describe("lookup polynomial", () => {
  test.each([
    [1, 16],
    [2, 8],
    [4, 4],
    [5, 3],
    [16, 1],
  ])("of %i tables on %i values answers at every rotation of a box", (count, range) => {
    const tables = Array.from({ length: count }, (_, t) =>
      Array.from({ length: range }, (_, value) => (7 * value + 3 * t + 1) % 16),
    );
    const polynomial = new BigUint64Array(N);
    writeLookupPolynomial(tables, range, toy, polynomial);
    for (let value = 0; value < range; value++) {
      for (let drift = -BOX / 2; drift < BOX / 2; drift++) {
        for (const [t, table] of tables.entries()) {
          const found = rotated(polynomial, value * BOX + drift, outputCoefficient(t, range, toy));
          expect(found).toBe(encode(table[value], toy));
        }
      }
    }
  });
});
