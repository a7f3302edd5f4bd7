import type { Block } from "../graph/block.ts";
import type { Builder, Summand } from "../graph/builder.ts";
import { anyNonZero } from "../integer/comparison/flags.ts";
import { combine } from "../integer/radix.ts";
import { match } from "../integer/table/match.ts";
import { messageBits } from "../parameters/parameter-set.ts";
import type { Character } from "./text.ts";

/** What is to be known of a character: an integer that a block holds, for each code. */
export type CharacterTable = (code: number) => number;

const HALF_BITS = 4;
const HALF = 2 ** HALF_BITS;

/** The lower or the upper four bits of a character as one block. */
function half(builder: Builder, character: Character, upper: boolean): Block {
  const digits = HALF_BITS / messageBits(builder.parameters);
  const { messageModulus } = builder.parameters;
  return combine(
    builder,
    character
      .slice(upper ? digits : 0, upper ? 2 * digits : digits)
      .map((digit, i): Summand => [messageModulus ** i, digit]),
  );
}

/**
 * What a table says of a character, of which it should say few different things.
 *
 * Two rotations where that is possible: a lookup of the lower half gives an offset, which is such that the upper half and
 * the offset together decide. In TFHE-rs, each comparison of a character with a clear one takes two or more.
 *
 * @param tolerance the noise that the result may have, as in `lookup`.
 */
export function lookupCharacter(
  builder: Builder,
  character: Character,
  table: CharacterTable,
  tolerance?: number,
): Block {
  const fits = HALF <= builder.capacity && messageBits(builder.parameters) <= HALF_BITS;
  if (fits) {
    const [low, high] = [half(builder, character, false), half(builder, character, true)];
    const plan = offsets(low, high, builder.capacity, table);
    if (plan !== null) {
      const offset = builder.lookup(low, (value) => plan.offset[value]);
      const both = combine(builder, [
        [1, high],
        [1, offset],
      ]);
      return builder.lookup(both, (value) => plan.result[value] ?? 0, tolerance);
    }
  }
  return lookupByMatch(builder, character, table);
}

/** What to add to the upper half of a character, by its lower half, so that a table of the sum is that of the character. */
interface Offsets {
  readonly offset: readonly number[];
  readonly result: readonly (number | undefined)[];
}

function offsets(low: Block, high: Block, capacity: number, table: CharacterTable): Offsets | null {
  const uppers = range(high);
  /** Lower halves by what the table says beside each upper one. */
  const columns = new Map<string, number[]>();
  for (const lower of range(low)) {
    const name = uppers.map((upper) => table(HALF * upper + lower)).join();
    columns.set(name, [...(columns.get(name) ?? []), lower]);
  }
  const result = new Array<number | undefined>(capacity).fill(undefined);
  const offset = new Array<number>(HALF).fill(0);
  const groups = [...columns.values()];
  const place = (index: number): boolean => {
    if (index === groups.length) return true;
    const [lower] = groups[index];
    for (let i = 0; i + high.max < capacity; i++) {
      // From the far end, so that tables of different characters have lookups of lower halves in common.
      const by = index === 0 ? i : capacity - 1 - high.max - i;
      const wanted = uppers.map((upper) => [upper + by, table(HALF * upper + lower)] as const);
      if (wanted.some(([at, value]) => result[at] !== undefined && result[at] !== value)) continue;
      const free = wanted.filter(([at]) => result[at] === undefined);
      for (const [at, value] of free) result[at] = value;
      for (const member of groups[index]) offset[member] = by;
      if (place(index + 1)) return true;
      for (const [at] of free) result[at] = undefined;
    }
    return false;
  };
  return place(0) ? { offset, result } : null;
}

function range({ min, max }: Block): number[] {
  return Array.from({ length: max - min + 1 }, (_, i) => min + i);
}

function lookupByMatch(builder: Builder, character: Character, table: CharacterTable): Block {
  const size = 2 ** (character.length * messageBits(builder.parameters));
  const rows = Array.from({ length: size }, (_, code) => [BigInt(code), [table(code)]] as const);
  return match(builder, character, new Map(rows), [0])[0];
}

/** Whether a character is not 0: one rotation at the default parameters. */
export function isPresent(builder: Builder, character: Character): Block {
  return anyNonZero(builder, character);
}
