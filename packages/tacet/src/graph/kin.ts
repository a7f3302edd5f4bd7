import {
  type Family,
  kinOf,
  type LookupBlock,
  type RootTable,
  standsAnywhere,
  type Term,
  twinOf,
  UNREACHABLE,
} from "./block.ts";
import { type Hashed, HashTable, mix, named } from "./hash.ts";
import { sameTerms } from "./terms.ts";

const NOTHING: readonly number[] = [];

/** A lookup with the next one of its family, while they are few. */
export type KnownLookup = LookupBlock & { next: KnownLookup | undefined };

/**
 * The lookups of one root: of a combination that is no lookup by itself, or of lookups of it. Passes may compose them in
 * whichever way, lookups of different roots are never computed from one ciphertext, unless the same was computed before;
 * and those of one root that may come to be the same ciphertext are one node.
 */
export class KnownFamily implements Family, Hashed<KnownFamily> {
  readonly hash: number;
  readonly kin: number;
  readonly opaque: boolean;
  next: KnownFamily | undefined = undefined;
  /** The root, while all of the lookups are pending, so that it exists anyway. */
  #terms: readonly Term[] | undefined;
  /** Afterwards, identifiers and coefficients of its terms in turn. */
  #mask: readonly number[] = NOTHING;
  /** The lookups as long as they are few. */
  #first: KnownLookup | undefined = undefined;
  /** All of them by the names of their functions, once they are many. */
  #many: Map<number, LookupBlock> | undefined = undefined;
  /** Whether all are functions of the same values, so that those that may be equal are. */
  #alike = true;

  constructor(hash: number, terms: readonly Term[]) {
    this.hash = hash;
    this.kin = kinOfLookups(terms);
    this.opaque = standsAnywhere(terms[0].source);
    this.#terms = terms;
  }

  get added(): boolean {
    return false;
  }

  get isEmpty(): boolean {
    return this.#first === undefined && (this.#many === undefined || this.#many.size === 0);
  }

  /** Whether the root is a combination. */
  isOf(terms: readonly Term[]): boolean {
    if (this.#terms !== undefined) return sameTerms(this.#terms, terms);
    const mask = this.#mask;
    if (mask.length !== 2 * terms.length) return false;
    for (let at = 0; at < terms.length; at++) {
      if (mask[2 * at] !== terms[at].source.id || mask[2 * at + 1] !== terms[at].coefficient) return false;
    }
    return true;
  }

  /** Tells that one of the lookups exists, so that nothing may be held any longer for its sake. */
  resolve(): void {
    if (this.#terms === undefined) return;
    this.#mask = this.#terms.flatMap(({ source, coefficient }) => [source.id, coefficient]);
    this.#terms = undefined;
  }

  /** The lookup that may give the same ciphertext as one with some root table, if there is one. */
  find(table: RootTable): LookupBlock | undefined {
    if (this.#many === undefined) {
      let lookup = this.#first;
      while (lookup !== undefined && !mayBeEqual(lookup.root, table)) lookup = lookup.next;
      return lookup;
    }
    const named = this.#many.get(table.name);
    if (named !== undefined && mayBeEqual(named.root, table)) return named;
    if (this.#alike && named === undefined && this.#isLike(table)) return undefined;
    for (const lookup of this.#many.values()) if (mayBeEqual(lookup.root, table)) return lookup;
    return undefined;
  }

  /** Adds a lookup that none may be equal to. */
  add(lookup: KnownLookup): void {
    this.#alike &&= this.isEmpty ? isWhole(lookup.root) : this.#isLike(lookup.root);
    if (this.#many === undefined && this.#count < FEW) {
      lookup.next = this.#first;
      this.#first = lookup;
      return;
    }
    this.#many ??= this.#unlink();
    const { name } = lookup.root;
    // Of two with one name, which chance does not give, the second is not found by it.
    if (this.#many.has(name)) this.#alike = false;
    this.#many.set(this.#many.has(name) ? -lookup.id : name, lookup);
  }

  remove(lookup: KnownLookup): void {
    if (this.#many !== undefined) {
      const { name } = lookup.root;
      this.#many.delete(this.#many.get(name) === lookup ? name : -lookup.id);
    } else if (this.#first === lookup) this.#first = lookup.next;
    else {
      let before = this.#first;
      while (before !== undefined && before.next !== lookup) before = before.next;
      if (before !== undefined) before.next = lookup.next;
    }
    lookup.next = undefined;
  }

  /** Number of lookups, as long as they are few. */
  get #count(): number {
    let count = 0;
    for (let lookup = this.#first; lookup !== undefined; lookup = lookup.next) count++;
    return count;
  }

  /** The few lookups by name. */
  #unlink(): Map<number, LookupBlock> {
    const many = new Map<number, LookupBlock>();
    for (let lookup = this.#first; lookup !== undefined; ) {
      const { next } = lookup;
      many.set(lookup.root.name, lookup);
      lookup.next = undefined;
      lookup = next;
    }
    this.#first = undefined;
    return many;
  }

  /** Whether a function is of the same values as all of the lookups. */
  #isLike(table: RootTable): boolean {
    const one = this.#first ?? this.#many!.values().next().value!;
    const { low, entries } = one.root;
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
    while (family !== undefined && !family.isOf(terms)) family = family.next;
    if (family === undefined) this.#table.add((family = new KnownFamily(hash, terms)));
    return family;
  }

  remove(lookup: KnownLookup): void {
    const family = lookup.family as KnownFamily;
    family.remove(lookup);
    if (family.isEmpty) this.#table.delete(family);
  }
}

/**
 * Names the ciphertext of a combination, whatever the order in which its sources were made, with twins taken together:
 * one and the negative of another cancel.
 */
export function kinOfSum(terms: readonly Term[]): number {
  const twins = terms.map(({ source }) => twinOf(source));
  let kin = 0;
  for (let at = 0; at < terms.length; at++) {
    const twin = Math.abs(twins[at]);
    let coefficient = 0;
    for (let other = 0; other < terms.length; other++) {
      if (Math.abs(twins[other]) !== twin) continue;
      if (other < at) break; // counted there
      coefficient += twins[other] < 0 ? -terms[other].coefficient : terms[other].coefficient;
    }
    if (coefficient !== 0) kin = (kin + named(twin, coefficient)) % 2 ** 52;
  }
  return kin;
}

/** Of what kin lookups of a combination are: where its twins add up to one lookup, of the same as lookups of that. */
export function kinOfLookups(terms: readonly Term[]): number {
  const name = kinOfSum(terms);
  const only = terms.find(
    ({ source }) => source.kind === "lookup" && !source.family.opaque && named(twinOf(source), 1) === name,
  );
  return only === undefined ? name : kinOf(only.source);
}

/** A function of a combination's value without its constant: its entries from `low` on. */
export type Values = Pick<RootTable, "low" | "entries">;

/** What a function gives for what another one gives, where that can be. */
export function composed({ entries }: Values, { low, entries: table }: Values): number[] {
  const outside = (value: number): boolean =>
    value === UNREACHABLE || value < low || value >= low + table.length;
  return entries.map((value) => (outside(value) ? UNREACHABLE : table[value - low]));
}

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
