import { ParameterError } from "../errors.ts";
import { messageBits, type ParameterSet } from "../parameters/parameter-set.ts";

/** Number of bits of an integer type. */
export type Width = 8 | 16 | 32 | 64;

/** What an integer of a width is outside encryption: `number` up to 32 bits, `bigint` beyond. */
export type Clear<W extends Width> = W extends 64 ? bigint : number;

/** An integer given by the user: either kind is accepted for every width. */
export type Integer = number | bigint;

/**
 * A user's value as a bigint.
 *
 * @throws TypeError if it is no number or bigint.
 * @throws RangeError if it is fractional, not finite, beyond the safe integers, or does not fit `width` bits.
 */
export function checkInteger(value: Integer, width: number): bigint {
  if (typeof value !== "number" && typeof value !== "bigint") {
    throw new TypeError(`expected a number or bigint, not ${describe(value)}`);
  }
  if (typeof value === "number" && !Number.isSafeInteger(value)) {
    throw new RangeError(
      `the value is fractional, not finite or beyond 2^53; use a bigint for large integers`,
    );
  }
  const integer = BigInt(value);
  if (integer < 0n || integer >> BigInt(width) !== 0n) {
    throw new RangeError(
      `the value does not fit: an unsigned integer of ${width} bits is from 0 to 2^${width} - 1`,
    );
  }
  return integer;
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
  if (!(bytes instanceof Uint8Array)) throw new TypeError(`expected a Uint8Array, not ${describe(bytes)}`);
  return bytes;
}

/** The integer as users of its width get it. */
export function toClear<W extends Width>(value: bigint, width: W): Clear<W> {
  return (width > 32 ? value : Number(value)) as Clear<W>;
}

/** Names a value's type without showing the value. */
export function describe(value: unknown): string {
  if (value === null) return "null";
  if (typeof value !== "object" && typeof value !== "function") return `a ${typeof value}`;
  const name = (value as { constructor?: { name?: unknown } }).constructor?.name;
  return typeof name === "string" && name !== "" ? `a value of type ${name}` : "an object";
}

/**
 * Number of blocks of an integer under a parameter set.
 *
 * @throws ParameterError if the set's blocks do not divide the width.
 */
export function blockCount(width: Width, parameters: ParameterSet): number {
  const count = width / messageBits(parameters);
  if (Number.isInteger(count)) return count;
  throw new ParameterError(
    `blocks of ${messageBits(parameters)} message bits do not make up ${width} bits; integers need blocks of 1, 2, 4 or 8`,
  );
}
