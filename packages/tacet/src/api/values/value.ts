import { ParameterError } from "../../errors.ts";
import { describe } from "../../opaque.ts";
import type { ParameterSet } from "../../parameters/parameter-set.ts";
import { isBytes, isDetached } from "../../realm.ts";
import type { IntegerType, Width } from "../../wire/core/types.ts";

/** What an integer of a width is outside encryption: `number` up to 32 bits, `bigint` beyond. */
export type Clear<W extends Width> = W extends 2 | 4 | 6 | 8 | 10 | 12 | 14 | 16 | 24 | 32 ? number : bigint;

/** An integer given by the user: either kind is accepted for every width. */
export type Integer = number | bigint;

/** What tells the types of integers apart. */
export interface IntegerFormat {
  readonly width: Width;
  /** Whether integers are in two's complement. */
  readonly signed: boolean;
}

/** The name of a type of integers. */
export function integerType({ width, signed }: IntegerFormat): IntegerType {
  return signed ? `FheInt${width}` : `FheUint${width}`;
}

/**
 * A user's value as a bigint.
 *
 * @throws TypeError if it is no number or bigint.
 * @throws RangeError if it is fractional, not finite, beyond the safe integers, or does not fit the format.
 */
export function checkInteger(value: Integer, format: IntegerFormat): bigint {
  if (typeof value !== "number" && typeof value !== "bigint") {
    throw new TypeError(`expected a number or bigint, not ${describe(value)}`);
  }
  if (typeof value === "number" && !Number.isSafeInteger(value)) {
    throw new RangeError(
      `the value is fractional, not finite or beyond 2^53; use a bigint for large integers`,
    );
  }
  const integer = BigInt(value);
  if (integer === wrap(integer, format)) return integer;
  const { width, signed } = format;
  const range = signed ? `-2^${width - 1} to 2^${width - 1} - 1` : `0 to 2^${width} - 1`;
  throw new RangeError(`the value does not fit: an integer of type ${integerType(format)} is from ${range}`);
}

/** A user's clear integer in two's complement. Throws as `checkInteger`. */
export function unsignedValue(value: Integer, format: IntegerFormat): bigint {
  return BigInt.asUintN(format.width, checkInteger(value, format));
}

/** The integer of a format that a value is equal to modulo 2^width. */
export function wrap(value: bigint, { width, signed }: IntegerFormat): bigint {
  return signed ? BigInt.asIntN(width, value) : BigInt.asUintN(width, value);
}

/**
 * A user's truth value.
 *
 * @throws TypeError if it is no boolean.
 */
export function checkBoolean(value: boolean): boolean {
  if (typeof value !== "boolean") throw new TypeError(`expected a boolean, not ${describe(value)}`);
  return value;
}

/** A user's bytes. @throws TypeError if they are none. */
export function checkBytes(bytes: Uint8Array): Uint8Array {
  if (!isBytes(bytes)) {
    const found =
      (bytes as unknown) instanceof Uint8Array ? "an object that has only its methods" : describe(bytes);
    throw new TypeError(`expected a Uint8Array, not ${found}`);
  }
  if (isDetached(bytes)) {
    throw new TypeError(
      "expected bytes, not a detached Uint8Array: its memory has been transferred or cut off",
    );
  }
  return bytes;
}

/** A copy of a user's bytes: `slice` of Node's buffers would make none. @throws TypeError if they are none. */
export function copyBytes(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(checkBytes(bytes));
}

/** What was given, in words: a string as it is. */
export const nameOf = (value: unknown): string =>
  typeof value === "string" ? JSON.stringify(value) : describe(value);

/** A domain separator that a user has given. @throws TypeError if it is no eight characters of ASCII. */
export function checkSeparator(name: string, separator: string): string {
  if (typeof separator === "string" && /^[\x20-\x7e]{8}$/.test(separator)) return separator;
  throw new TypeError(`expected eight characters of ASCII as ${name}, not ${nameOf(separator)}`);
}

/** The integer as users of its width get it. */
export function toClear<W extends Width>(value: bigint, width: W): Clear<W> {
  return (width > 32 ? value : Number(value)) as Clear<W>;
}

/**
 * An integer's digits, least significant first, in two's complement.
 *
 * @throws TypeError, RangeError as `checkInteger`, ParameterError if blocks do not make up the width.
 */
export function integerDigits(value: Integer, format: IntegerFormat, messageModulus: number): number[] {
  let rest = checkInteger(value, format);
  const bits = Math.log2(messageModulus);
  return Array.from({ length: blockCount(format.width, { messageModulus }) }, () => {
    const digit = BigInt.asUintN(bits, rest);
    rest >>= BigInt(bits);
    return Number(digit);
  });
}

/** Bits that are joined as plain numbers, which is faster than as bigints. */
const PLAIN_BITS = 32;

/** The integer of some digits, least significant first, which may hold carries. */
export function joinDigits(digits: readonly number[], messageModulus: number): bigint {
  const together = Math.floor(PLAIN_BITS / Math.log2(messageModulus));
  let value = 0n;
  for (let end = digits.length; end > 0; ) {
    const first = Math.floor((end - 1) / together) * together;
    let part = 0;
    for (let i = end - 1; i >= first; i--) part = part * messageModulus + digits[i];
    value = (value << BigInt(together * Math.log2(messageModulus))) + BigInt(part);
    end = first;
  }
  return value;
}

/**
 * Number of blocks of an integer under a parameter set.
 *
 * @throws ParameterError if the set's blocks do not divide the width.
 */
export function blockCount(width: Width, { messageModulus }: Pick<ParameterSet, "messageModulus">): number {
  const bits = Math.log2(messageModulus);
  if (width % bits === 0) return width / bits;
  throw new ParameterError(`blocks of ${bits} message bits do not make up ${width} bits`);
}
