import type { Block } from "../../graph/block.ts";
import type { Builder } from "../../graph/builder.ts";
import { messageBits } from "../../parameters/parameter-set.ts";
import { shiftLeft } from "../bits/shift.ts";
import type { Radix } from "../radix.ts";
import { offsetBinary } from "../sign.ts";
import { absolute, bitLength } from "./bigint.ts";
import { sumColumns } from "./sum.ts";

/** What to multiply an integer by to divide it: Σ powers / 2^scale is nearly 1 / divisor. */
export interface Reciprocal {
  readonly powers: readonly { readonly sign: 1 | -1; readonly shift: number }[];
  /** A multiple of the bits of a digit. */
  readonly scale: number;
  /** Bits of the products below this one are left out. A multiple of the bits of a digit. */
  readonly cut: number;
  /** More than a product can be off for integers of the width, in units of 2^-scale, though nothing is left out. */
  readonly error: bigint;
  /** Whether the powers add up to less than the reciprocal. */
  readonly lacks: boolean;
}

/**
 * The reciprocal of a divisor above 1 for integers of `width` bits, with few powers and little to be added up.
 *
 * A quotient is right as long as the errors keep it within 1 / divisor above the true one (Granlund and Montgomery,
 * Division by Invariant Integers using Multiplication, 1994, theorem 4.2). That is spent on two: an approximation of
 * the reciprocal by powers of two, each the nearest to what is left, until no more are needed; then, of the columns of
 * the products, as many are left out as there is room for.
 */
export function reciprocalOf(divisor: bigint, width: number, bits: number, signed: boolean): Reciprocal {
  const length = bitLength(divisor);
  const scale = bits * (Math.ceil((width + length) / bits) + 8);
  // Errors times the divisor are to stay below 2^scale, or, if signed, below a power of two that is left of it.
  const bound = signed ? divisor << BigInt(roomFor(divisor, scale)) : 1n << BigInt(scale);
  const powers: { sign: 1 | -1; shift: number }[] = [];
  let rest = 1n << BigInt(scale);
  const errors = (cut: number): bigint =>
    (absolute(rest) << BigInt(width)) + divisor * (2n + (BigInt(powers.length + 1) << BigInt(cut)));
  while (2n * errors(0) >= bound) {
    const sign = rest > 0n ? 1 : -1;
    const below = bitLength(absolute(rest)) - length;
    const distance = (shift: number): bigint => absolute(absolute(rest) - (divisor << BigInt(shift)));
    const nearest = [below - 1, below, below + 1]
      .filter((shift) => shift >= 0)
      .reduce((x, y) => (distance(y) < distance(x) ? y : x));
    powers.push({ sign, shift: nearest });
    rest -= BigInt(sign) * (divisor << BigInt(nearest));
  }
  let cut = 0;
  while (errors(cut + bits) < bound) cut += bits;
  const range = signed ? width - 1 : width;
  return { powers, scale, cut, error: (absolute(rest) << BigInt(range)) / divisor + 1n, lacks: rest > 0n };
}

/**
 * ⌊a / divisor⌋, or, if signed, a / divisor rounded towards zero, for a clear divisor beyond 1 or -1, as so many
 * digits: the upper digits of the product with `reciprocalOf` the divisor. Its cost is that of adding up the powers, of
 * which there are up to one in three bits, each as many digits as are not left out.
 */
export function divideByMultiplying(
  builder: Builder,
  a: Radix,
  divisor: bigint,
  signed: boolean,
  digits: number,
): Radix {
  const bits = messageBits(builder.parameters);
  const width = a.length * bits;
  const { powers, scale, cut, error, lacks } = reciprocalOf(absolute(divisor), width, bits, signed);
  const direction = divisor < 0n ? -1 : 1;

  const columns: Block[][] = Array.from({ length: (scale - cut) / bits + digits }, () => []);
  let constant = 0n;
  /** Adds sign·2^shift·block. */
  const add = (sign: number, shift: number, block: Block): void => {
    const column = columns[(shift - cut) / bits];
    if (column === undefined) return;
    column.push(sign > 0 ? block : builder.linear([[-1, block]], block.max));
    if (sign < 0) constant -= BigInt(block.max) << BigInt(shift);
  };

  const unsigned = signed ? offsetBinary(builder, a) : a;
  for (const { sign, shift } of powers) {
    const below = shift % bits;
    const product = shiftLeft(builder, [...unsigned, builder.constant(0)], below);
    for (const [index, digit] of product.entries())
      add(direction * sign, shift - below + index * bits, digit);
    if (signed) constant -= BigInt(direction * sign) << BigInt(shift + width - 1);
    // Nothing that is left out may take a quotient down.
    if (direction * sign > 0) constant += 1n << BigInt(cut);
  }
  if (signed || lacks) constant += error;
  if (signed) {
    // Below 0, rounding up instead of down is one more, less what the errors may then not reach.
    const { messageModulus } = builder.parameters;
    const below = (top: number): number => Number(2 * top >= messageModulus === direction > 0);
    const room = roomFor(absolute(divisor), scale);
    const top = a[a.length - 1];
    add(1, scale, builder.lookup(top, below));
    add(
      -1,
      room - (room % bits),
      builder.lookup(top, (digit) => below(digit) << (room % bits)),
    );
  }
  const from = (scale - cut) / bits;
  return sumColumns(builder, columns, -(-constant >> BigInt(cut)), from).slice(from);
}

/** The exponent of the largest power of two that is at most 2^scale / divisor. */
function roomFor(divisor: bigint, scale: number): number {
  return bitLength((1n << BigInt(scale)) / divisor) - 1;
}
