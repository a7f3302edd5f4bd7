import { commonFactor } from "./common-factor.ts";
import { named } from "./hash.ts";

/**
 * What is known of a block before anything is computed. A block's value is an integer in
 * `[0, capacity)`, capacity being message modulus times carry modulus; `[min, max]` is the part that
 * it can reach.
 */
interface BlockFacts {
  /** Position in the order of creation, unique within a builder. */
  readonly id: number;
  /** Smallest value that the block can hold. */
  readonly min: number;
  /** Largest value that the block can hold: its degree. */
  readonly max: number;
  /** Largest variance in units of a fresh bootstrap's (see `variance`); infinite for what only lookups can read. */
  readonly noise: number;
  /** Number of blocks and handles that need this block. The builder's own; read only elsewhere. */
  readonly references: number;
}

/**
 * What a source's ciphertext is, as far as noise goes. Bootstraps are deterministic: what is computed again from the same
 * ciphertexts is the same ciphertext, also where the graph knows no longer that it was there before. So names follow from
 * names: of 52 bits, that chance makes none equal.
 */
export interface Origin {
  /**
   * Names what the source rests on: lookups have one in common that may come to be computed from one ciphertext, however
   * the passes compose them, so that their noise may be correlated.
   */
  readonly kin: number;
  /** Names the ciphertext that the source may come to be, or its negative, which has the negative name. */
  readonly twin: number;
}

/** A lookup as a function of what it rests on in the end. */
export interface RootTable {
  /** What the terms of that add up to at the first entry. */
  readonly low: number;
  /** What the lookup gives from there on, or `UNREACHABLE`. */
  readonly entries: readonly number[];
  /** A name for the function. */
  readonly name: number;
}

/** Stands in a root table for values that are never reached. */
export const UNREACHABLE = -1;

/** The lookups that rest on the same. */
export interface Family {
  /** Their kin: see `Origin`. */
  readonly kin: number;
  /** Whether what they rest on may have its padding bit set, so that nothing is composed with them: see `standsAnywhere`. */
  readonly opaque: boolean;
  /** Whether they are wide: see `LinearBlock`. What a table is less is then another constant, so that tables do not tell which are alike. */
  readonly wide: boolean;
  /** Whether a plan has added them, so that no builder knows them. */
  readonly added: boolean;
}

/**
 * How a ciphertext lies in memory: under the big LWE key, under a compact key, under the small key after the modulus
 * switch, under the small key of random generation as a seed gave it, or under the key of lists as a list stores it.
 * Whatever is computed is `big`, and only that can be combined and given out; what is `unchecked` lies like it. Of what is
 * `random`, lookups give the very value and nothing else.
 *
 * In all forms but `big`, a ciphertext may stand anywhere on the torus, also where its padding bit is set: nobody vouches
 * for it. A rotation gives there the negative of what it gives without that bit. So their tables are centred around 0,
 * and the centre is added to what comes out, which is then within the table's range wherever the ciphertext stands.
 */
export type BlockForm = "big" | "unchecked" | "compact" | "switched" | "random" | "stored";

/** A ciphertext that the engine supplies. One that is not `big` has infinite noise, so that only lookups read it. */
export interface InputBlock extends BlockFacts, Origin {
  readonly kind: "input";
  readonly form: BlockForm;
  /** Of one that has the mask of a lookup, what that lookup's family is. */
  readonly opaque: boolean;
  readonly wide: boolean;
}

/**
 * Σ coefficient·source + constant, in normal form: no linear combination of linear combinations, no
 * source twice, no zero coefficient, sources in order of creation. Without terms it is a trivial ciphertext.
 */
export interface LinearBlock extends BlockFacts {
  readonly kind: "linear";
  readonly terms: readonly Term[];
  readonly constant: number;
  /**
   * Whether it has up to twice as many values as a block: those from capacity on are those from 0 on with the padding bit
   * set, and `max` is the largest without. Only lookups read it.
   */
  readonly wide: boolean;
}

/**
 * `table[value of input]`: one programmable bootstrap, or a share of one. Once resolved, that is,
 * once its ciphertext exists, it has forgotten `input` and `table`, and behaves like an input.
 */
