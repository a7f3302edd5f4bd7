import type { Block } from "../../graph/block.ts";
import type { Builder } from "../../graph/builder.ts";
import { messageBits } from "../../parameters/parameter-set.ts";
import { combine, lookupRaised, type Radix } from "../radix.ts";
import { joinParts, type Movement } from "./movement.ts";

/**
 * Moves digits by an encrypted amount, stage by stage: bit k of the amount decides whether they move by 2^k bits. What
 * stays of a digit and what moves on are two tables of the digit and that bit, so that a stage takes one rotation a
 * digit. (TFHE-rs: `block_barrel_shifter_impl`.) The last stage of a shift, in which few digits are left to move on, can
 * tell as well whether the amount is out of range.
 *
 * @param over whether the amount is the width or more, so that only what enters is left; undefined for a rotation.
 */
export function barrel(
  builder: Builder,
  movement: Movement,
  digits: Radix,
  amount: Radix,
  over?: Block,
): Radix {
  const { messageModulus } = builder.parameters;
  const size = messageBits(builder.parameters);
  const stages = Math.ceil(Math.log2(digits.length * size));
  const flags = Array.from({ length: stages }, (_, bit) => {
    const place = amount[Math.floor(bit / size)] ?? builder.constant(0);
    return builder.lookup(place, (digit) => (digit >> (bit % size)) & 1);
  });
  const cyclic = over === undefined;
  const together = !cyclic && (OUT + 1) * messageModulus <= builder.capacity;
  if (together) flags.push(outOr(builder, over, flags.pop()!));

  let moved = digits;
  for (const [bit, flag] of flags.entries()) {
    moved = stage(builder, movement, moved, flag, 2 ** bit, cyclic);
  }
  if (cyclic) return moved;

  const entering = lookupRaised(builder, over, digits[0], (out, first) => (out ? movement.enters(first) : 0));
  return moved.map((digit) => {
    const left = together ? digit : lookupRaised(builder, over, digit, (out, value) => (out ? 0 : value));
    return joinParts(builder, [left, entering]);
  });
}

/** What a flag is where the amount is out of range, so that nothing stays and nothing moves on. */
const OUT = 2;

function outOr(builder: Builder, over: Block, flag: Block): Block {
  const both = combine(builder, [
    [1, flag],
    [OUT, over],
  ]);
  return builder.lookup(both, (value) => Math.min(value, OUT));
}

/** Moves digits by some bits if the flag is 1, clears them if it is `OUT`: cyclically, or with what enters before the first one. */
function stage(
  builder: Builder,
  movement: Movement,
  digits: Radix,
  flag: Block,
  distance: number,
  cyclic: boolean,
): Radix {
  const size = messageBits(builder.parameters);
  const whole = Math.floor(distance / size);
  const bits = distance % size;
  /** A share of a moving digit, which may lie before the first one. */
  const share = (index: number, part: (digit: number) => number): Block => {
    const at = cyclic ? (index + digits.length) % digits.length : index;
    const source = at < 0 ? (digit: number): number => part(movement.enters(digit)) : part;
    return lookupRaised(builder, flag, digits[Math.max(0, at)], (on, digit) =>
      on === 1 ? source(digit) : 0,
    );
  };
  return digits.map((digit, index) => {
    const kept = lookupRaised(builder, flag, digit, (on, value) => {
      if (on === 0) return value;
      return on === 1 && whole === 0 ? movement.stays(value, bits) : 0;
    });
    const parts = [kept];
    if (whole > 0) parts.push(share(index - whole, (value) => movement.stays(value, bits)));
    if (bits > 0) parts.push(share(index - whole - 1, (value) => movement.passes(value, bits)));
    return joinParts(builder, parts);
  });
}
