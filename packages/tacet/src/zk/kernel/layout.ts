import { BASE_FIELD, LIMB_BYTES, SCALAR_FIELD } from "./prime-field.ts";

/** Where a curve's coordinates lie: G1's in 𝔽p, G2's in 𝔽p². */
export type Coordinates = "base" | "extension";
export const COORDINATES: readonly Coordinates[] = ["base", "extension"];

/** What quads hold. */
export type Element = Coordinates | "scalar";

/** Bytes of a quad: four elements, limb by limb. */
export function quadBytes(element: Element): number {
  if (element === "scalar") return LIMB_BYTES * SCALAR_FIELD.limbs;
  return LIMB_BYTES * BASE_FIELD.limbs * (element === "extension" ? 2 : 1);
}

/** Bytes of one affine point outside quads: the limbs of x, then those of y. There is no point at infinity. */
export function pointBytes(coordinates: Coordinates): number {
  return 2 * 8 * BASE_FIELD.limbs * (coordinates === "extension" ? 2 : 1);
}

/** Bytes of a pair to be added: addresses of its points, the lowest bit of which negates them, and of their sum. */
export const PAIR_BYTES = 12;
export const PAIR_FIELDS = { first: 0, second: 4, sum: 8 } as const;
