import fc from "fast-check";
import { expect } from "vitest";
import type { Block, InputBlock } from "../../src/graph/block.ts";
import type { Builder } from "../../src/graph/builder.ts";
import { add, neg, sub } from "../../src/integer/arithmetic/add.ts";
import { multiply } from "../../src/integer/arithmetic/multiply.ts";
import { bitAnd, bitNot, bitOr, bitXor } from "../../src/integer/bits/bitwise.ts";
import { ge, gt, le, lt, max, min } from "../../src/integer/comparison/compare.ts";
import { eq, ne } from "../../src/integer/comparison/equal.ts";
import { digitNoise, type Radix } from "../../src/integer/radix.ts";
import { messageBits, type ParameterSet } from "../../src/parameters/parameter-set.ts";
import {
  DEFAULT_PARAMETERS,
  PARAM_MESSAGE_1_CARRY_1_KS_PBS_TUNIFORM_2M128,
  PARAM_MESSAGE_3_CARRY_3_KS_PBS_TUNIFORM_2M128,
} from "../../src/parameters/sets.ts";
import { WIDTHS, type Width } from "../../src/wire/core/types.ts";

/** Shapes of blocks, and widths of integers to try with them. */
export const SHAPES: readonly { shape: string; parameters: ParameterSet; widths: readonly number[] }[] = [
  { shape: "1_1", parameters: PARAM_MESSAGE_1_CARRY_1_KS_PBS_TUNIFORM_2M128, widths: [8, 16, 32, 64] },
  { shape: "2_2", parameters: DEFAULT_PARAMETERS, widths: [8, 16, 32, 64] },
  { shape: "3_3", parameters: PARAM_MESSAGE_3_CARRY_3_KS_PBS_TUNIFORM_2M128, widths: [24, 48] },
];

/** The widths to try on blocks of a shape besides those in `SHAPES`. */
export function everyWidth({ shape, parameters }: { shape: string; parameters: ParameterSet }): Width[] {
  const some = [2, 6, 24, 128, 192, 2048];
  return WIDTHS.filter(
    (width) => shape === "2_2" || (some.includes(width) && width % messageBits(parameters) === 0),
  );
}

/** Integers of a width, with those at which carries and comparisons turn. */
export function integer(width: number): fc.Arbitrary<bigint> {
  const top = (1n << BigInt(width)) - 1n;
  const power = fc.nat({ max: width - 1 }).map((bit) => 1n << BigInt(bit));
  return fc.oneof(fc.bigInt({ min: 0n, max: top }), fc.constantFrom(0n, 1n, top), power);
}

/** Pairs of integers, often equal or almost so. */
export function pairOf(width: number): fc.Arbitrary<[bigint, bigint]> {
  return fc.oneof(
    fc.tuple(integer(width), integer(width)),
    integer(width).map((a): [bigint, bigint] => [a, a]),
    fc
      .tuple(integer(width), fc.nat({ max: width - 1 }))
      .map(([a, bit]): [bigint, bigint] => [a, a ^ (1n << BigInt(bit))]),
  );
}

/** An operation on two integers, as the library builds it and as bigint arithmetic says it should be. */
export interface Operation {
  readonly name: string;
  /** Digits of the result; of several results, one after the other, where there are more. */
  readonly build: (builder: Builder, a: Radix, b: Radix) => Radix;
  /** What these digits are to hold, modulo their number, for digits of `a` and `b` read as unsigned integers. */
  readonly expected: (a: bigint, b: bigint, width: number) => bigint;
  /** Number of bits above which it takes too long to try. */
  readonly widest?: number;
  /** Whether to try every pair of 8-bit integers at the default parameters. */
  readonly everyByte?: boolean;
}

type Comparison = (builder: Builder, a: Radix, b: Radix, signed: boolean) => Block;
type Choice = (builder: Builder, a: Radix, b: Radix, signed: boolean) => Radix;

const comparison = (
  name: string,
  build: Comparison,
  holds: (a: bigint, b: bigint) => boolean,
): Operation => ({
  name,
  build: (builder, a, b) => [build(builder, a, b, false)],
  expected: (a, b) => BigInt(holds(a, b)),
  everyByte: true,
});

/** The operation of unsigned integers for signed ones. */
const signed = (
  name: string,
  build: Comparison | Choice,
  expected: (a: bigint, b: bigint) => bigint | boolean,
): Operation => ({
  name: `signed ${name}`,
  build: (builder, a, b) => [build(builder, a, b, true)].flat(),
  expected: (a, b, width) => BigInt(expected(BigInt.asIntN(width, a), BigInt.asIntN(width, b))),
  everyByte: true,
});

export const OPERATIONS: readonly Operation[] = [
  { name: "add", build: add, expected: (a, b) => a + b, everyByte: true },
  { name: "sub", build: sub, expected: (a, b) => a - b, everyByte: true },
  { name: "mul", build: multiply, expected: (a, b) => a * b, widest: 64, everyByte: true },
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
  signed("lt", lt, (a, b) => a < b),
  signed("le", le, (a, b) => a <= b),
  signed("gt", gt, (a, b) => a > b),
  signed("ge", ge, (a, b) => a >= b),
  signed("min", min, (a, b) => (a < b ? a : b)),
  signed("max", max, (a, b) => (a > b ? a : b)),
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

/** Checks that every operation can start from these digits: of thousands, only a wrong one is worth an assertion. */
export function expectDigits(builder: Builder, radix: Radix): void {
  const { messageModulus } = builder.parameters;
  const most = digitNoise(builder);
  for (const { max, noise } of radix) {
    if (!(max < messageModulus && noise <= most)) {
      expect.fail(
        `a digit goes up to ${max} with noise ${noise}; expected below ${messageModulus}, and at most ${most}`,
      );
    }
  }
}
