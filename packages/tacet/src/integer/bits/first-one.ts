import type { Block } from "../../graph/block.ts";
import type { Builder, Summand } from "../../graph/builder.ts";
import { messageBits } from "../../parameters/parameter-set.ts";
import { sumColumns } from "../arithmetic/sum.ts";
import { clearDigits } from "../clear.ts";
import { anyNonZero } from "../comparison/flags.ts";
import { combine, digitNoise, lookupPair, lookupRaised, type Radix } from "../radix.ts";

/** The number of bits from the highest one of a digit to its end; 0 if there is none. */
export function highestOne(digit: number): number {
  return 32 - Math.clz32(digit);
}

/** Where the first one of some bits is. The number of bits from it to their end is rest + Σ 2^j·(1 - missed[j])·chunk. */
export interface FirstOne {
  /** For each halving, the last one first, whether it found nothing in the first half. */
  readonly missed: readonly Block[];
  /** Number of bits from the first one to the end of the chunk that it is in; 0 if there is none at all. */
  readonly rest: Block;
  /** Number of bits of a chunk. */
  readonly chunk: number;
}

/**
 * Finds the first one among bits by halving. Chunks of two digits, where a block has room for that, become the place of
 * the first one in them, by one rotation each. Then chunks of the first half give way to those of the second one if
 * they all are 0, by one rotation for each pair of chunks, until one is left.
 *
 * @param digits in the order of the search. Ones follow the last one up to a power of two, if that is not their number.
 * @param place the number of bits from the first one to the end of a digit; 0 if there is none.
 */
export function findFirstOne(builder: Builder, digits: Radix, place: (digit: number) => number): FirstOne {
  const { messageModulus } = builder.parameters;
  const size = messageBits(builder.parameters);
  const count = 2 ** Math.ceil(Math.log2(digits.length));
  const ones = builder.constant(messageModulus - 1);
  const padded = Array.from({ length: count }, (_, index) => digits[index] ?? ones);
  const room = Math.max(messageModulus ** 2, 2 * (2 * size + 1)) <= builder.capacity;

  let chunks = padded.map((digit) => builder.lookup(digit, place, digitNoise(builder)));
  let chunk = size;
  if (room && count > 1) {
    chunk = 2 * size;
    chunks = Array.from({ length: count / 2 }, (_, index) => {
      const [first, second] = padded.slice(2 * index);
      return lookupPair(builder, first, second, (x, y) => (x > 0 ? place(x) + size : place(y)));
    });
  }

  const missed: Block[] = [];
  while (chunks.length > 1) {
    const half = chunks.length / 2;
    const found = anyNonZero(builder, chunks.slice(0, half));
    missed.unshift(builder.lookup(found, (flag) => 1 - flag));
    chunks = chunks.slice(0, half).map((first, index) => {
      const second = lookupRaised(builder, found, chunks[half + index], (flag, value) => (flag ? 0 : value));
      const either = [
        [1, first],
        [1, second],
      ] as const;
      return combine(builder, either, 0, { max: Math.max(first.max, second.max) });
    });
  }
  const rest = count > digits.length ? builder.linear([[1, chunks[0]]], 0, { min: 1 }) : chunks[0];
  return { missed, rest, chunk };
}

/** Whether whole digits hold the number of bits of a chunk, so that flags of halvings are bits of digits. */
export function fillsDigits(builder: Builder, { chunk }: FirstOne): boolean {
  return Number.isInteger(Math.log2(chunk) / messageBits(builder.parameters));
}

/** Flags that are the bits of the digit that counts units, given how many chunks a unit is, lowest first. */
export function flagsOfDigit(builder: Builder, flags: readonly Block[], unit: number): Summand[] {
  const first = Math.log2(unit);
  return flags
    .slice(first, first + messageBits(builder.parameters))
    .map((flag, bit) => [1, builder.lookup(flag, (value) => value << bit)]);
}

/** low + Σ 2^j·flags[j]·chunk + constant modulo so many digits, where bits of digits do not match. */
export function addUp(
  builder: Builder,
  low: Block,
  flags: readonly Block[],
  chunk: number,
  length: number,
  constant = 0n,
): Radix {
  const columns: Block[][] = Array.from({ length }, (_, k) => (k === 0 ? [low] : []));
  for (const [j, flag] of flags.entries()) {
    for (const [k, weight] of clearDigits(builder, BigInt(chunk * 2 ** j), length).entries()) {
      columns[k].push(builder.lookup(flag, (value) => value * weight));
    }
  }
  return sumColumns(builder, columns, constant);
}
