import { type Family, type LookupBlock, type RootTable, type Term, UNREACHABLE } from "./block.ts";
import { type Hashed, HashTable, mix, named } from "./hash.ts";

/**
 * The lookups of one root: of a combination that is no lookup by itself, or of lookups of it. Passes may compose them in
 * whichever way, lookups of different roots are never computed from one ciphertext, unless the same was computed before;
 * and those of one root that may come to be the same ciphertext are one node.
 */
export class KnownFamily implements Family, Hashed<KnownFamily> {
  readonly hash: number;
  /** Identifiers and coefficients of the root's terms in turn. */
  readonly mask: readonly number[];
  /** Names the root: see `Origin`. */
  readonly kin: number;
  last: LookupBlock | undefined = undefined;
  next: KnownFamily | undefined = undefined;

  constructor(hash: number, mask: readonly number[], kin: number) {
    this.hash = hash;
    this.mask = mask;
    this.kin = kin;
  }

  /** The lookup that may give the same ciphertext as one with some root table, if there is one. */
  find(table: RootTable): LookupBlock | undefined {
    let lookup = this.last;
    while (lookup !== undefined && !mayBeEqual(lookup.root!, table)) lookup = lookup.sibling;
    return lookup;
  }

  add(lookup: LookupBlock): void {
    (lookup as Sibling).sibling = this.last;
    this.last = lookup;
  }

  remove(lookup: LookupBlock): void {
    if (this.last === lookup) this.last = lookup.sibling;
    else {
      let after = this.last as Sibling | undefined;
      while (after !== undefined && after.sibling !== lookup) after = after.sibling as Sibling | undefined;
      if (after !== undefined) after.sibling = lookup.sibling;
    }
    (lookup as Sibling).sibling = undefined;
  }
}

type Sibling = LookupBlock & { sibling: LookupBlock | undefined };

/** The families of the lookups of a builder, each for as long as it has any. */
export class Families {
  readonly #table = new HashTable<KnownFamily>();

  /** The family of lookups of a combination. */
  of(terms: readonly Term[]): KnownFamily {
    let hash = 0;
    for (const { source, coefficient } of terms) hash = mix(mix(hash, source.id), coefficient);
    let family = this.#table.first(hash);
    while (family !== undefined && !isOf(family, terms)) family = family.next;
    if (family === undefined) {
      const mask = new Array<number>(2 * terms.length);
      for (let at = 0; at < terms.length; at++) {
        mask[2 * at] = terms[at].source.id;
        mask[2 * at + 1] = terms[at].coefficient;
      }
      this.#table.add((family = new KnownFamily(hash, mask, kinOfLookups(terms))));
    }
    return family;
  }

  remove(lookup: LookupBlock): void {
    const family = lookup.family as KnownFamily;
    family.remove(lookup);
    if (family.last === undefined) this.#table.delete(family);
  }
}

function isOf({ mask }: KnownFamily, terms: readonly Term[]): boolean {
  if (mask.length !== 2 * terms.length) return false;
  for (let at = 0; at < terms.length; at++) {
    if (mask[2 * at] !== terms[at].source.id || mask[2 * at + 1] !== terms[at].coefficient) return false;
  }
  return true;
}

/**
 * Names the ciphertext of a combination, whatever the order in which its sources were made, with twins taken together:
 * one and the negative of another cancel.
 */
export function kinOf(terms: readonly Term[]): number {
  let kin = 0;
  for (let at = 0; at < terms.length; at++) {
    const twin = Math.abs(terms[at].source.twin);
    let coefficient = 0;
    for (let other = 0; other < terms.length; other++) {
      const { source, coefficient: factor } = terms[other];
      if (Math.abs(source.twin) !== twin) continue;
      if (other < at) break; // counted there
      coefficient += source.twin < 0 ? -factor : factor;
    }
    if (coefficient !== 0) kin = (kin + named(twin, coefficient)) % 2 ** 52;
  }
  return kin;
}

/** Of what kin lookups of a combination are: where its twins add up to one lookup, of the same as lookups of that. */
function kinOfLookups(terms: readonly Term[]): number {
  const name = kinOf(terms);
  const only = terms.find(
    ({ source }) => source.kind === "lookup" && !source.opaque && named(source.twin, 1) === name,
  );
  return only?.source.kin ?? name;
}

/** A function of a combination's value without its constant: its entries from `low` on. */
export type Values = Pick<RootTable, "low" | "entries">;

/** Names a function by its entries other than 0, as a lookup polynomial has them. */
export function nameOf({ low, entries }: Values): number {
  let name = 0;
  for (let at = 0; at < entries.length; at++) {
    if (entries[at] > 0) name = named(named(name, low + at), entries[at]);
  }
  return name;
}

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
