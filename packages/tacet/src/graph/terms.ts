import { GraphError } from "../errors.ts";
import { type Block, familyOf, kinOf, type Source, type Term, twinOf } from "./block.ts";

/** One summand of a linear combination. */
export type Summand = readonly [coefficient: number, block: Block];

/** Up to so many terms are brought in order by insertion, which takes no memory. */
const FEW = 32;

/** The normal form of a combination: each source once, in order of creation, none with coefficient 0. */
export function mergeTerms(summands: readonly Summand[]): readonly Term[] {
  let count = 0;
  for (const [factor, block] of summands) {
    if (!Number.isSafeInteger(factor)) throw new GraphError(`the coefficient ${factor} is not an integer`);
    if (factor !== 0) count += block.kind === "linear" ? block.terms.length : 1;
  }
  // Arrays that grow take room for more, and there are as many of these as nodes.
  const terms = new Array<Term>(count);
  let at = 0;
  for (const [factor, block] of summands) {
    if (factor === 0) continue;
    if (block.kind !== "linear") terms[at++] = { source: block, coefficient: factor };
    else if (factor === 1) for (const term of block.terms) terms[at++] = term;
    else {
      for (const { source, coefficient } of block.terms) {
        terms[at++] = { source, coefficient: factor * coefficient };
      }
    }
  }
  if (isOrdered(terms)) return terms;
  order(terms);
  return isOrdered(terms) ? terms : joined(terms);
}

/** Whether terms are in normal form already, apart from coefficients. */
function isOrdered(terms: readonly Term[]): boolean {
  for (let at = 1; at < terms.length; at++) {
    if (terms[at - 1].source.id >= terms[at].source.id) return false;
  }
  return true;
}

function order(terms: Term[]): void {
  if (terms.length > FEW) {
    terms.sort((a, b) => a.source.id - b.source.id);
    return;
  }
  for (let end = 1; end < terms.length; end++) {
    const term = terms[end];
    let at = end;
    for (; at > 0 && terms[at - 1].source.id > term.source.id; at--) terms[at] = terms[at - 1];
    terms[at] = term;
  }
}

/** Makes neighbours of one source one term, and leaves those out that come to nothing. */
function joined(terms: readonly Term[]): Term[] {
  const result: Term[] = [];
  for (let at = 0; at < terms.length; ) {
    const source: Source = terms[at].source;
    const first = at;
    let coefficient = 0;
    for (; at < terms.length && terms[at].source === source; at++) coefficient += terms[at].coefficient;
    if (coefficient === terms[first].coefficient) result.push(terms[first]);
    else if (coefficient !== 0) result.push({ source, coefficient });
  }
  return result.slice();
}

/**
 * The largest variance that a combination can have, in units of a fresh bootstrap's: Σ cᵢ²·noiseᵢ if the sources are
 * independent, and for each two that are of one kin 2·ρ·|cᵢ·cⱼ|·√(noiseᵢ·noiseⱼ) on top.
 *
 * Bootstraps of one ciphertext share its mask, and so does the noise of what they give in part: where one's accumulator
 * is the other's times a monomial, as in one rotation of several tables, their rounding errors meet the same secret key
 * at different offsets d, which correlates them by (1 - 2d/N)/2 at most, the mean of a key bit being 1/2. Twins are the
 * same ciphertext: ρ is 1.
 *
 * @param correlation ρ at most.
 */
export function variance(
  terms: readonly Term[],
  correlation: (a: Source, b: Source) => number = correlationOf,
): number {
  let sum = 0;
  for (let at = 0; at < terms.length; at++) {
    const { source, coefficient } = terms[at];
    sum += coefficient * coefficient * source.noise;
    for (let before = 0; before < at; before++) {
      const other = terms[before];
      const rho = correlation(source, other.source);
      if (rho === 0) continue;
      const deviations = Math.sqrt(source.noise * other.source.noise);
      sum += 2 * rho * Math.abs(coefficient * other.coefficient) * deviations;
    }
  }
  return sum;
}

/** Largest correlation of two different bootstraps of one ciphertext. */
export const SIBLINGS: number = 1 / 2;

/** Largest correlation of two sources, as far as the graph knows. */
export function correlationOf(a: Source, b: Source): number {
  if (kinOf(a) !== kinOf(b)) return 0; // nor are they twins
  if (Math.abs(twinOf(a)) === Math.abs(twinOf(b))) return 1;
  // Wide lookups and others of the same may be one ciphertext by tables that do not look so.
  if (familyOf(a).wide !== familyOf(b).wide) return 1;
  // Where the same was loaded or computed again, ranges may be others, and tables equal that do not look so.
  const again =
    a.kind === "lookup" &&
    b.kind === "lookup" &&
    a.family !== b.family &&
    // One graph has named both, and knows them to be different.
    (a.twin === undefined || b.twin === undefined) &&
    !(a.family.added || b.family.added);
  return again ? 1 : SIBLINGS;
}

/** The range that a combination has if nothing but its sources is known. */
export function rangeOf(terms: readonly Term[], constant: number): { min: number; max: number } {
  let min = constant;
  let max = constant;
  for (const { source, coefficient } of terms) {
    min += coefficient * (coefficient > 0 ? source.min : source.max);
    max += coefficient * (coefficient > 0 ? source.max : source.min);
  }
  return { min, max };
}

/** Whether combinations in normal form are of the same sources with the same coefficients. */
export function sameTerms(a: readonly Term[], b: readonly Term[]): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at++) {
    if (a[at].source !== b[at].source || a[at].coefficient !== b[at].coefficient) return false;
  }
  return true;
}
