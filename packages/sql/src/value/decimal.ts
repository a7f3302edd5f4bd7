import { DataError } from "../errors.ts";

/**
 * A number as PostgreSQL's `numeric` has it: `unscaled · 10^-scale`, printed with `scale` digits after the point.
 * NaN and the infinities are left out.
 */
export interface Decimal {
  readonly unscaled: bigint;
  readonly scale: number;
}

/** Digits that a quotient has at least (`NUMERIC_MIN_SIG_DIGITS`), and the most after its point. */
const LEAST_SIGNIFICANT_DIGITS = 16;
const MOST_DIGITS_AFTER_POINT = 1000;
/** PostgreSQL computes in digits of base 10,000, which shows in how many digits a quotient gets. */
const DIGITS_OF_BASE = 4;
/** PostgreSQL's own bounds: longer texts are no `numeric`. */
const LONGEST = 131_072 + 16_384;

const PATTERN = /^\s*([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,5}))?\s*$/;

export function powerOfTen(exponent: number): bigint {
  return 10n ** BigInt(exponent);
}

/** Reads what PostgreSQL would as `numeric`; `undefined` if it is none, or not finite. */
export function parseDecimal(text: string): Decimal | undefined {
  if (text.length > LONGEST) return undefined;
  const found = PATTERN.exec(text);
  if (found === null) return undefined;
  const [, sign, whole = "", fraction = "", exponent = "0"] = found;
  if (whole === "" && fraction === "") return undefined;
  const digits = BigInt(`${whole}${fraction}` || "0");
  const unscaled = sign === "-" ? -digits : digits;
  const scale = fraction.length - Number(exponent);
  if (Math.abs(scale) > LONGEST) return undefined;
  return scale >= 0 ? { unscaled, scale } : { unscaled: unscaled * powerOfTen(-scale), scale: 0 };
}

export function integer(value: bigint | number): Decimal {
  return { unscaled: BigInt(value), scale: 0 };
}

export function formatDecimal({ unscaled, scale }: Decimal): string {
  const digits = (unscaled < 0n ? -unscaled : unscaled).toString().padStart(scale + 1, "0");
  const point = digits.length - scale;
  const text = scale === 0 ? digits : `${digits.slice(0, point)}.${digits.slice(point)}`;
  return unscaled < 0n ? `-${text}` : text;
}

/** The same number with at least so many digits after the point. */
export function withScale(value: Decimal, scale: number): Decimal {
  if (scale <= value.scale) return value;
  return { unscaled: value.unscaled * powerOfTen(scale - value.scale), scale };
}

export function add(a: Decimal, b: Decimal): Decimal {
  const scale = Math.max(a.scale, b.scale);
  return { unscaled: withScale(a, scale).unscaled + withScale(b, scale).unscaled, scale };
}

export function negate({ unscaled, scale }: Decimal): Decimal {
  return { unscaled: -unscaled, scale };
}

export function multiply(a: Decimal, b: Decimal): Decimal {
  return { unscaled: a.unscaled * b.unscaled, scale: a.scale + b.scale };
}

/** Less than 0, 0 or more than 0. */
export function compare(a: Decimal, b: Decimal): number {
  const difference = add(a, negate(b)).unscaled;
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** Rounds half away from zero, as PostgreSQL does; `scale` may be below 0. */
export function round(value: Decimal, scale: number): Decimal {
  return rescale(value, scale, (quotient, remainder, divisor) => {
    const half = 2n * (remainder < 0n ? -remainder : remainder) >= divisor;
    return half ? quotient + (value.unscaled < 0n ? -1n : 1n) : quotient;
  });
}

/** Rounds toward zero. */
export function truncate(value: Decimal, scale: number): Decimal {
  return rescale(value, scale, (quotient) => quotient);
}

function rescale(
  value: Decimal,
  scale: number,
  rounded: (quotient: bigint, remainder: bigint, divisor: bigint) => bigint,
): Decimal {
  if (scale >= value.scale) return withScale(value, scale);
  const divisor = powerOfTen(value.scale - scale);
  const quotient = rounded(value.unscaled / divisor, value.unscaled % divisor, divisor);
  return scale >= 0 ? { unscaled: quotient, scale } : { unscaled: quotient * powerOfTen(-scale), scale: 0 };
}

export function floor(value: Decimal): Decimal {
  const whole = truncate(value, 0);
  return value.unscaled < 0n && compare(whole, value) !== 0 ? add(whole, integer(-1)) : whole;
}

export function ceiling(value: Decimal): Decimal {
  return negate(floor(negate(value)));
}

/** The remainder has the sign of the dividend. @throws DataError on division by zero. */
export function remainder(a: Decimal, b: Decimal): Decimal {
  if (b.unscaled === 0n) throw new DataError("division by zero");
  const scale = Math.max(a.scale, b.scale);
  return { unscaled: withScale(a, scale).unscaled % withScale(b, scale).unscaled, scale };
}

/** A quotient with as many digits as PostgreSQL gives it (`select_div_scale`). @throws DataError on division by zero. */
export function divide(a: Decimal, b: Decimal): Decimal {
  if (b.unscaled === 0n) throw new DataError("division by zero");
  const scale = scaleOfQuotient(a, b);
  // One digit more than is kept would not do: rounding needs to know whether anything follows.
  const shift = scale + b.scale - a.scale;
  const numerator = shift >= 0 ? a.unscaled * powerOfTen(shift) : a.unscaled;
  const denominator = shift >= 0 ? b.unscaled : b.unscaled * powerOfTen(-shift);
  const quotient = numerator / denominator;
  const rest = numerator % denominator;
  const away = 2n * magnitude(rest) >= magnitude(denominator);
  const sign = numerator < 0n === denominator < 0n ? 1n : -1n;
  return { unscaled: away ? quotient + sign : quotient, scale };
}

function magnitude(value: bigint): bigint {
  return value < 0n ? -value : value;
}

function scaleOfQuotient(a: Decimal, b: Decimal): number {
  const first = leadingDigit(a);
  const second = leadingDigit(b);
  let weight = first.weight - second.weight;
  if (first.digit <= second.digit) weight--;
  const scale = Math.max(LEAST_SIGNIFICANT_DIGITS - weight * DIGITS_OF_BASE, a.scale, b.scale, 0);
  return Math.min(scale, MOST_DIGITS_AFTER_POINT);
}

/** The first digit in base 10,000 that is not zero, and which power of the base it stands for. */
function leadingDigit({ unscaled, scale }: Decimal): { digit: number; weight: number } {
  if (unscaled === 0n) return { digit: 0, weight: 0 };
  const digits = magnitude(unscaled).toString();
  const exponent = digits.length - 1 - scale; // of the first decimal digit
  const weight = Math.floor(exponent / DIGITS_OF_BASE);
  const length = exponent - weight * DIGITS_OF_BASE + 1;
  return { digit: Number(digits.slice(0, length).padEnd(length, "0")), weight };
}
