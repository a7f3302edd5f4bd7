import { type Block, constantOf, type LinearBlock, type LookupBlock, type Term } from "../block.ts";
import { mergeTerms, type Summand, variance } from "../terms.ts";
import type { Code, Codes } from "./code.ts";

/** A block together with what its values, from the smallest on, tell of a chain. */
export interface Reading {
  readonly block: Block;
  readonly code: Code;
}

/** A reading of a combination that a plan adds. */
export interface Joined extends Reading {
  readonly block: LinearBlock;
}

/*
 * Blocks that a plan adds. The builder does not know them, so that nothing but the plan finds or keeps them; like all
 * blocks they live for as long as they are retained.
 */

/** Σ coefficient·source + constant, with values in `[0, size)`. */
export function combination(terms: readonly Term[], constant: number, size: number): LinearBlock {
  return {
    kind: "linear",
    id: -1,
    min: 0,
    max: size - 1,
    noise: variance(terms),
    terms,
    constant,
    wide: false,
    references: 0,
  };
}

/** Identifiers of blocks that a plan adds start here: beyond all that a builder gives. */
const FIRST_ID = 2 ** 50;

/** The result of a lookup with values in `[0, size)`. @param number distinct for each in a plan. */
export function result(
  size: number,
  number: number,
  origin: Pick<LookupBlock, "family" | "root">,
): LookupBlock {
  return {
    kind: "lookup",
    id: FIRST_ID + number,
    min: 0,
    max: size - 1,
    noise: 1,
    input: undefined,
    table: undefined,
    references: 0,
    twin: undefined,
    ...origin,
  };
}

/** One block that tells what `later` tells after what `earlier` tells; nothing if there is none that is quiet enough, or that is a ciphertext. */
export function joinReadings(codes: Codes, later: Reading, earlier: Reading): Joined | undefined {
  const joint = codes.join(later.code, later.block.noise, earlier.code, earlier.block.noise);
  if (joint === undefined) return undefined;
  const summands: Summand[] = [
    [joint.later, later.block],
    [joint.earlier, earlier.block],
  ];
  const terms = mergeTerms(summands);
  if (terms.length === 0 || variance(terms) > codes.maxNoise) return undefined;
  let constant = 0;
  for (const [c, block] of summands) constant += c * (constantOf(block) - (c > 0 ? block.min : block.max));
  return { block: combination(terms, constant, joint.code.maps.length), code: joint.code };
}