export interface LookupBlock extends BlockFacts {
  readonly kind: "lookup";
  readonly input: Block | undefined;
  /** One entry for each value of a block; those that the input cannot reach are 0. */
  readonly table: readonly number[] | undefined;
  readonly family: Family;
  /** The lookup as a function of what all lookups of its family rest on. */
  readonly root: RootTable;
  /** Names the ciphertext (see `Origin`) as the graph does that the lookup was taken from; by its root if undefined. */
  readonly twin: number | undefined;
}

/** What another graph knows of a lookup: its range, and what it calls its ciphertext (see `Origin`). */
export interface KnownElsewhere {
  readonly min: number;
  readonly max: number;
  readonly twin: number;
}

export type Block = InputBlock | LinearBlock | LookupBlock;

/** A block that rests on a ciphertext of its own: what linear combinations are made of. */
export type Source = InputBlock | LookupBlock;

export interface Term {
  readonly source: Source;
  readonly coefficient: number;
}

/** A lookup that is still to be computed. */
export type PendingLookup = LookupBlock & { readonly input: Block; readonly table: readonly number[] };

/** How a source's ciphertext lies in memory. */
export function formOf(source: Source): BlockForm {
  return source.kind === "input" ? source.form : "big";
}

/** What the family of a source is like, or that of the lookup whose mask it has. */
export function familyOf(source: Source): Pick<Family, "opaque" | "wide"> {
  return source.kind === "input" ? source : source.family;
}

/** Of what kin a source is: see `Origin`. */
export function kinOf(source: Source): number {
  return source.kind === "input" ? source.kin : source.family.kin;
}

/** Names a source's ciphertext: see `Origin`. */
export function twinOf(source: Source): number {
  if (source.kind === "input") return source.twin;
  return source.twin ?? named(source.family.kin, source.root.name);
}

/** Whether a block is one that a seed gave. A lookup of its value must be left as it is. */
export function isRandom(block: Block): boolean {
  return block.kind === "input" && block.form === "random";
}

/**
 * Whether a block may have its padding bit set, because nobody vouches for it or because it is wide. There, a lookup gives
 * the mirror image of the table's value, so that several tables give what belongs to different values: lookups of such a
 * lookup must stay what they are, for all of them to speak of one value.
 */
export function standsAnywhere(block: Block): boolean {
  return block.kind === "input" ? block.form !== "big" : block.kind === "linear" && block.wide;
}

/**
 * What a lookup gives where the padding bit of its input is set, instead of an entry of its table: the entry as seen from
 * the other end of the range of what the lookup gives.
 */
export function mirrored(
  entry: number,
  { min, max }: { readonly min: number; readonly max: number },
): number {
  return min + max - entry;
}

/** Whether a builder may have lookups of a combination: of sources that it knows, without a factor or sign in common. */
export function mayBeLookedUp(terms: readonly Term[]): boolean {
  if (terms.some(({ source }) => source.kind === "lookup" && source.family.added)) return false;
  return terms[0].coefficient > 0 && commonFactor(terms.map(({ coefficient }) => coefficient)) === 1;
}

/** Whether a block is a lookup whose ciphertext does not exist yet. */
export function isPending(block: Block): block is PendingLookup {
  return block.kind === "lookup" && block.input !== undefined;
}

/** A block as a linear combination of sources. */
export function termsOf(block: Block): readonly Term[] {
  return block.kind === "linear" ? block.terms : [{ source: block, coefficient: 1 }];
}

/** The constant of a block as a linear combination. */
export function constantOf(block: Block): number {
  return block.kind === "linear" ? block.constant : 0;
}

/** Whether a block is a trivial ciphertext: a linear combination of nothing. */
export function isConstant(block: Block): block is LinearBlock {
  return block.kind === "linear" && block.terms.length === 0;
}

/** The blocks that must exist before a block can be computed: none for inputs and resolved lookups. */
export function needsOf(block: Block): readonly Block[] {
  if (block.kind === "linear") return block.terms.map((term) => term.source);
  return isPending(block) ? [block.input] : [];
}
