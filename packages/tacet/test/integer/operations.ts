import type { Block, InputBlock } from "../../src/graph/block.ts";
import type { Builder } from "../../src/graph/builder.ts";
import { add, neg, sub } from "../../src/integer/add.ts";
import { bitAnd, bitNot, bitOr, bitXor } from "../../src/integer/bitwise.ts";
import { ge, gt, le, lt, max, min } from "../../src/integer/compare.ts";
import { eq, ne } from "../../src/integer/equal.ts";
import { multiply } from "../../src/integer/multiply.ts";
import type { Radix } from "../../src/integer/radix.ts";
import { messageBits, type ParameterSet } from "../../src/parameters/parameter-set.ts";

/** An operation on two integers, as the library builds it and as bigint arithmetic says it should be. */
export interface Operation {
  readonly name: string;
  readonly build: (builder: Builder, a: Radix, b: Radix) => Radix;
  readonly expected: (a: bigint, b: bigint) => bigint;
}

type Comparison = (builder: Builder, a: Radix, b: Radix) => Block;

const comparison = (
  name: string,
  build: Comparison,
  holds: (a: bigint, b: bigint) => boolean,
): Operation => ({
  name,
  build: (builder, a, b) => [build(builder, a, b)],
  expected: (a, b) => BigInt(holds(a, b)),
});

export const OPERATIONS: readonly Operation[] = [
  { name: "add", build: add, expected: (a, b) => a + b },
  { name: "sub", build: sub, expected: (a, b) => a - b },
  { name: "mul", build: multiply, expected: (a, b) => a * b },
  { name: "neg", build: (builder, a) => neg(builder, a), expected: (a) => -a },
  { name: "and", build: bitAnd, expected: (a, b) => a & b },
  { name: "or", build: bitOr, expected: (a, b) => a | b },
  { name: "xor", build: bitXor, expected: (a, b) => a ^ b },
  { name: "not", build: (builder, a) => bitNot(builder, a), expected: (a) => ~a },
  comparison("eq", eq, (a, b) => a === b),
  comparison("ne", ne, (a, b) => a !== b),
  comparison("lt", lt, (a, b) => a < b),
  comparison("le", le, (a, b) => a <= b),
  comparison("gt", gt, (a, b) => a > b),
  comparison("ge", ge, (a, b) => a >= b),
  { name: "min", build: min, expected: (a, b) => (a < b ? a : b) },
  { name: "max", build: max, expected: (a, b) => (a > b ? a : b) },
];

/** An encrypted integer: one input a digit. */
export function inputRadix(builder: Builder, width: number, noise = 1): InputBlock[] {
  const { parameters } = builder;
  return Array.from({ length: width / messageBits(parameters) }, () =>
    builder.input({ max: parameters.messageModulus - 1, noise }),
  );
}

/** Gives the digits of an integer to its inputs. */
export function assign(
  values: Map<Block, number>,
  radix: readonly InputBlock[],
  value: bigint,
  parameters: ParameterSet,
): void {
  const bits = BigInt(messageBits(parameters));
  const mask = BigInt(parameters.messageModulus - 1);
  for (const [index, block] of radix.entries())
    values.set(block, Number((value >> (BigInt(index) * bits)) & mask));
}

/** The integer that digits stand for. */
export function join(digits: readonly number[], parameters: ParameterSet): bigint {
  const modulus = BigInt(parameters.messageModulus);
  return digits.reduceRight((value, digit) => value * modulus + BigInt(digit), 0n);
}
