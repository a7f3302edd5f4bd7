import { checkList } from "../client/packed-vector.ts";
import { INSIDE } from "../inside.ts";
import type { Selector } from "../loaded.ts";
import type { Move, Operand, Step } from "./program.ts";

/* Steps that compare clear integers with an encrypted constant, digit by digit, the lowest first. */

/** Digits of integers. */
export interface DigitForm {
  /** Bits of the integers, from 1 to 64. */
  readonly width: number;
  /**
   * Bits of a digit, from 1 to 8; 1 unless given. Of a constant there is one selector for each digit of one bit, and 2^b for
   * one of b bits: more to send, and fewer products.
   */
  readonly digitBits?: number | undefined;
}

/** What integers are compared with, and how the steps fit into a program. */
export interface ComparisonOptions extends DigitForm {
  /** Selectors of the bits that `constantBits` gives for the constant, in their order. */
  readonly constant: readonly Selector[];
  /** Number of steps that the program has before these; 0 unless given. */
  readonly before?: number | undefined;
  /** What the result is where integer and constant are equal; `"zero"` for `lessThan` and `"one"` for `equals` unless given. */
  readonly equal?: Operand | undefined;
}

/** @throws TypeError, RangeError */
function checkForm({ width, digitBits = 1 }: DigitForm): { width: number; digitBits: number; count: number } {
  if (!(Number.isInteger(INSIDE.checkNumber("width", width)) && width >= 1 && width <= 64))
    throw new RangeError(`width is ${width}; expected an integer from 1 to 64`);
  if (!(Number.isInteger(INSIDE.checkNumber("digitBits", digitBits)) && digitBits >= 1 && digitBits <= 8))
    throw new RangeError(`digitBits is ${digitBits}; expected an integer from 1 to 8`);
  return { width, digitBits, count: Math.ceil(width / digitBits) };
}

/** The digits of integers from 0 to 2^width − 1, the lowest first: a list for each digit. */
function digitsOf(values: ArrayLike<number | bigint>, form: DigitForm): Uint32Array[] {
  const { width, digitBits, count } = checkForm(form);
  const length = checkList("values", values);
  const digits = Array.from({ length: count }, () => new Uint32Array(length));
  for (let i = 0; i < length; i++) {
    const value = values[i];
    const isInteger = typeof value === "bigint" || Number.isSafeInteger(value);
    if (!isInteger || value < 0 || BigInt(value) >> BigInt(width) !== 0n)
      throw new RangeError(`values[${i}] is not an integer from 0 to 2^${width} - 1`);
    const words = [BigInt.asUintN(32, BigInt(value)), BigInt(value) >> 32n].map(Number);
    for (let digit = 0; digit < count; digit++) {
      let bits = 0;
      for (let bit = 0; bit < digitBits; bit++) {
        const at = digit * digitBits + bit;
        if (at < 64) bits |= ((words[at >> 5] >>> (at & 31)) & 1) << bit;
      }
      digits[digit][i] = bits;
    }
  }
  return digits;
}

/**
 * The bits that a client encrypts as selectors for a constant that others are compared with: its bits, the lowest first; or,
 * if digits have more than one, for each digit which of its values it has.
 *
 * @throws TypeError, RangeError for a constant that does not fit, of which the error says nothing.
 */
export function constantBits(constant: number | bigint, form: DigitForm): number[] {
  const { width, digitBits } = checkForm(INSIDE.checkOptions(form, { width: true, digitBits: true }));
  const isInteger = typeof constant === "bigint" || Number.isSafeInteger(constant);
  if (!isInteger || constant < 0 || BigInt(constant) >> BigInt(width) !== 0n)
    throw new RangeError(`the constant is not an integer from 0 to 2^${width} - 1`);
  const digits = digitsOf([constant], { width, digitBits }).map(([digit]) => digit);
  if (digitBits === 1) return digits;
  return digits.flatMap((digit) =>
    Array.from({ length: 2 ** digitBits }, (_, value) => Number(value === digit)),
  );
}

/**
 * The steps that say for each of some clear integers whether it is less than an encrypted one: of the last of them.
 *
 * @throws TypeError, RangeError for integers that do not fit, or another number of selectors.
 */
export function lessThan(values: ArrayLike<number | bigint>, options: ComparisonOptions): Step[] {
  return comparison(values, options, "zero", (at, digit, digitBits, before) => {
    if (digitBits > 1) {
      const plus = Array.from({ length: 2 ** digitBits - 1 - digit }, (_, i) => at(digit + 1 + i));
      return { selector: at(digit), low: "zero", high: before, plus };
    }
    // A bit of 0 is less than one of 1, and no bit of 1 is less than one of 0.
    return digit === 0
      ? { selector: at(0), low: before, high: "one" }
      : { selector: at(0), low: "zero", high: before };
  });
}

/** The steps that say for each of some clear integers whether it is equal to an encrypted one. Throws as `lessThan`. */
export function equals(values: ArrayLike<number | bigint>, options: ComparisonOptions): Step[] {
  return comparison(values, options, "one", (at, digit, digitBits, before) => {
    if (digitBits > 1) return { selector: at(digit), low: "zero", high: before };
    return digit === 0
      ? { selector: at(0), low: before, high: "zero" }
      : { selector: at(0), low: "zero", high: before };
  });
}

function comparison(
  values: ArrayLike<number | bigint>,
  options: ComparisonOptions,
  ifEqual: Operand,
  move: (at: (value: number) => Selector, digit: number, digitBits: number, before: Operand) => Move,
): Step[] {
  const names = { width: true, digitBits: true, constant: true, before: true, equal: true } as const;
  const { width, constant, before = 0, equal = ifEqual, ...rest } = INSIDE.checkOptions(options, names);
  const { digitBits, count } = checkForm({ width, digitBits: rest.digitBits });
  const each = digitBits === 1 ? 1 : 2 ** digitBits;
  if (!Array.isArray(constant)) throw new TypeError(`constant is an array, not ${INSIDE.describe(constant)}`);
  if (constant.length !== count * each)
    throw new RangeError(`${constant.length} selectors of the constant; expected ${count * each}`);
  return digitsOf(values, { width, digitBits }).map((digits, i) => {
    const at = (value: number): Selector => constant[i * each + value];
    const last = i === 0 ? equal : before + i - 1;
    return {
      digits,
      moves: Array.from({ length: 2 ** digitBits }, (_, digit) => move(at, digit, digitBits, last)),
    };
  });
}
