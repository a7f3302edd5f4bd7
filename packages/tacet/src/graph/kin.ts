import {
  type Family,
  familyOf,
  kinOf,
  type LookupBlock,
  type RootTable,
  type Source,
  standsAnywhere,
  type Term,
  twinOf,
  UNREACHABLE,
} from "./block.ts";
import { HashTable, mix, named } from "./hash.ts";

/** What tells terms apart. */
interface NamedTerm {
  readonly source: { readonly id: number };
  readonly coefficient: number;
}

/** A hash of terms. */
export function hashOf(terms: readonly NamedTerm[]): number {
  let hash = 0;
  for (const { source, coefficient } of terms) hash = mix(mix(hash, source.id), coefficient);
  return hash;
}

/** A lookup with the next one of its family, while they are few. */
export type KnownLookup = LookupBlock & { next: KnownLookup | undefined };

/**
 * The lookups of one root: of a combination that is no lookup by itself, or of lookups of it. Passes may compose them in
 * whichever way, lookups of different roots are never computed from one ciphertext, unless the same was computed before;
 * and those of one root that may come to be the same ciphertext are one node.
 */
export class KnownFamily implements Family {
  readonly kin: number;
  readonly opaque: boolean;
  readonly wide: boolean;
  /** The root's terms while all of the lookups are pending, so that they exist anyway; then what is left of them. */
  #root: readonly NamedTerm[];
  /** The lookups: the first as long as they are few; all by the names of their functions, once they are many. */
  #lookups: KnownLookup | Map<number, KnownLookup> | undefined = undefined;
  /** Whether all are functions of the same values, so that those that may be equal are. */
  #alike = true;

  constructor(terms: readonly Term[], wide: boolean) {
    this.kin = kinOfLookups(terms);
    this.opaque = wide || standsAnywhere(terms[0].source);
    this.#root = terms;
    this.wide = wide;
  }

  get added(): boolean {
    return false;
  }

  get isEmpty(): boolean {
    return this.#lookups instanceof Map ? this.#lookups.size === 0 : this.#lookups === undefined;
  }

  /** Whether the root is a combination, and as wide. */
  isOf(terms: readonly Term[], wide: boolean): boolean {
    const root = this.#root;
    if (root.length !== terms.length) return false;
    if (wide !== this.wide) return false;
    for (let at = 0; at < terms.length; at++) {
      const { source, coefficient } = terms[at];
      if (root[at].source.id !== source.id || root[at].coefficient !== coefficient) return false;
    }
    return true;
  }

