import type { Block } from "../../graph/block.ts";
import type { Builder } from "../../graph/builder.ts";
import { joinParts } from "../../integer/bits/movement.ts";
import { lookupRaised, type Radix, toDigits } from "../../integer/radix.ts";
import { messageBits } from "../../parameters/parameter-set.ts";
import type { Character } from "../text.ts";

/**
 * Characters moved by an encrypted number of places, stage by stage: bit k of the number decides whether they move by 2^k.
 * What stays of a digit and what moves on are two tables of the digit and that bit, so that a stage takes a rotation a
 * digit. What leaves is lost, and zeros come in. (TFHE-rs moves bits, and so takes more stages and more for each.)
 *
 * @param by a number of places that is not more than there are.
 */
export function moveCharacters(
  builder: Builder,
  characters: readonly Character[],
  by: Radix,
  to: "front" | "back",
): readonly Character[] {
  const size = messageBits(builder.parameters);
  const stages = Math.ceil(Math.log2(characters.length + 1));
  const bits = Array.from({ length: stages }, (_, bit) => {
    const place = by[Math.floor(bit / size)] ?? builder.constant(0);
    return builder.lookup(place, (digit) => (digit >> (bit % size)) & 1);
  });
  // Large steps first: then most of what leaves is gone before it costs anything.
  return bits
    .map((flag, bit) => [flag, 2 ** bit] as const)
    .toReversed()
    .reduce((moved, [flag, step]) => stage(builder, moved, flag, to === "front" ? step : -step), characters);
}

/** Characters moved by a number of places, to the front if it is positive, where a flag is set. */
export function stage(
  builder: Builder,
  characters: readonly Character[],
  flag: Block,
  step: number,
): readonly Character[] {
  return characters.map((own, i) => {
    const other = characters[i + step];
    return toDigits(
      builder,
      own.map((digit, k) => moved(builder, { flag, digit }, other && { flag, digit: other[k] })),
    );
  });
}

/** A digit, and whether it moves on. */
export interface Mover {
  readonly flag: Block;
  readonly digit: Block;
}

/** What is in a place after those that move have moved: what stays, or what comes, of which one is 0. */
export function moved(builder: Builder, own: Mover, other: Mover | undefined): Block {
  const stays = lookupRaised(builder, own.flag, own.digit, (on, value) => (on ? 0 : value));
  if (other === undefined) return stays;
  const comes = lookupRaised(builder, other.flag, other.digit, (on, value) => (on ? value : 0));
  return joinParts(builder, [stays, comes]);
}
