import { named } from "../graph/hash.ts";

/** So many elements of a mask tell it from all others. */
const ENOUGH = 16;

/** The upper word of 2^63, half a turn. */
const TOP = 0x80000000;

/**
 * Names a ciphertext by its mask: equal masks have equal names, and under the big key a mask and its negative, which
 * complements have, have opposite ones. Whoever encrypts draws masks at random, so that others have other names; whoever
 * does not only makes noise bounds larger than they need be. Those without a mask, trivial ones, all have one name.
 */
export function twinOf(content: BigUint64Array | Uint32Array): number {
  if (content instanceof Uint32Array) {
    let name = SWITCHED;
    for (const element of content.subarray(0, -1)) name = named(name, element);
    return name;
  }
  const mask = content.subarray(0, -1);
  const words = new Uint32Array(mask.buffer, mask.byteOffset, 2 * mask.length);
  let first = 0;
  while (first < words.length && words[first] === 0 && words[first + 1] % TOP === 0) first += 2;
  if (first === words.length) return BIG;
  const negative = words[first + 1] >= TOP;
  const end = Math.min(words.length, first + 2 * ENOUGH);
  let name = BIG;
  for (let at = first; at < end; at += 2) {
    const [low, high] = [words[at], words[at + 1]];
    // The lower word of -x is that of x negated, the upper one is that inverted, unless the lower one is 0.
    const upper = !negative ? high : low === 0 ? -high >>> 0 : ~high >>> 0;
    name = named(named(name, upper), negative ? -low >>> 0 : low);
  }
  return negative ? -name : name;
}

/** Names the ciphertexts of a list by its first mask and their places. */
export function twinsOfList(masks: BigUint64Array): (place: number) => number {
  const list = named(LIST, Math.abs(twinOf(masks.subarray(0, ENOUGH + 1))));
  return (place) => named(list, place);
}

/** From these, names are made for each kind of content. */
const [SWITCHED, BIG, LIST] = [11, 12, 13];
