import type { Builder } from "../../graph/builder.ts";
import { messageBits } from "../../parameters/parameter-set.ts";
import { resize } from "../cast.ts";
import { cheapest } from "../cheapest.ts";
import { clearRadix, clearValue, digitsFor } from "../clear.ts";
import { digitNoise, isClear, type Radix } from "../radix.ts";
import { offsetBinary } from "../sign.ts";
import { neg } from "./add.ts";
import { absolute } from "./bigint.ts";
import { addColumns, type Columns, carryOut, columnsOf } from "./columns.ts";
import { divideBySmall, smallDivisor } from "./divide-small.ts";
import { multiplyClear } from "./multiply.ts";
import { mostThresholds, rank } from "./rank.ts";
import { divideByMultiplying, reciprocalOf } from "./reciprocal.ts";
import type { Division } from "./restoring.ts";

interface ClearDivision {
  readonly a: Radix;
  /** Beyond 1 or -1, and negative only if signed. */
  readonly divisor: bigint;
  readonly signed: boolean;
  /** Number of digits that the quotient can have, with its sign, if any. */
  readonly quotientDigits: number;
  /** The same for the remainder. */
  readonly remainderDigits: number;
}

/** A quotient as so many digits as it can have, and its product with -divisor as so many as the remainder can. */
interface Quotient {
  readonly digits: Radix;
  readonly product: Columns;
}

/**
 * a / divisor, rounded towards zero, and a - quotient·divisor; the divisor is given as an unsigned integer of the width.
 * Of the ways to divide that are worth trying, the one with the fewest rotations is taken.
 *
 * @throws RangeError if the divisor is 0.
 */
export function divideClear(builder: Builder, a: Radix, value: bigint, signed: boolean): Division {
  const bits = messageBits(builder.parameters);
  const width = a.length * bits;
  const signedOr = (x: bigint): bigint => (signed ? BigInt.asIntN(width, x) : x);
  const divisor = signedOr(value);
  if (divisor === 0n) throw new RangeError("division by zero");
  const clear = (x: bigint): Radix => clearRadix(builder, x, a.length);
  if (isClear(a)) {
    const x = signedOr(clearValue(builder, a));
    return { quotient: clear(x / divisor), remainder: clear(x % divisor) };
  }
  if (absolute(divisor) === 1n) {
    return { quotient: divisor > 0n ? a : neg(builder, a), remainder: clear(0n) };
  }

  const largest = (1n << BigInt(signed ? width - 1 : width)) / absolute(divisor);
  const atMost = (x: bigint): number => Math.min(a.length, digitsFor(builder, signed ? 2n * x : x));
  const division: ClearDivision = {
    a,
    divisor,
    signed,
    quotientDigits: atMost(largest),
    remainderDigits: atMost(absolute(divisor) - 1n),
  };
  const results = waysToDivide(builder, division).map((divide) => () => {
    const { digits, product } = divide();
    const low = columnsOf(a.slice(0, division.remainderDigits));
    const remainder = carryOut(builder, addColumns([low, product]));
    return [digits, remainder].flatMap((radix) => resize(builder, radix, a.length, signed));
  });
  const best = cheapest(builder, a, results);
  return { quotient: best.slice(0, a.length), remainder: best.slice(a.length) };
}

function waysToDivide(builder: Builder, division: ClearDivision): (() => Quotient)[] {
  const { a, divisor, signed, quotientDigits } = division;
  const ways: (() => Quotient)[] = [];
  const small = smallDivisor(builder, divisor);
  if (small !== undefined) {
    ways.push(() => withProduct(builder, division, divideBySmall(builder, a, small, signed)));
  }
  const steps = stepsOf(builder, divisor, a.length, signed);
  if (steps.length <= mostThresholds(builder)) ways.push(() => divideByRank(builder, division, steps));
  // Both take few rotations a digit: multiplying is worse, and for wide integers much more to build.
  if (ways.length > 0) return ways;

  for (const factor of factorsFor(builder, divisor, a.length, signed)) {
    ways.push(() => {
      const multiple = multiplyWhole(builder, a, factor, signed);
      const quotient = divideByMultiplying(builder, multiple, divisor * factor, signed, quotientDigits);
      return withProduct(builder, division, quotient);
    });
  }
  return ways;
}

