import { describe, expect, test } from "vitest";
import type { Source } from "../../src/graph/block.ts";
import { Builder } from "../../src/graph/builder.ts";
import { interpreter } from "../../src/graph/interpret.ts";
import { leadingOnes, leadingZeros, trailingOnes, trailingZeros } from "../../src/integer/bits/leading.ts";
import { checkedIlog2, ilog2 } from "../../src/integer/bits/logarithm.ts";
import type { Radix } from "../../src/integer/radix.ts";
import { DEFAULT_PARAMETERS } from "../../src/parameters/sets.ts";
import { describeOperations } from "./describe-operations.ts";
import { assign, inputRadix, join, type Operation, SHAPES } from "./operations.ts";

const text = (a: bigint, width: number): string => a.toString(2).padStart(width, "0");
const length = (match: RegExpMatchArray | null): bigint => BigInt(match![0].length);

const RUNS: readonly Operation[] = [
  {
    name: "leading zeros",
    build: (builder, a) => leadingZeros(builder, a),
    expected: (a, _, width) => length(text(a, width).match(/^0*/)),
  },
  {
    name: "leading ones",
    build: (builder, a) => leadingOnes(builder, a),
    expected: (a, _, width) => length(text(a, width).match(/^1*/)),
  },
  {
    name: "trailing zeros",
    build: (builder, a) => trailingZeros(builder, a),
    expected: (a, _, width) => length(text(a, width).match(/0*$/)),
  },
  {
    name: "trailing ones",
    build: (builder, a) => trailingOnes(builder, a),
    expected: (a, _, width) => length(text(a, width).match(/1*$/)),
  },
];

describeOperations([
  ...RUNS,
  {
    name: "ilog2",
    build: (builder, a) => ilog2(builder, a),
    // TFHE-rs gives -1 for 0.
    expected: (a) => BigInt(a.toString(2).length - (a === 0n ? 2 : 1)),
  },
]);

describe.each(SHAPES)("on blocks of shape $shape", ({ shape, parameters, widths }) => {
  const size = shape === "3_3" ? 6 : 8;

  test.each([...RUNS, { name: "ilog2", build: undefined, expected: undefined }])(
    "$name is right for every run of equal bits at every end",
    ({ build = (builder: Builder, a: Radix) => ilog2(builder, a), expected }) => {
      for (const width of [...widths, 24]) {
        const builder = new Builder(parameters);
        const a = inputRadix(builder, width);
        const result = build(builder, a, a);
        const run = interpreter(result, parameters);
        for (let bits = 0; bits <= width; bits++) {
          const low = (1n << BigInt(bits)) - 1n;
          const all = (1n << BigInt(width)) - 1n;
          for (const value of [low, all ^ low, low ^ (low >> 1n), all ^ low ^ (low >> 1n)]) {
            const values = new Map<Source, number>();
            assign(values, a, value, parameters);
            const right = expected?.(value, 0n, width) ?? BigInt(value.toString(2).length - 1);
            if (expected || value > 0n) expect(join(run(values), parameters)).toBe(right);
          }
        }
      }
    },
  );

  test.each([false, true])("a checked logarithm says whether it means something, signed: %s", (signed) => {
    for (const width of [6, size, 24]) {
      const builder = new Builder(parameters);
      const a = inputRadix(builder, width);
      const { value, positive } = checkedIlog2(builder, a, signed);
      const run = interpreter([...value, positive], parameters);
      for (let x = 0n; x < 256n; x++) {
        const values = new Map<Source, number>();
        const number = BigInt.asUintN(width, x << BigInt(width > 8 && x % 2n === 0n ? width - 8 : 0));
        assign(values, a, number, parameters);
        const digits = run(values);
        const isPositive = (signed ? BigInt.asIntN(width, number) : number) > 0n;
        expect(digits.pop()).toBe(Number(isPositive));
        if (isPositive) expect(join(digits, parameters)).toBe(BigInt(number.toString(2).length - 1));
      }
    }
  });
});

test("ilog2 of 0 has as many bits as TFHE-rs gives it", () => {
  for (const [width, result] of [
    [8, 15n],
    [16, 63n],
    [32, 63n],
    [64, 255n],
    [128, 255n],
  ] as const) {
    const builder = new Builder(DEFAULT_PARAMETERS);
    const a = inputRadix(builder, width);
    const values = new Map<Source, number>(a.map((digit) => [digit, 0]));
    expect(join(interpreter(ilog2(builder, a), DEFAULT_PARAMETERS)(values), DEFAULT_PARAMETERS)).toBe(result);
  }
});
