import {
  BASE_FIELD,
  centred,
  HALF_LIMB,
  inverseOf,
  LIMB,
  LIMB_BITS,
  limbsOf,
  powerOf,
  SCALAR_FIELD,
} from "../prime-field.ts";

/*
 * The constants of the module. Each is 64 bits of the tables, and spread to all lanes where it is loaded.
 *
 * A product of two limbs is taken apart as Emmart, Zheng and Weems do ("Faster modular exponentiation using double
 * precision floating point arithmetic on the GPU", ARITH 2018), with rounding to nearest in place of towards zero:
 * high = a·b + 3·2^102 lies in [2^103, 2^104], where doubles are multiples of 2^51, if |a·b| ≤ 2^102; and
 * low = a·b − (high − 3·2^102) + 3·2^51 lies in [2^52, 2^53], where doubles are integers. So the bits of both, as integers,
 * are what they stand for and a constant, and can be added up as they are. Of all constants that a sum has taken in, its
 * first summand makes up.
 */

const bitsOf = (value: number): bigint => {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  return view.getBigUint64(0);
};

/** 3·2^102, and the bits of a part whose value is 0. */
const HIGH = 3 * 2 ** 102;
export const HIGH_BITS: bigint = bitsOf(HIGH);
/** 3·2^51. */
const LOW = 3 * 2 ** 51;
export const LOW_BITS: bigint = bitsOf(LOW);

/** Added to what is carried, so that it is not negative: sums stay far below in absolute value. */
const POSITIVE = 1n << 60n;

/** What columns take in: how many low and high parts. */
export interface Column {
  low: number;
  high: number;
}

/** How many products a function adds up before it reduces them, or that it squares. */
export type Shape = 1 | 2 | 4 | "square";
export const SHAPES: readonly Shape[] = [1, 2, 4, "square"];

/** How many parts fall in each column before it is carried, those of the reduction (field.ts) among them. */
export function columnsOf(limbs: number, shape: Shape): Column[] {
  const columns: Column[] = Array.from({ length: 2 * limbs }, () => ({ low: 0, high: 0 }));
  const count = (column: number, times: number): void => {
    columns[column]!.low += times;
    columns[column + 1]!.high += times;
  };
  for (let i = 0; i < limbs; i++) {
    for (let j = 0; j < limbs; j++) {
      if (shape !== "square") count(i + j, shape);
      else if (i <= j) count(i + j, 1);
      count(i < limbs - 1 ? i + 1 + j : i + j, 1);
    }
  }
  return columns;
}

/** The first summand of a column. */
function startOf({ low, high }: Column, column: number): bigint {
  const parts = BigInt(low) * LOW_BITS + BigInt(high) * HIGH_BITS;
  const carried = column === 0 ? 0n : POSITIVE / LIMB;
  return BigInt.asUintN(64, POSITIVE + HALF_LIMB - carried - parts);
}

/** The constants by name, each 64 bits. */
function listConstants(): Map<string, bigint> {
  const constants = new Map<string, bigint>([
    ["high", HIGH_BITS],
    ["highAndLow", bitsOf(HIGH + LOW)],
    ["low", LOW_BITS],
    ["mask", LIMB - 1n],
    ["exponent", bitsOf(2 ** 52)],
    ["exponentAndHalf", bitsOf(2 ** 52 + 2 ** 50)],
    ["splitter", bitsOf(2 ** 27 + 1)],
    ["rounder", bitsOf(1.5 * 2 ** 103)],
    ["integerRounder", bitsOf(1.5 * 2 ** 52)],
    ["limbInverse", bitsOf(2 ** -51)],
  ]);
  for (const field of [BASE_FIELD, SCALAR_FIELD]) {
    const { modulus, limbs } = field;
    const fold = limbsOf(centred(inverseOf(LIMB, modulus), modulus), limbs);
    for (const [i, limb] of fold.entries()) constants.set(`${field.name} fold ${i}`, bitsOf(limb));
    for (const [i, limb] of limbsOf(modulus, limbs).entries())
      constants.set(`${field.name} modulus ${i}`, bitsOf(limb));
    // The inverse of an odd number modulo 2^51 is its power by the order of the group, 2^49, less one.
    constants.set(`${field.name} share`, bitsOf(2 ** (LIMB_BITS * (limbs - 1)) / Number(modulus)));
    const quotient = centred(-powerOf(modulus, 2n ** 49n - 1n, LIMB), LIMB);
    constants.set(`${field.name} quotient`, bitsOf(Number(quotient)));
    for (const shape of SHAPES) {
      const columns = columnsOf(field.limbs, shape);
      for (const [i, column] of columns.entries())
        constants.set(`${field.name} ${shape} ${i}`, startOf(column, i));
    }
  }
  return constants;
}

const values = listConstants();
const places = new Map([...values.keys()].map((name, i) => [name, 8 * i]));

/** Bytes of the tables. */
export const TABLES_BYTES: number = 8 * values.size;

/** Where a constant lies in the tables. */
export function placeOf(name: string): number {
  const place = places.get(name);
  if (place === undefined) throw new Error(`there is no constant ${name}`);
  return place;
}

/** Writes the constants where `env.tables` will point to. */
export function writeConstants(memory: WebAssembly.Memory, address: number): void {
  const view = new DataView(memory.buffer, address, TABLES_BYTES);
  for (const [i, value] of [...values.values()].entries()) view.setBigUint64(8 * i, value, true);
}
