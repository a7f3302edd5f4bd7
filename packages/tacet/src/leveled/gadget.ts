import type { ParameterSet } from "../parameters/parameter-set.ts";

/** How the elements of a ciphertext are taken apart for a product with a selector. */
export interface Gadget {
  /** log2 of the base of the digits. */
  readonly baseLog: number;
  /** Number of digits. */
  readonly level: number;
}

/** The names of the gadgets that selectors may have. */
export type GadgetName = "coarse" | "fine";

/**
 * The gadget of a name. `coarse` is that of the bootstrap key: at the default parameters one digit of 23 bits, with which a
 * product takes least time and adds noise of some 2^44.3 of 2^64. `fine` has one digit more: two of 15 bits, for 1.6 times
 * the time and twice the size, with noise of 2^38: for sums of many products that are to be exact to more values.
 */
export function gadgetOf(name: GadgetName, { pbsBaseLog, pbsLevel }: ParameterSet): Gadget {
  if (name === "coarse") return { baseLog: pbsBaseLog, level: pbsLevel };
  const level = pbsLevel + 1;
  return { baseLog: Math.round((1.3 * pbsBaseLog * pbsLevel) / level), level };
}
