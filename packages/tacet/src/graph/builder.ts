import { GraphError } from "../errors.ts";
import { blockCapacity, type ParameterSet } from "../parameters/parameter-set.ts";
import {
  type Block,
  type BlockForm,
  constantOf,
  type InputBlock,
  isPending,
  type LinearBlock,
  type LookupBlock,
  needsOf,
  type Source,
  type Term,
  termsOf,
} from "./block.ts";
import { commonFactor } from "./common-factor.ts";

/** One summand of a linear combination. */
export type Summand = readonly [coefficient: number, block: Block];

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
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

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

  #nextId = 0;
  readonly #known = new Map<string, LinearBlock | LookupBlock>();
  #unswept: Block[] = [];

  constructor(parameters: ParameterSet) {
    this.parameters = parameters;
    this.capacity = blockCapacity(parameters);
    this.maxNoise = parameters.maxNoiseLevel ** 2;
  }

  /** Number of linear and lookup nodes alive. */
  get size(): number {
    return this.#known.size;
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
    return this.#adopt({
      kind: "input",
      id: this.#nextId++,
      min: 0,
      max,
      noise: form === "big" ? noise : Infinity,
      form,
      references: 0,
      key: "",
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
    let min = constant;
    let max = constant;
    let total = constant;
    for (const [coefficient, block] of summands) {
      min += coefficient * (coefficient > 0 ? block.min : block.max);
      max += coefficient * (coefficient > 0 ? block.max : block.min);
      total += coefficient * constantOf(block);
    }
    const terms = mergeTerms(summands);

    // Blocks may know more of their range than their sources do, and merged sources more than blocks.
    const flat = rangeOf(terms, total);
    min = Math.max(min, flat.min, bounds.min ?? -Infinity);
    max = Math.min(max, flat.max, bounds.max ?? Infinity);
    return this.#linear(terms, total, min, max);
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
   * @throws GraphError if a reachable entry is not an integer in `[0, capacity)`.
   */
  lookup(block: Block, table: TableLike, tolerance = 1): Block {
    const at = typeof table === "function" ? table : (value: number): number => table[value] ?? Number.NaN;
    const { input, scale, offset } = this.#canonical(block);
    const entries = new Array<number>(this.capacity).fill(0);
    let min = Infinity;
    let max = -Infinity;
    for (let value = input.min; value <= input.max; value++) {
      const entry = at(scale * value + offset);
      this.#checkRange(entry, entry);
      entries[value] = entry;
      min = Math.min(min, entry);
      max = Math.max(max, entry);
    }
    if (min === max) return this.constant(min);

    const slope = entries[input.min + 1] - entries[input.min];
    if (Math.abs(slope) === 1 && input.noise <= tolerance) {
      const intercept = entries[input.min] - slope * input.min;
      let value = input.min;
      while (value <= input.max && entries[value] === slope * value + intercept) value++;
      if (value > input.max) return this.linear([[slope, input]], intercept, { min, max });
    }

    const key = `T${input.id}:${entries.join()}`;
    const known = this.#known.get(key);
    if (known) return known;
    return this.#adopt({
      kind: "lookup",
      id: this.#nextId++,
      min,
      max,
      noise: 1,
      input,
      table: entries,
      references: 0,
      key,
    });
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

  /** Drops the nodes created since the last sweep that neither a node nor a handle needs. */
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
    const { input } = lookup;
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
    const scale = commonFactor(terms.map((term) => term.coefficient)) * Math.sign(terms[0].coefficient);
    const ends = [block.min, block.max].map((value) => (value - constantOf(block)) / scale);
    const min = Math.ceil(Math.min(...ends));
    const max = Math.floor(Math.max(...ends));
    const shift = terms.length === 1 ? 0 : -min;
    const scaled = terms.map(({ source, coefficient }) => ({ source, coefficient: coefficient / scale }));
    const input = this.#linear(scaled, shift, min + shift, max + shift);
    return { input, scale, offset: constantOf(block) - scale * shift };
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
    const noise = variance(terms);
    this.#checkNoise(noise);

    const key = `L${terms.map((term) => `${term.source.id}*${term.coefficient}`).join()}+${constant}:${min}:${max}`;
    const known = this.#known.get(key);
    if (known) return known;
    return this.#adopt({
      kind: "linear",
      id: this.#nextId++,
      min,
      max,
      noise,
      terms,
      constant,
      references: 0,
      key,
    });
  }

  #adopt<T extends Block>(block: T): T {
    if (block.kind !== "input") this.#known.set(block.key, block);
    this.#unswept.push(block);
    this.retain(needsOf(block));
    return block;
  }

  /** Forgets a node without references; what it needed is added to `released`. */
  #drop(block: Block, released: Block[]): void {
    (block as Mutable<Block>).references = -1;
    this.#known.delete(block.key);
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

/** The normal form of a combination: each source once, in order of creation, none with coefficient 0. */
export function mergeTerms(summands: readonly Summand[]): Term[] {
  const coefficients = new Map<Source, number>();
  for (const [factor, block] of summands) {
    if (!Number.isSafeInteger(factor)) throw new GraphError(`the coefficient ${factor} is not an integer`);
    for (const { source, coefficient } of termsOf(block)) {
      coefficients.set(source, (coefficients.get(source) ?? 0) + factor * coefficient);
    }
  }
  const terms: Term[] = [];
  for (const [source, coefficient] of coefficients) {
    if (coefficient !== 0) terms.push({ source, coefficient });
  }
  return terms.sort((a, b) => a.source.id - b.source.id);
}

/** The variance of a combination of independent sources. */
export function variance(terms: readonly Term[]): number {
  return terms.reduce((sum, { source, coefficient }) => sum + coefficient ** 2 * source.noise, 0);
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
