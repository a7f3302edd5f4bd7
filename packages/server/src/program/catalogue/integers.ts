import { digitsOf, formOf, widthOf } from "../forms.ts";
import * as kinds from "./kinds.ts";
import {
  each,
  gives,
  linear,
  logarithm,
  method,
  named,
  same,
  sameAndTruth,
  selfOf,
  squared,
  truth,
} from "./operation.ts";
import type { CheckedCall, Kind, Operations } from "./signature.ts";
import { formFromTable, matchingWork, table } from "./tables.ts";

const { integer, signedInteger } = kinds;
const operand = kinds.operand();
const amount = kinds.count(Number.MAX_SAFE_INTEGER);

/** The number of a bit of what the operation is called on, or of the place behind the last. */
const bit: Kind = {
  check(json, place, call) {
    return kinds.natural(widthOf(kinds.typeOfFirst(call))).check(json, place, call);
  },
  read: (json) => Number(json),
};

/** The number of the bit behind the last one, which is not before the first. */
const lastBit: Kind = kinds.optional({
  ...bit,
  check(json, place, call) {
    const end = bit.check(json, place, call);
    if (Number(end) >= Number(call.given[1])) return end;
    throw place.error("the end is before the start");
  },
});

const moving = (call: CheckedCall): number => {
  const digits = digitsOf(selfOf(call));
  return 2 * digits * (typeof call.of[1] === "number" ? logarithm(2 * digits) : 1);
};

const matching = (call: CheckedCall): number =>
  matchingWork(call, digitsOf(selfOf(call)), formFromTable(call, call.of.length - 1));

/** Methods of handles of integers. */
export const INTEGERS: Operations = {
  ...each("add sub and or xor min max", (name) => method(name, [integer, operand], same)),
  ...each("neg not reverseBits", (name) => method(name, [integer], same)),
  abs: method("abs", [signedInteger], same),
  mul: method("mul", [integer, operand], same, { work: squared() }),
  ...each("div rem", (name) => method(name, [integer, kinds.divisor], same, { work: squared(6) })),
  divRem: method("divRem", [integer, kinds.divisor], (call) => [selfOf(call), selfOf(call)], {
    shape: "several",
    work: squared(6),
  }),
  mulDiv: method("mulDiv", [integer, operand, kinds.clearDivisor], same, { work: squared(8) }),
  ...each("overflowingAdd overflowingSub", (name) =>
    method(name, [integer, operand], sameAndTruth, { shape: "several" }),
  ),
  overflowingMul: method("overflowingMul", [integer, operand], sameAndTruth, {
    shape: "several",
    work: squared(2),
  }),
  overflowingNeg: method("overflowingNeg", [integer], sameAndTruth, { shape: "several" }),
  ...each("shl shr rotl rotr", (name) => method(name, [integer, amount], same, { work: moving })),
  bitSlice: method("bitSlice", [integer, bit, lastBit], same),
  ...each("countOnes countZeros leadingZeros leadingOnes trailingZeros trailingOnes ilog2", (name) =>
    method(name, [integer], gives("FheUint32"), { work: linear(4) }),
  ),
  checkedIlog2: method("checkedIlog2", [integer], gives("FheUint32", "FheBool"), {
    shape: "several",
    work: linear(4),
  }),
  ...each("isEven isOdd", (name) => method(name, [integer], truth)),
  ...each("eq ne lt le gt ge", (name) => method(name, [integer, operand], truth)),
  matchValue: method(
    "matchValue",
    [integer, table(kinds.typeGiven(2)), kinds.tableType],
    (call) => [formFromTable(call, 2), formOf("FheBool")],
    { shape: "several", work: matching },
  ),
  matchValueOr: method(
    "matchValueOr",
    [integer, table(kinds.typeGiven(3)), kinds.clear(kinds.typeGiven(3)), kinds.tableType],
    (call) => [formFromTable(call, 3, call.of[2])],
    { work: matching },
  ),
  cast: method("cast", [integer, kinds.elementType], named(1)),
};