  get hash(): number {
    return hashOf(this.#root);
  }

  /** Tells that one of the lookups exists, so that nothing may be held any longer for its sake. */
  resolve(): void {
    if (!("kind" in this.#root[0].source)) return;
    this.#root = this.#root.map(({ source: { id }, coefficient }) => ({ source: { id }, coefficient }));
  }

  /** The lookup that may give the same ciphertext as one with some root table, if there is one. */
  find(table: RootTable): LookupBlock | undefined {
    if (this.#lookups instanceof Map) {
      const named = this.#lookups.get(table.name);
      if (named !== undefined && mayBeEqual(named.root, table)) return named;
      if (this.#alike && named === undefined && this.#isLike(table)) return undefined;
    }
    for (const lookup of this.#all()) if (mayBeEqual(lookup.root, table)) return lookup;
    return undefined;
  }

  /** Adds a lookup that none may be equal to. */
  add(lookup: KnownLookup): void {
    this.#alike &&= this.isEmpty ? isWhole(lookup.root) : this.#isLike(lookup.root);
    if (this.#lookups instanceof Map) {
      this.#name(lookup, this.#lookups);
      return;
    }
    lookup.next = this.#lookups;
    this.#lookups = lookup;
    let count = 0;
    for (let one: KnownLookup | undefined = lookup; one !== undefined; one = one.next) count++;
    if (count < FEW) return;
    const few = [...this.#all()];
    this.#lookups = new Map();
    for (const one of few) {
      one.next = undefined;
      this.#name(one, this.#lookups);
    }
  }

  remove(lookup: KnownLookup): void {
    if (this.#lookups instanceof Map) {
      const { name } = lookup.root;
      this.#lookups.delete(this.#lookups.get(name) === lookup ? name : -lookup.id);
      return;
    }
    if (this.#lookups === lookup) this.#lookups = lookup.next;
    else for (const one of this.#all()) if (one.next === lookup) one.next = lookup.next;
    lookup.next = undefined;
  }

  *#all(): Iterable<KnownLookup> {
    if (this.#lookups instanceof Map) yield* this.#lookups.values();
    else for (let one = this.#lookups; one !== undefined; one = one.next) yield one;
  }

  #name(lookup: KnownLookup, many: Map<number, KnownLookup>): void {
    const { name } = lookup.root;
    // Of two with one name, which chance does not give, the second is not found by it.
    if (many.has(name)) this.#alike = false;
    many.set(many.has(name) ? -lookup.id : name, lookup);
  }

  /** Whether a function is of the same values as all of the lookups. */
  #isLike(table: RootTable): boolean {
    const [{ root }] = this.#all();
    return root.low === table.low && root.entries.length === table.entries.length && isWhole(table);
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

  /**
   * The family of lookups of a combination. Those that use the padding bit are a family of their own, as they are other
   * functions of it: whether they may be the same ciphertexts as others, nobody asks, and it is taken for granted.
   */
  of(terms: readonly Term[], wide = false): KnownFamily {
    const hash = hashOf(terms);
    let family = this.#table.find(hash, (known) => known.isOf(terms, wide));
    if (family === undefined) this.#table.add(hash, (family = new KnownFamily(terms, wide)));
    return family;
  }

  remove(lookup: KnownLookup): void {
    const family = lookup.family as KnownFamily;
    family.remove(lookup);
    if (family.isEmpty) this.#table.delete(family.hash, family);
  }
}

/**
 * Names the ciphertext of a combination and its negative, whatever the order in which its sources were made, with twins
 * taken together: one and the negative of another cancel. (Which of both is looked up depends on that order; and a plan may
 * compute lookups of either from one and the same.)
 *
 * @param name names a source's ciphertext.
 */
export function kinOfSum(terms: readonly Term[], name: (source: Source) => number = twinOf): number {
  const twins = terms.map(({ source }) => name(source));
  let [kin, negative] = [0, 0];
  for (let at = 0; at < terms.length; at++) {
    const twin = Math.abs(twins[at]);
    let coefficient = 0;
    for (let other = 0; other < terms.length; other++) {
      if (Math.abs(twins[other]) !== twin) continue;
      if (other < at) break; // counted there
      coefficient += twins[other] < 0 ? -terms[other].coefficient : terms[other].coefficient;
    }
    if (coefficient === 0) continue;
    kin = (kin + named(twin, coefficient)) % 2 ** 52;
    negative = (negative + named(twin, -coefficient)) % 2 ** 52;
  }
  return Math.min(kin, negative);
}

/** Of what kin an input is that is akin to its twins alone. */
export function kinOfInput(twin: number): number {
  return named(INPUT, Math.abs(twin));
}

const INPUT = 1;

/** Of what kin lookups of a combination are: where its twins add up to one lookup, of the same as lookups of that. */
export function kinOfLookups(terms: readonly Term[]): number {
  const name = kinOfSum(terms);
  const only = terms.find(
    ({ source }) => isResult(source) && kinOfSum([{ source, coefficient: 1 }]) === name,
  );
  return only === undefined ? name : kinOf(only.source);
}

/** Whether a source is a lookup with which others may be composed, or has the ciphertext of one. */
function isResult(source: Source): boolean {
  if (familyOf(source).opaque) return false;
  return source.kind === "lookup" || source.kin !== kinOfInput(source.twin);
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
