import { blockCapacity, type ParameterSet } from "../parameters/parameter-set.ts";
import { encode } from "./lwe/encoding.ts";

/*
 * A lookup polynomial holds the tables that one blind rotation evaluates. Its N coefficients are `capacity` boxes,
 * one for each input value; box v is centred on coefficient v·N/capacity, so that noise of either sign stays in it.
 * The lower half of box 0 wraps to the end of the polynomial, with its sign changed as X^N = −1 asks.
 * With several tables on inputs below r, table i starts at box i·r, and its output stands at the coefficient on
 * which that box is centred (PBSmanyLUT: Chillotti, Ligier, Orfila, Tap, ePrint 2021/729).
 */

/**
 * The middle of the range of what a lookup gives: an integer, or half of one. Where an input has its padding bit set, a
 * rotation gives the negative of an entry; of entries that are centred around 0, and after the centre has been added
 * again, that is the entry as seen from the other end of the range.
 */
export function centreOf({ min, max }: { readonly min: number; readonly max: number }): number {
  return (min + max) / 2;
}

/** Number of coefficients of a box. */
function boxSize(parameters: ParameterSet): number {
  return parameters.polynomialSize / blockCapacity(parameters);
}

/** The coefficient at which the output of table number `index` stands, when inputs are below `range`. */
export function outputCoefficient(index: number, range: number, parameters: ParameterSet): number {
  return index * range * boxSize(parameters);
}

/**
 * Writes the polynomial of N torus coefficients for tables on inputs from 0 to `range` − 1.
 *
 * @param tables `range` output values each, integers or halves of them; together they have at most `capacity` entries.
 */
export function writeLookupPolynomial(
  tables: readonly ArrayLike<number>[],
  range: number,
  parameters: ParameterSet,
  out: BigUint64Array,
): void {
  const box = boxSize(parameters);
  const half = box / 2;
  out.fill(0n);
  for (const [index, table] of tables.entries()) {
    for (let value = 0; value < range; value++) {
      const centre = outputCoefficient(index, range, parameters) + value * box;
      const encoded = encode(table[value], parameters);
      if (centre === 0) out.fill(-encoded, out.length - half);
      out.fill(encoded, Math.max(0, centre - half), centre + half);
    }
  }
}
