import fc from "fast-check";
import { expect, test } from "vitest";
import { addElements } from "../../src/scheme/re-randomization.ts";
import { Workbench } from "../../src/scheme/workbench.ts";

test("elements are added modulo 2^64, wherever they lie", async () => {
  const bench = await Workbench.for(512);
  const element = fc.oneof(
    fc.bigInt(0n, 2n ** 64n - 1n),
    fc.constantFrom(0n, 2n ** 32n - 1n, 2n ** 32n, 2n ** 64n - 1n),
  );
  const pairs = fc.array(fc.tuple(element, element), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(pairs, fc.nat({ max: 3 }), (values, offset) => {
      const [a, b] = [0, 1].map((side) =>
        BigUint64Array.from([...new Array(offset).fill(7n), ...values.map((pair) => pair[side])]).subarray(
          offset,
        ),
      );
      const expected = values.map(([x, y]) => BigInt.asUintN(64, x + y));
      expect(Array.from(addElements(bench, a, b))).toEqual(expected);
    }),
  );
});
