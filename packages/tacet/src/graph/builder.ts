import { GraphError } from "../errors.ts";
import { blockCapacity, type ParameterSet } from "../parameters/parameter-set.ts";
import {
  type Block,
  type BlockForm,
  constantOf,
  type InputBlock,
  isConstant,
  isPending,
  isRandom,
  type KnownElsewhere,
  type LinearBlock,
  type LookupBlock,
  needsOf,
  type RootTable,
  standsAnywhere,
  type Term,
  termsOf,
} from "./block.ts";
import { commonFactor } from "./common-factor.ts";
import { HashTable, mix, named } from "./hash.ts";
import { composed, Families, hashOf, type KnownFamily, type KnownLookup, kinOfInput } from "./kin.ts";
import { modulo, negacyclic, orientationOf } from "./negacyclic.ts";
import { Tables } from "./tables.ts";
import { mergeTerms, rangeOf, type Summand, sameTerms, variance } from "./terms.ts";

/** Bounds that an algorithm knows to hold though the graph cannot derive them. The interpreter checks them. */
export interface Bounds {
  readonly min?: number;
  readonly max?: number;
}

/** A table by its entries or by the function that it tabulates. */
export type TableLike = ArrayLike<number> | ((value: number) => number);

/** What is known of a ciphertext that enters the graph. */
export interface InputFacts {
  /** Largest value: its degree. */
  readonly max: number;
  /** Variance in units of a fresh bootstrap's; 1 if left out. Without meaning in another form than `big`. */
  readonly noise?: number;
  /** `big` if left out. In another form, only lookups can read the ciphertext. */
  readonly form?: BlockForm;
  /** Names the ciphertext's mask, or its negative, which has the negative name; unlike all others if left out. */
  readonly twin?: number | undefined;
  /** Of what kin it is, if it has the mask of a lookup: see `Origin`. Akin to twins alone if left out. */
  readonly kin?: number | undefined;
  /** What that lookup's family is, if it has the mask of one; neither if left out. */
  readonly opaque?: boolean | undefined;
  readonly wide?: boolean | undefined;
}

export type { Summand } from "./terms.ts";

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** From this, names are made for inputs that are like no other. */
const UNLIKE = 2;

/**
 * Builds graphs of blocks. Equal nodes are one node; constants fold; whatever could exceed the
 * capacity of a block or the tolerated noise is refused.
 *
 * Nothing is kept alive for being known: a node lives while another node or a handle
 * (`retain`/`release`) needs it, or until the `sweep` after its creation.
 */
export class Builder {
  readonly parameters: ParameterSet;
  /** Number of values of a block. */
  readonly capacity: number;
  /** Largest variance that a linear combination may have, in units of a fresh bootstrap's. */
  readonly maxNoise: number;
  /** Called once for each node that nothing needs any longer. */
  onDrop: ((block: Block) => void) | undefined;

  #nextId = 1;
  #size = 0;
  readonly #combinations = new HashTable<LinearBlock>();
  readonly #families = new Families();
  readonly #tables = new Tables();
  /** The table of a lookup while it is made. */
  readonly #entries: number[];
  #unswept: Block[] = [];

  constructor(parameters: ParameterSet) {
    this.parameters = parameters;
    this.capacity = blockCapacity(parameters);
    this.maxNoise = parameters.maxNoiseLevel ** 2;
    this.#entries = new Array<number>(this.capacity).fill(0);
  }

  /** Number of linear and lookup nodes alive. */
  get size(): number {
    return this.#size;
  }

