import type { Block } from "../graph/block.ts";
import type { Builder } from "../graph/builder.ts";
import { booleanNot } from "../integer/bits/bitwise.ts";
import { total } from "../integer/bits/count.ts";
import { clearRadix } from "../integer/clear.ts";
import type { Radix } from "../integer/radix.ts";
import { isPresent } from "./character.ts";
import type { Text } from "./text.ts";

/**
 * The number of characters of a text in so many digits: a rotation for each and what it takes to add them up; nothing if
 * there is no padding. (TFHE-rs: `len`.)
 */
export function lengthOf(builder: Builder, { characters, padded }: Text, digits: number): Radix {
  if (!padded) return clearRadix(builder, BigInt(characters.length), digits);
  const flags = characters.map((character) => isPresent(builder, character));
  return total(builder, flags, digits);
}

/** Whether a text has no characters, as a Boolean block: at most one rotation. (TFHE-rs: `is_empty`.) */
export function isEmpty(builder: Builder, { characters, padded }: Text): Block {
  if (characters.length === 0) return builder.constant(1);
  return padded ? booleanNot(builder, isPresent(builder, characters[0])) : builder.constant(0);
}
