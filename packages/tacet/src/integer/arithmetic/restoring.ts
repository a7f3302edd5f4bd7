import type { Block } from "../../graph/block.ts";
import type { Builder, Summand } from "../../graph/builder.ts";
import { messageBits } from "../../parameters/parameter-set.ts";
import { selectDigit } from "../choice/select.ts";
import { combine, digitNoise, lookupPair, type Radix } from "../radix.ts";

/** What a division gives. Of what is not used, nothing is computed. */
export interface Division {
  readonly quotient: Radix;
  readonly remainder: Radix;
}

/** An unsigned integer as digits, and a Boolean block that is to be added. */
export interface Divisor {
  readonly digits: Radix;
  readonly increment: Block;
}

/** A divisor, shifted by less than a digit, with flags of what a remainder of few digits cannot hold. */
interface Multiple {
  readonly digits: Radix;
  /** What is to be added to the lowest digit. */
  readonly increment: Block;
  /** Message modulus, as a block, if digits from this one on are not all 0, else 0. */
  readonly above: Radix;
}

/**
 * Restoring division (Knuth, The Art of Computer Programming, volume 2, 4.3.1), bit by bit from the top: subtract the
 * divisor where that leaves nothing negative.
 *
 * The remainder stays in place, and only as many digits of the divisor take part as there are digits from the bit
 * upwards; of those above, it matters whether they are 0. A digit takes a rotation for its difference and borrow, and
 * one for the choice whether to keep that: 2·n·(n + 1) rotations for n digits of 2 bits, besides some 2·n to prepare.
 *
 * The digits of the results may be noisier than digits between operations.
 */
export function divideUnsigned(builder: Builder, numerator: Radix, divisor: Divisor): Division {
  const multiples = multiplesOf(builder, divisor);
  const remainder = [...numerator];
  const quotient = new Array<Block>(numerator.length);
  for (let position = numerator.length - 1; position >= 0; position--) {
    const bits: Summand[] = [];
    for (let shift = multiples.length - 1; shift >= 0; shift--) {
      const { fits, rest } = subtractIfFits(builder, remainder.slice(position), multiples[shift]);
      remainder.splice(position, rest.length, ...rest);
      bits.push([2 ** shift, fits]);
    }
    quotient[position] = combine(builder, bits);
  }
  return { quotient, remainder };
}

/** The divisor times 2^shift, for each shift within a digit. */
function multiplesOf(builder: Builder, { digits, increment }: Divisor): Multiple[] {
  const { messageModulus } = builder.parameters;
  const bits = messageBits(builder.parameters);
  const shifts = Array.from({ length: bits }, (_, shift) => shift);
  const above = shifts.map(() => new Array<Block>(digits.length + 1).fill(builder.constant(0)));
  for (let index = digits.length - 1; index >= 0; index--) {
    const sum = combine(builder, [
      [1, digits[index]],
      [1, above[0][index + 1]],
    ]);
    const raised = (any: boolean): number => (any ? messageModulus : 0);
    above[0][index] = builder.lookup(sum, (value) => raised(value > 0));
    for (const shift of shifts.slice(1)) {
      above[shift][index + 1] = builder.lookup(sum, (value) => raised(value >> (bits - shift) > 0));
    }
  }
  const shiftedDigit = (index: number, shift: number): Block =>
    combine(builder, [
      [1, builder.lookup(digits[index], (digit) => (digit << shift) % messageModulus)],
      [
        1,
        index === 0
          ? builder.constant(0)
          : builder.lookup(digits[index - 1], (digit) => digit >> (bits - shift)),
      ],
    ]);
  return shifts.map((shift) => ({
    digits: shift === 0 ? digits : digits.map((_, index) => shiftedDigit(index, shift)),
    increment: builder.lookup(increment, (flag) => flag << shift),
    above: above[shift],
  }));
}

/** Whether a multiple of the divisor is no larger than a remainder, and what is left when it is subtracted if so. */
function subtractIfFits(
  builder: Builder,
  remainder: Radix,
  multiple: Multiple,
): { fits: Block; rest: Block[] } {
  const { messageModulus } = builder.parameters;
  const top = remainder.length - 1;
  const differences: Block[] = [];
  let borrow = multiple.increment;
  for (let index = 0; index < top; index++) {
    const difference = combine(
      builder,
      [
        [1, remainder[index]],
        [-1, multiple.digits[index]],
        [-1, borrow],
      ],
      messageModulus,
    );
    differences.push(builder.lookup(difference, (value) => value % messageModulus));
    borrow = builder.lookup(difference, (value) => Number(value < messageModulus));
  }
  const subtrahend = combine(builder, [
    [1, multiple.digits[top]],
    [1, borrow],
  ]);
  const { fits, rest } = subtractTop(builder, remainder[top], subtrahend, multiple.above[top + 1]);
  return {
    fits,
    rest: [
      ...differences.map((difference, index) => selectDigit(builder, fits, difference, remainder[index])),
      rest,
    ],
  };
}

/** The same for the top digit, with what tells whether the multiple has digits above that. */
function subtractTop(
  builder: Builder,
  digit: Block,
  subtrahend: Block,
  above: Block,
): { fits: Block; rest: Block } {
  const { messageModulus } = builder.parameters;
  if (!roomForFlag(builder)) {
    const difference = combine(
      builder,
      [
        [1, digit],
        [-1, subtrahend],
      ],
      messageModulus,
    );
    const misfits = combine(builder, [
      [1, builder.lookup(difference, (value) => Number(value < messageModulus))],
      [1, above],
    ]);
    const fits = builder.lookup(misfits, (value) => Number(value === 0));
    const low = builder.lookup(difference, (value) => value % messageModulus);
    return { fits, rest: selectDigit(builder, fits, low, digit) };
  }
  const zero = 2 * messageModulus;
  const difference = combine(
    builder,
    [
      [1, digit],
      [-1, subtrahend],
      [-1, above],
    ],
    zero,
  );
  const fits = builder.lookup(difference, (value) => Number(value >= zero));
  const taken = lookupPair(builder, subtrahend, fits, (value, flag) => (flag ? value : 0));
  // Leaves room for what the next subtrahend brings.
  const kept = builder.refresh(digit, builder.maxNoise - digitNoise(builder) - 3);
  const summands = [
    [1, kept],
    [-1, taken],
  ] as const;
  return { fits, rest: builder.linear(summands, 0, { min: 0, max: digit.max }) };
}

/** Whether a block can hold a difference of digits, and a flag. */
function roomForFlag(builder: Builder): boolean {
  return 4 * builder.parameters.messageModulus <= builder.capacity;
}
