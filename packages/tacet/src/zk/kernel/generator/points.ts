import type { FunctionBuilder } from "../../../kernel/generator/assembler.ts";
import {
  type I32,
  i8x16,
  i32,
  i64,
  i64x2,
  type Local,
  type Value,
  v128,
} from "../../../kernel/generator/instructions.ts";
import { COORDINATES, type Coordinates, PAIR_BYTES, PAIR_FIELDS, pointBytes, quadBytes } from "../layout.ts";
import { LANES, LIMB_BYTES } from "../prime-field.ts";
import type { Writer } from "./arithmetic.ts";

/*
 * Sums of many pairs of points at once. Affine addition divides once; by Montgomery's trick ("Speeding the Pollard and
 * elliptic curve methods of factorization", 1987, section 10.3.1) many divisions share one inversion, so that a sum takes five
 * products and a square. Four pairs are computed side by side, and each lane has an inversion of its own.
 */

type V128 = Value<"v128">;
type Address = Local<"i32">;

/** The first 64 bits of both, or the second ones. */
const unpack = (which: 0 | 1, a: V128, b: V128): V128 => {
  const bytes = Array.from({ length: 8 }, (_, i) => 8 * which + i);
  return i8x16.shuffle([...bytes, ...bytes.map((byte) => byte + 16)], a, b);
};

/** The addresses of four points, in a list of pairs. */
function addressesIn(f: FunctionBuilder, list: I32, field: number): Address[] {
  return Array.from({ length: LANES }, (_, lane) => f.let("i32", i32.load(list, PAIR_BYTES * lane + field)));
}

/** Bit 63 set where the lowest bit of an address is. */
const signs = (a: Address, b: Address): V128 => {
  const sign = (address: Address) => i64.shl(i64.extend_i32_u(address), 63);
  return i64x2.replace_lane(1, i64x2.splat(sign(a)), sign(b));
};

/**
 * gather(list, quads): the first `rows` doubles of four points, transposed. Where the lowest bit of a point's address is 1,
 * it is the negative that is taken: doubles from `signed` on change their sign.
 */
function gather(rows: number, signed: number): Writer {
  return (f) => {
    const [list, quads] = f.params("i32");
    const addresses = addressesIn(f, list, 0);
    const negative = [0, 2].map((lane) => {
      const mask = f.local("v128");
      f.set(mask, signs(addresses[lane]!, addresses[lane + 1]!));
      return mask;
    });
    for (const address of addresses) f.set(address, i32.and(address, -2));
    f.once(() => {
      for (let row = 0; row < rows; row += 2) {
        const pairs = addresses.map((address) => f.let("v128", v128.load(address, 8 * row)));
        for (const which of [0, 1] as const) {
          if (row + which >= rows) continue;
          for (const half of [0, 1]) {
            const value = unpack(which, pairs[2 * half]!, pairs[2 * half + 1]!);
            const turned = row + which >= signed ? v128.xor(value, negative[half]!) : value;
            f.emit(v128.store(quads, LIMB_BYTES * (row + which) + 16 * half, turned));
          }
        }
      }
    });
  };
}

/** scatter(list, quads): writes four points to where the list says, transposed back. */
function scatter(rows: number): Writer {
  return (f) => {
    const [list, quads] = f.params("i32");
    const addresses = addressesIn(f, list, 0);
    f.once(() => {
      for (let row = 0; row < rows; row += 2) {
        for (const half of [0, 1]) {
          const [first, second] = [0, 1].map((i) =>
            f.let("v128", v128.load(quads, LIMB_BYTES * (row + i) + 16 * half)),
          );
          for (const which of [0, 1] as const)
            f.emit(v128.store(addresses[2 * half + which]!, 8 * row, unpack(which, first!, second!)));
        }
      }
    });
  };
}

/** Where in the scratch area the backward pass has its quads, by numbers of coordinates. */
const PLACES = { first: 0, second: 2, sum: 4, difference: 6, inverse: 7, slope: 8, other: 9 } as const;
export const SCRATCH_COORDINATES = 10;

function pairFunctions(name: Coordinates): Record<string, Writer> {
  const size = quadBytes(name);
  const rows = pointBytes(name) / 8;
  const at = (scratch: Address, place: keyof typeof PLACES, coordinate = 0): I32 =>
    i32.add(scratch, size * (PLACES[place] + coordinate));
  const call = (f: FunctionBuilder, operation: string, ...operands: I32[]): void =>
    f.call(`${name}${operation}`, ...operands);

  /**
   * pairDifferences(pairs, end, products, scratch): from the first to the last four pairs, the products of the differences of
   * their abscissas: products[i + 1] = products[i]·(x₂ − x₁), of which the first is there.
   */
  const differences: Writer = (f) => {
    const [pairs, end, products, scratch] = f.params("i32");
    f.until(i32.ge_u(pairs, end), () => {
      call(f, "GatherX", i32.add(pairs, PAIR_FIELDS.first), at(scratch, "first"));
      call(f, "GatherX", i32.add(pairs, PAIR_FIELDS.second), at(scratch, "second"));
      call(f, "Subtract", at(scratch, "difference"), at(scratch, "second"), at(scratch, "first"));
      call(f, "Multiply", i32.add(products, size), products, at(scratch, "difference"));
      f.increment(products, size);
      f.increment(pairs, LANES * PAIR_BYTES);
    });
  };

  /**
   * pairSums(pairs, end, products, inverse, scratch): from the last four pairs, before `end`, to the first, their sums.
   * `products` is the address of the last product but one, `inverse` that of the inverse of the last, which is overwritten.
   */
  const sums: Writer = (f) => {
    const [pairs, end, products, inverse, scratch] = f.params("i32");
    f.until(i32.le_u(end, pairs), () => {
      f.increment(end, -LANES * PAIR_BYTES);
      call(f, "Gather", i32.add(end, PAIR_FIELDS.first), at(scratch, "first"));
      call(f, "Gather", i32.add(end, PAIR_FIELDS.second), at(scratch, "second"));
      const [x1, y1] = [at(scratch, "first"), at(scratch, "first", 1)];
      const [x2, y2] = [at(scratch, "second"), at(scratch, "second", 1)];
      const [x3, y3] = [at(scratch, "sum"), at(scratch, "sum", 1)];
      const slope = at(scratch, "slope");
      const other = at(scratch, "other");
      call(f, "Subtract", at(scratch, "difference"), x2, x1);
      call(f, "Multiply", at(scratch, "inverse"), inverse, products);
      call(f, "Multiply", inverse, inverse, at(scratch, "difference"));
      f.increment(products, -size);
      call(f, "Subtract", other, y2, y1);
      call(f, "Multiply", slope, other, at(scratch, "inverse"));
      call(f, "Square", other, slope);
      call(f, "Subtract", other, other, x1);
      call(f, "Subtract", x3, other, x2);
      call(f, "Subtract", other, x1, x3);
      call(f, "Multiply", other, slope, other);
      call(f, "Subtract", y3, other, y1);
      call(f, "Scatter", i32.add(end, PAIR_FIELDS.sum), x3);
    });
  };

  return {
    [`${name}Gather`]: gather(rows, rows / 2),
    [`${name}GatherX`]: gather(rows / 2, rows),
    [`${name}Scatter`]: scatter(rows),
    [`${name}PairDifferences`]: differences,
    [`${name}PairSums`]: sums,
  };
}

export const points: Readonly<Record<string, Writer>> = Object.assign({}, ...COORDINATES.map(pairFunctions));
