import type { Block } from "../../graph/block.ts";
import type { Builder } from "../../graph/builder.ts";
import { messageBits } from "../../parameters/parameter-set.ts";
import { clearRadix, clearValue, digitsFor } from "../clear.ts";
import { ge } from "../comparison/compare.ts";
import { anyNonZero } from "../comparison/flags.ts";
import { isClear, type Radix, toDigits } from "../radix.ts";
import { barrel } from "./barrel.ts";
import { type Movement, moving } from "./movement.ts";
import { rotateLeft, rotateRight } from "./rotate.ts";
import { hasRotationNetwork, rotateInNetwork, shiftInNetwork } from "./rotation-network.ts";
import { shiftLeft, shiftRight } from "./shift.ts";

/**
 * a·2^amount modulo the width, for an encrypted unsigned amount of any number of digits; 0 if the amount is the width
 * or more, as in TFHE-rs.
 */
export function shiftLeftBy(builder: Builder, a: Radix, amount: Radix): Radix {
  if (isClear(amount)) return shiftLeft(builder, a, clearAmount(builder, a, amount));
  return shiftBy(builder, moving(builder, "left"), a, amount);
}

/**
 * ⌊a / 2^amount⌋ for an encrypted unsigned amount; see `shiftLeftBy`. An amount of the width or more leaves nothing but
 * the sign of a signed integer.
 */
export function shiftRightBy(builder: Builder, a: Radix, amount: Radix, signed = false): Radix {
  if (isClear(amount)) return shiftRight(builder, a, clearAmount(builder, a, amount), signed);
  return shiftBy(builder, moving(builder, signed ? "arithmetically right" : "right"), a, amount);
}

/**
 * The bits of a moved up by an encrypted unsigned amount, and in again at the bottom. The amount counts modulo the
 * smallest power of two that is no less than the width, as in TFHE-rs: for other widths than powers of two, that is
 * not what `rotateLeft` does.
 */
export function rotateLeftBy(builder: Builder, a: Radix, amount: Radix): Radix {
  if (isClear(amount)) return rotateLeft(builder, a, clearTurn(builder, a, amount));
  return rotateBy(builder, moving(builder, "left"), a, amount);
}

/** The bits of a moved down by an encrypted unsigned amount, and in again at the top; see `rotateLeftBy`. */
export function rotateRightBy(builder: Builder, a: Radix, amount: Radix): Radix {
  if (isClear(amount)) return rotateRight(builder, a, clearTurn(builder, a, amount));
  return rotateBy(builder, moving(builder, "right"), a, amount);
}

function shiftBy(builder: Builder, movement: Movement, a: Radix, amount: Radix): Radix {
  const digits = movement.order(a);
  const moved = hasRotationNetwork(builder, a)
    ? shiftInNetwork(builder, movement, digits, amount)
    : barrel(builder, movement, digits, amount, overshift(builder, amount, widthOf(builder, a)));
  return toDigits(builder, movement.order(moved));
}

function rotateBy(builder: Builder, movement: Movement, a: Radix, amount: Radix): Radix {
  const digits = movement.order(a);
  const moved = hasRotationNetwork(builder, a)
    ? rotateInNetwork(builder, movement, digits, amount)
    : barrel(builder, movement, digits, amount);
  return toDigits(builder, movement.order(moved));
}

/** Whether an amount is the width or more, as a Boolean block. */
function overshift(builder: Builder, amount: Radix, width: number): Block {
  const { messageModulus } = builder.parameters;
  const size = messageBits(builder.parameters);
  // The amount is the width or more if its digits from this one on are, since the width has zeros below.
  let start = 0;
  while (width % messageModulus ** (start + 1) === 0) start++;
  const bound = BigInt(width) >> BigInt(start * size);
  if (bound === 1n) return anyNonZero(builder, amount.slice(start));
  const digits = digitsFor(builder, bound);
  const low = Array.from({ length: digits }, (_, k) => amount[start + k] ?? builder.constant(0));
  const reached = ge(builder, low, clearRadix(builder, bound, digits));
  return anyNonZero(builder, [...amount.slice(start + digits), reached]);
}

function clearAmount(builder: Builder, a: Radix, amount: Radix): number {
  const value = clearValue(builder, amount);
  const width = widthOf(builder, a);
  return value < width ? Number(value) : width;
}

function clearTurn(builder: Builder, a: Radix, amount: Radix): number {
  const bits = Math.ceil(Math.log2(widthOf(builder, a)));
  return Number(BigInt.asUintN(bits, clearValue(builder, amount)));
}

function widthOf(builder: Builder, a: Radix): number {
  return a.length * messageBits(builder.parameters);
}
