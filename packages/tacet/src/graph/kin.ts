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
  next: KnownFamily | undefined = undefined;
  /** The lookups as long as they are few. */
  #few: readonly LookupBlock[] = [];
  /** All of them by the names of their functions, once they are many. */
  #many: Map<number, LookupBlock> | undefined;
  /** Whether all are functions of the same values, so that those that may be equal are. */
  #alike = true;

  constructor(hash: number, mask: readonly number[], kin: number) {
    this.hash = hash;
    this.mask = mask;
    this.kin = kin;
  }

  get isEmpty(): boolean {
    return this.#few.length === 0 && (this.#many === undefined || this.#many.size === 0);
  }

  /** The lookup that may give the same ciphertext as one with some root table, if there is one. */
  find(table: RootTable): LookupBlock | undefined {
    if (this.#many === undefined) return this.#few.find(({ root }) => mayBeEqual(root!, table));
    const named = this.#many.get(table.name);
    if (named !== undefined && mayBeEqual(named.root!, table)) return named;
    if (this.#alike && named === undefined && this.#isLike(table)) return undefined;
    for (const lookup of this.#many.values()) if (mayBeEqual(lookup.root!, table)) return lookup;
    return undefined;
  }

  /** Adds a lookup that none may be equal to. */
  add(lookup: LookupBlock): void {
    this.#alike &&= this.isEmpty ? isWhole(lookup.root!) : this.#isLike(lookup.root!);
    if (this.#many === undefined && this.#few.length < FEW) {
      this.#few = [...this.#few, lookup];
      return;
    }
    this.#many ??= new Map(this.#few.map((one) => [one.root!.name, one]));
    this.#few = [];
    // Of two with one name, which chance does not give, the second is not found by it.
    if (this.#many.has(lookup.root!.name)) this.#alike = false;
    this.#many.set(this.#many.has(lookup.root!.name) ? -lookup.id : lookup.root!.name, lookup);
  }

  remove(lookup: LookupBlock): void {
    if (this.#many === undefined) this.#few = this.#few.filter((other) => other !== lookup);
    else if (this.#many.get(lookup.root!.name) === lookup) this.#many.delete(lookup.root!.name);
    else this.#many.delete(-lookup.id);
  }

  /** Whether a function is of the same values as all of the lookups. */
  #isLike(table: RootTable): boolean {
    const [first] = this.#many?.values() ?? this.#few;
    const { low, entries } = first!.root!;
    return low === table.low && entries.length === table.entries.length && isWhole(table);
  }
}

/** From so many lookups on, a family finds them by name. */
const FEW = 8;

function isWhole({ entries }: RootTable): boolean {
  return !entries.includes(UNREACHABLE);
}

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
    if (family.isEmpty) this.#table.delete(family);
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
