import { type Kin, type LookupBlock, type RootTable, type Term, UNREACHABLE } from "./block.ts";
import { type Hashed, HashTable, mix } from "./hash.ts";

/**
 * The lookups of one root: of a combination that is no lookup by itself, or of lookups of it. Passes may compose them in
 * whichever way, lookups of different roots are never computed from one ciphertext, and those of one root that may come
 * to be the same ciphertext are one node, or twins.
 */
export class Family implements Kin, Hashed<Family> {
  readonly hash: number;
  /** Twins and coefficients of the root's terms in turn. */
  readonly mask: readonly number[];
  readonly lookups: LookupBlock[] = [];
  next: Family | undefined = undefined;

  constructor(hash: number, mask: readonly number[]) {
    this.hash = hash;
    this.mask = mask;
  }

  /** The lookup that may give the same ciphertext as one with some root table, if there is one. */
  find(table: RootTable): LookupBlock | undefined {
    return this.lookups.find((lookup) => mayBeEqual(lookup.root!, table));
  }
}

/** The families of the lookups of a builder, each for as long as it has any. */
export class Families {
  readonly #table = new HashTable<Family>();

  /** The family of lookups of a combination. */
  of(terms: readonly Term[]): Family {
    const mask = maskOf(terms);
    let hash = 0;
    for (const part of mask) hash = mix(hash, part);
    let family = this.#table.first(hash);
    while (family !== undefined && !equal(family.mask, mask)) family = family.next;
    if (family === undefined) this.#table.add((family = new Family(hash, mask)));
    return family;
  }

  remove(lookup: LookupBlock): void {
    const family = lookup.kin as Family;
    const { lookups } = family;
    const last = lookups.pop()!;
    if (last !== lookup) lookups[lookups.indexOf(lookup)] = last;
    if (lookups.length === 0) this.#table.delete(family);
  }
}

/** What tells whose word the range of a combination is: nothing where no ciphertext was loaded twice. */
export function claimsOf(terms: readonly Term[]): string | undefined {
  if (terms.every(({ source }) => source.twin === source.id)) return undefined;
  return terms.map(({ source }) => source.id).join();
}

/** The ciphertexts of a combination: those that are the same, up to sign, are one. */
function maskOf(terms: readonly Term[]): number[] {
  const mask: number[] = [];
  for (const { source, coefficient } of terms) {
    mask.push(Math.abs(source.twin), source.twin < 0 ? -coefficient : coefficient);
  }
  return terms.every(({ source }) => source.twin === source.id) ? mask : sorted(mask);
}

/** The same mask with its ciphertexts in order, each once. */
function sorted(mask: readonly number[]): number[] {
  const coefficients = new Map<number, number>();
  for (let at = 0; at < mask.length; at += 2) {
    coefficients.set(mask[at], (coefficients.get(mask[at]) ?? 0) + mask[at + 1]);
  }
  return [...coefficients].sort(([a], [b]) => a - b).flat();
}

/** A function of a combination's value without its constant: its entries from `low` on. */
export type Values = Pick<RootTable, "low" | "entries">;

/** Whether two functions of one root agree wherever both are defined, so that their lookup polynomials may be equal. */
export function mayBeEqual(a: Values, b: Values): boolean {
  if (a === b) return true;
  const from = Math.max(a.low, b.low);
  const to = Math.min(a.low + a.entries.length, b.low + b.entries.length);
  let both = false;
  for (let value = from; value < to; value++) {
    const [p, q] = [a.entries[value - a.low], b.entries[value - b.low]];
    if (p === UNREACHABLE || q === UNREACHABLE) continue;
    if (p !== q) return false;
    both = true;
  }
  return both;
}

function equal(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((part, at) => part === b[at]);
}