/** A quotient whose product is that of its digits. */
function withProduct(builder: Builder, division: ClearDivision, quotient: Radix): Quotient {
  const { a, divisor, signed, quotientDigits, remainderDigits } = division;
  const digits = quotient.slice(0, quotientDigits);
  const low = resize(builder, digits, a.length, signed).slice(0, remainderDigits);
  const bits = messageBits(builder.parameters);
  return { digits, product: multiplyClear(builder, low, BigInt.asUintN(remainderDigits * bits, -divisor)) };
}

/** Factors that are cheap to multiply with. */
const FACTORS = [1n, 3n, 5n, 7n, 9n, 15n, 17n];

/**
 * By what to multiply an integer and its divisor before they are divided: nothing, and what leaves far fewer powers of
 * two in the divisor's reciprocal, if anything does.
 */
function factorsFor(builder: Builder, divisor: bigint, digits: number, signed: boolean): bigint[] {
  const bits = messageBits(builder.parameters);
  const powers = (factor: bigint): number =>
    reciprocalOf(absolute(divisor) * factor, digits * bits, bits, signed).powers.length;
  const counts = FACTORS.map(powers);
  const fewest = Math.min(...counts);
  return 4 * fewest < 3 * counts[0] ? [1n, FACTORS[counts.indexOf(fewest)]] : [1n];
}

/** a·factor as so many digits as it has. */
function multiplyWhole(builder: Builder, a: Radix, factor: bigint, signed: boolean): Radix {
  if (factor === 1n) return a;
  const more = digitsFor(builder, factor - 1n);
  return carryOut(builder, multiplyClear(builder, resize(builder, a, a.length + more, signed), factor));
}

/**
 * The values at which the quotient steps up, or down, for integers that are moved up to be unsigned if they are signed.
 * No more than enough to tell that they are too many for `rank`.
 */
function stepsOf(builder: Builder, divisor: bigint, digits: number, signed: boolean): bigint[] {
  const end = 1n << BigInt(digits * messageBits(builder.parameters));
  const zero = signed ? end / 2n : 0n;
  const size = absolute(divisor);
  const steps: bigint[] = [];
  for (let step = zero + size; step < end && steps.length <= mostThresholds(builder); step += size)
    steps.push(step);
  for (let step = zero - size + 1n; step > 0n && steps.length <= mostThresholds(builder); step -= size) {
    steps.unshift(step);
  }
  return steps;
}

/** A quotient of few values, by comparing with all the values at which it steps. About one rotation a digit. */
function divideByRank(builder: Builder, division: ClearDivision, steps: readonly bigint[]): Quotient {
  const { a, divisor, signed, quotientDigits, remainderDigits } = division;
  const bits = messageBits(builder.parameters);
  const zero = 1n << BigInt(a.length * bits - 1);
  const below = signed ? steps.filter((step) => step <= zero).length : 0;
  const reached = rank(builder, signed ? offsetBinary(builder, a) : a, steps);
  const multiples = (factor: bigint, digits: number): Radix =>
    Array.from({ length: digits }, (_, index) => {
      const digit = (value: number): number => {
        const quotient = BigInt(divisor < 0n ? below - value : value - below);
        return Number(BigInt.asUintN(bits, (quotient * factor) >> BigInt(index * bits)));
      };
      return builder.lookup(reached, digit, digitNoise(builder));
    });
  return { digits: multiples(1n, quotientDigits), product: columnsOf(multiples(-divisor, remainderDigits)) };
}
