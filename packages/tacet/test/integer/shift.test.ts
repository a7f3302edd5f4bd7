import { expect, test } from "vitest";
import { Builder } from "../../src/graph/builder.ts";
import { plan } from "../../src/graph/plan.ts";
import { shiftLeftBy, shiftRightBy } from "../../src/integer/bits/shift-by.ts";
import { DEFAULT_PARAMETERS } from "../../src/parameters/sets.ts";
import { describeOperations } from "./describe-operations.ts";
import { inputRadix, type Operation } from "./operations.ts";
import { describeShifts } from "./shifts.ts";

/** An amount of the width or more leaves nothing but the sign. */
const limited = (amount: bigint, width: number): bigint => (amount < BigInt(width) ? amount : BigInt(width));

const SHIFTS: readonly Operation[] = [
  {
    name: "shl",
    build: shiftLeftBy,
    expected: (a, amount, width) => a << limited(amount, width),
    everyByte: true,
    widest: 256,
  },
  {
    name: "shr",
    build: shiftRightBy,
    expected: (a, amount, width) => a >> limited(amount, width),
    everyByte: true,
    widest: 128,
  },
  {
    name: "signed shr",
    build: (builder, a, amount) => shiftRightBy(builder, a, amount, true),
    expected: (a, amount, width) => BigInt.asIntN(width, a) >> limited(amount, width),
    everyByte: true,
    widest: 256,
  },
];

describeOperations(SHIFTS);
describeShifts(SHIFTS);

test("a shift costs less than a barrel shifter's rotation for each digit and bit of the amount", () => {
  const rotations = (width: number, signed: boolean): number => {
    const builder = new Builder(DEFAULT_PARAMETERS);
    const a = inputRadix(builder, width);
    const amount = inputRadix(builder, width);
    return plan(shiftRightBy(builder, a, amount, signed), DEFAULT_PARAMETERS).rotations.length;
  };
  expect([8, 16, 32, 64, 128].map((width) => rotations(width, false))).toEqual([16, 35, 78, 168, 379]);
  expect([8, 16, 32, 64, 128].map((width) => rotations(width, true))).toEqual([20, 42, 91, 193, 428]);
});
