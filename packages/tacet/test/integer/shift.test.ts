import { shiftLeftBy, shiftRightBy } from "../../src/integer/bits/shift-by.ts";
import { describeOperations } from "./describe-operations.ts";
import type { Operation } from "./operations.ts";
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
