import { named } from "../graph/hash.ts";

/** So many elements of a mask tell it from all others. */
const ENOUGH = 16;

const TOP = 1n << 63n;

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
  const first = mask.findIndex((element) => element !== 0n && element !== TOP);
  if (first < 0) return BIG;
  const negative = mask[first] > TOP;
  let name = BIG;
  for (const element of mask.subarray(first, first + ENOUGH)) {
    const part = negative ? BigInt.asUintN(64, -element) : element;
    name = named(named(name, Number(part >> 32n)), Number(part & 0xffffffffn));
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

/** Whether a ciphertext under the big key has no mask, so that anybody reads it. */
export function isTrivial(lwe: BigUint64Array): boolean {
  return lwe.subarray(0, -1).every((element) => element === 0n);
}