  /**
   * A ciphertext supplied from outside.
   *
   * @throws GraphError if it could hold more, or be noisier, than the parameter set allows.
   */
  input(facts: InputFacts): InputBlock {
    const { max, noise = 1, form = "big" } = facts;
    this.#checkRange(0, max);
    this.#checkNoise(noise);
    const id = this.#nextId++;
    const twin = facts.twin ?? named(UNLIKE, id);
    return this.#adopt({
      kind: "input",
      id,
      min: 0,
      max,
      noise: form === "big" ? noise : Infinity,
      form,
      references: 0,
      kin: facts.kin ?? kinOfInput(twin),
      twin,
      opaque: facts.opaque ?? false,
      wide: facts.wide ?? false,
    });
  }

  /** A trivial ciphertext. @throws GraphError if the value is not an integer in `[0, capacity)`. */
  constant(value: number): LinearBlock {
    return this.#linear([], value, value, value) as LinearBlock;
  }

  /**
   * Σ coefficient·block + constant.
   *
   * @throws GraphError if the combination could leave `[0, capacity)` or exceed the tolerated noise, or if one of the
   *   blocks is not under the big key.
   */
  linear(summands: readonly Summand[], constant = 0, bounds: Bounds = {}): Block {
    const terms = mergeTerms(summands);
    return this.#combination(summands, terms, constant, bounds);
  }

  /** The same, or nothing where it is too noisy. @throws GraphError if it could leave `[0, capacity)`. */
  linearIfQuiet(summands: readonly Summand[], constant = 0, bounds: Bounds = {}): Block | undefined {
    const terms = mergeTerms(summands);
    return variance(terms) > this.maxNoise ? undefined : this.#combination(summands, terms, constant, bounds);
  }

  #combination(
    summands: readonly Summand[],
    terms: readonly Term[],
    constant: number,
    bounds: Bounds,
  ): Block {
    const { total, min, max } = this.#reach(summands, terms, constant, bounds);
    return this.#linear(terms, total, min, max);
  }

  /** The constant of a combination in normal form, and the range that it is known to have. */
  #reach(
    summands: readonly Summand[],
    terms: readonly Term[],
    constant: number,
    bounds: Bounds,
  ): { total: number; min: number; max: number } {
    let min = constant;
    let max = constant;
    let total = constant;
    for (const [coefficient, block] of summands) {
      min += coefficient * (coefficient > 0 ? block.min : block.max);
      max += coefficient * (coefficient > 0 ? block.max : block.min);
      total += coefficient * constantOf(block);
    }
    // Blocks may know more of their range than their sources do, and merged sources more than blocks.
    const flat = rangeOf(terms, total);
    return {
      total,
      min: Math.max(min, flat.min, bounds.min ?? -Infinity),
      max: Math.min(max, flat.max, bounds.max ?? Infinity),
    };
  }

  /** The variance that `linear` would give, which may exceed what it accepts. */
  noiseOf(summands: readonly Summand[]): number {
    return variance(mergeTerms(summands));
  }

  /**
   * The entry of a table at a block's value: entries that the block cannot reach do not matter. The
   * result's noise is at most 1, except that a table which only shifts or mirrors a block no noisier
   * than `tolerance` costs nothing and leaves that noise.
   *
   * @param as what another graph knows of the result: then it is a lookup here as it is there, also where it could be less.
   * @throws GraphError if a reachable entry is not an integer in `[0, capacity)`.
   */
  lookup(block: Block, table: TableLike, tolerance = 1, as?: KnownElsewhere): Block {
    const at = typeof table === "function" ? table : (value: number): number => table[value] ?? Number.NaN;
    const { input, scale, offset } = this.#canonical(block);
    const entries = this.#entries.fill(0);
    let min = Infinity;
    let max = -Infinity;
    for (let value = input.min; value <= input.max; value++) {
      const entry = at(scale * value + offset);
      this.#checkRange(entry, entry);
      entries[value] = entry;
      min = Math.min(min, entry);
      max = Math.max(max, entry);
    }
    // What has come without a mask is a constant here, whatever it is there.
    if (as !== undefined && !isConstant(input)) {
      ({ min, max } = as);
      this.#checkRange(min, max);
    }
    if (min === max) return this.constant(min);
    if (standsAnywhere(input) && !isRandom(input) && as === undefined) {
      const sign = orientationOf(entries.slice(input.min, input.max + 1), min, max);
      const start = sign > 0 ? min : max;
      if (sign < 0 || start > 0) {
        const upright = entries.map((entry) => Math.abs(entry - start));
        return this.linear([[sign, this.lookup(input, upright)]], start, { min, max });
      }
    }

    const slope = entries[input.min + 1] - entries[input.min];
    if (Math.abs(slope) === 1 && input.noise <= tolerance) {
      const intercept = entries[input.min] - slope * input.min;
      let value = input.min;
      while (value <= input.max && entries[value] === slope * value + intercept) value++;
      if (value > input.max) return this.linear([[slope, input]], intercept, { min, max });
    }

    const shared = this.#tables.shared(entries);
    const { family, root } = this.#rootOf(input, shared);
    const known = family.find(root);
    if (known !== undefined) return this.#narrowed(known, min, max);
    return this.#look(input, shared, { min, max }, { family, root, twin: as?.twin });
  }

  /** A lookup that is none of those known. */
  #look(
    input: Block,
    table: readonly number[],
    { min, max }: Required<Bounds>,
    { family, root, twin }: { family: KnownFamily; root: RootTable; twin: number | undefined },
  ): LookupBlock {
    const lookup = this.#adopt<KnownLookup>({
      kind: "lookup",
      id: this.#nextId++,
      min,
      max,
      noise: 1,
      input,
      table,
      references: 0,
      family,
      root,
      twin,
      next: undefined,
    });
    family.add(lookup);
    return lookup;
  }

  /**
   * A lookup of a combination that may have up to twice as many values as a block: it uses the padding bit as well. So
   * what it gives for values that are a capacity apart must add up to the same for all of those: 1 more than the sign of
   * a difference from 1 - capacity to capacity - 1, for example. (Without the padding bit, TFHE's lookups are negacyclic:
   * Chillotti, Ligier, Orfila, Tap, ePrint 2021/729, section 2.)
   *
   * @param at what it gives for a value.
   * @param bounds of the combination's values, of which a combination cannot know by itself.
   * @throws GraphError if it does not add up, if there are more values, and as `linear` and `lookup`.
   */
  lookupWide(
    summands: readonly Summand[],
    constant: number,
    at: (value: number) => number,
    bounds: Bounds = {},
    as?: KnownElsewhere,
  ): Block {
    const terms = mergeTerms(summands);
    const { total, min, max } = this.#reach(summands, terms, constant, bounds);
    if (max - min < this.capacity) {
      const block = this.#linear(terms, total - min, 0, max - min);
      return this.lookup(block, (value) => at(value + min), 1, as);
    }
    const values = Array.from({ length: max - min + 1 }, (_, index) => at(min + index));
    const reached = { min: Math.min(...values), max: Math.max(...values) };
    if (reached.min === reached.max) return this.constant(reached.min);

    const sign = Math.sign(terms[0].coefficient);
    const upright =
      sign > 0 ? terms : terms.map(({ source, coefficient }) => ({ source, coefficient: -coefficient }));
    const lowest = sign > 0 ? min - total : total - max;
    const entries = negacyclic(sign > 0 ? values : values.toReversed(), lowest, this.capacity);
    for (const entry of entries) this.#checkRange(entry, entry);
    const [least, most] = [Math.min(...entries), Math.max(...entries)];
    const orientation = orientationOf(entries, least, most);
    const start = orientation > 0 ? least : most;
    const whole = this.#tables.shared(entries.map((entry) => Math.abs(entry - start)));
    const known = { family: this.#families.of(upright, true), root: this.#tables.at(0, whole) };
    let lookup = known.family.find(known.root);
    if (lookup === undefined) {
      const table = entries
        .slice(0, this.capacity)
        .map((_, index) => whole[modulo(lowest + index, whole.length)]);
      const input = this.#wide(upright, -lowest);
      const reach = { min: 0, max: most - least };
      lookup = this.#look(input, this.#tables.shared(table), reach, { ...known, twin: as?.twin });
    }
    return this.linear([[orientation, lookup]], start, reached);
  }

  /** The block itself if it is no noisier than `noise`, else the same value from a bootstrap of its own. */
  refresh(block: Block, noise = 1): Block {
    return block.noise <= noise ? block : this.lookup(block, (value) => value);
  }

  /** Counts a handle on each of the blocks. */
  retain(blocks: Iterable<Block>): void {
    for (const block of blocks) (block as Mutable<Block>).references++;
  }

  /** Takes back one `retain` of each of the blocks, and drops what nothing needs any longer. */
  release(blocks: Iterable<Block>): void {
    const released = [...blocks];
    for (let block = released.pop(); block; block = released.pop()) {
      if (--(block as Mutable<Block>).references === 0) this.#drop(block, released);
    }
  }

  /** The same while something is being built, which may find them again: the next sweep drops them at the earliest. */
  releaseLater(blocks: Iterable<Block>): void {
    for (const block of blocks) if (--(block as Mutable<Block>).references === 0) this.#unswept.push(block);
  }

  /** Drops the nodes created or released since the last sweep that neither a node nor a handle needs. */
  sweep(): void {
    const unswept = this.#unswept;
    this.#unswept = [];
    for (let block = unswept.pop(); block; block = unswept.pop()) {
      if (block.references !== 0) continue;
      const released: Block[] = [];
      this.#drop(block, released);
      this.release(released);
    }
  }

  /**
   * Tells that the ciphertext of a lookup exists: it forgets its input and table. It is still found
   * by lookups equal to it while something needs it.
   */
  resolve(lookup: LookupBlock): void {
    if (!isPending(lookup)) return;
    const { input, family } = lookup;
    (family as KnownFamily).resolve();
    const resolved = lookup as Mutable<LookupBlock>;
    resolved.input = undefined;
    resolved.table = undefined;
    this.release([input]);
  }

  /**
   * The block without what its table can absorb: sign, common factor, and, for a combination, the
   * constant that starts its range at 0. So lookups that differ only in these read the same input.
   */
  #canonical(block: Block): { input: Block; scale: number; offset: number } {
    const terms = termsOf(block);
    if (terms.length === 0) return { input: block, scale: 1, offset: 0 };
    if (isCanonical(block, terms)) return { input: block, scale: 1, offset: 0 };
    const scale = commonFactor(terms.map((term) => term.coefficient)) * Math.sign(terms[0].coefficient);
    const ends = [block.min, block.max].map((value) => (value - constantOf(block)) / scale);
    const min = Math.ceil(Math.min(...ends));
    const max = Math.floor(Math.max(...ends));
    const shift = terms.length === 1 ? 0 : -min;
    const scaled =
      scale === 1
        ? terms
        : terms.map(({ source, coefficient }) => ({ source, coefficient: coefficient / scale }));
    const input = this.#linear(scaled, shift, min + shift, max + shift);
    return { input, scale, offset: constantOf(block) - scale * shift };
  }

  /** What a lookup of a canonical input rests on, and the lookup as a function of that. */
  #rootOf(input: Block, table: readonly number[]): { family: KnownFamily; root: RootTable } {
    const terms = termsOf(input);
    const [{ source }] = terms;
    if (terms.length > 1 || source.kind === "input" || source.family.opaque) {
      const low = input.min - constantOf(input);
      return { family: this.#families.of(terms), root: this.#tables.part(low, table, input.min, input.max) };
    }
    const own = { low: input.min, entries: table.slice(input.min, input.max + 1) };
    const entries = this.#tables.shared(composed(source.root, own));
    return { family: source.family as KnownFamily, root: this.#tables.at(source.root.low, entries) };
  }

  /** A block, of which more may be known than before. */
  #narrowed(block: Block, min: number, max: number): Block {
    if (min <= block.min && max >= block.max) return block;
    return this.#linear(termsOf(block), 0, Math.max(min, block.min), Math.min(max, block.max));
  }

  /** The node of a combination in normal form whose range is known. */
  #linear(terms: readonly Term[], constant: number, min: number, max: number): Block {
    this.#checkRange(min, max);
    if (min === max && terms.length > 0) return this.#linear([], min, min, max);
    const [first] = terms;
    if (terms.length === 1 && first!.coefficient === 1 && constant === 0) {
      const { source } = first!;
      if (source.min === min && source.max === max) return source;
    }
    return this.#node(terms, constant, min, max, false);
  }

  /** The node of a combination in normal form that uses the padding bit, with 0 for its smallest value. */
  #wide(terms: readonly Term[], constant: number): LinearBlock {
    return this.#node(terms, constant, 0, this.capacity - 1, true);
  }

  #node(terms: readonly Term[], constant: number, min: number, max: number, wide: boolean): LinearBlock {
    const hash = hashOfNode(terms, constant, min, max);
    const known = this.#combinations.find(
      hash,
      (other) => other.wide === wide && isSame(other, terms, constant, min, max),
    );
    if (known !== undefined) return known;

    const noise = variance(terms);
    this.#checkNoise(noise);
    const id = this.#nextId++;
    const block: LinearBlock = { kind: "linear", id, min, max, noise, terms, constant, wide, references: 0 };
    this.#combinations.add(hash, block);
    return this.#adopt(block);
  }

  #adopt<T extends Block>(block: T): T {
    if (block.kind !== "input") this.#size++;
    this.#unswept.push(block);
    if (block.kind === "linear")
      for (const { source } of block.terms) (source as Mutable<Block>).references++;
    else if (isPending(block)) (block.input as Mutable<Block>).references++;
    return block;
  }

  /** Forgets a node without references; what it needed is added to `released`. */
  #drop(block: Block, released: Block[]): void {
    (block as Mutable<Block>).references = -1;
    if (block.kind === "linear") {
      const { terms, constant, min, max } = block;
      this.#combinations.delete(hashOfNode(terms, constant, min, max), block);
      this.#size--;
    } else if (block.kind === "lookup" && !block.family.added) {
      this.#families.remove(block as KnownLookup);
      this.#size--;
    }
    released.push(...needsOf(block));
    this.onDrop?.(block);
  }

  #checkRange(min: number, max: number): void {
    if (Number.isInteger(min) && Number.isInteger(max) && min >= 0 && max < this.capacity && min <= max)
      return;
    throw new GraphError(
      `a block with values from ${min} to ${max} does not fit the ${this.capacity} values of a block`,
    );
  }

  #checkNoise(noise: number): void {
    if (noise >= 0 && noise <= this.maxNoise) return;
    if (noise === Infinity)
      throw new GraphError("a ciphertext that is not under the big key can only be looked up");
    throw new GraphError(
      `a noise variance of ${noise} fresh bootstraps exceeds the ${this.maxNoise} that a lookup tolerates`,
    );
  }
}

/** Whether a block has neither sign nor factor nor constant that a table could absorb. */
function isCanonical(block: Block, terms: readonly Term[]): boolean {
  if (block.kind !== "linear") return true;
  if (terms.length === 1) return terms[0].coefficient === 1 && block.constant === 0;
  return (
    block.min === 0 &&
    terms[0].coefficient > 0 &&
    terms.some(({ coefficient }) => Math.abs(coefficient) === 1)
  );
}

function hashOfNode(terms: readonly Term[], constant: number, min: number, max: number): number {
  return mix(mix(mix(hashOf(terms), constant), min), max);
}

function isSame(
  block: LinearBlock,
  terms: readonly Term[],
  constant: number,
  min: number,
  max: number,
): boolean {
  return (
    block.constant === constant && block.min === min && block.max === max && sameTerms(block.terms, terms)
  );
}
