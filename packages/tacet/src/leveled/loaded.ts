import type { LeveledCore } from "./core.ts";
import { INSIDE, introduce, Opaque, type Permit } from "./inside.ts";

/* What an engine has taken in. */

interface VectorContent {
  readonly core: LeveledCore;
  readonly length: number;
  readonly modulus: number;
  /** Addresses of accumulators, N values in each. */
  readonly chunks: readonly number[];
}

/** For the rest of the module: what is in a loaded vector. */
export let loadedVectorOf: (vector: LoadedVector) => VectorContent;

/** A `PackedVector` that an engine has taken in, for as long as the engine lives. */
export class LoadedVector extends Opaque {
  readonly #content: VectorContent;

  static {
    introduce(LoadedVector, {
      name: "LoadedVector",
      noun: "an encrypted vector",
      source: "await engine.load(packedVector) gives one",
      instead: "programs compute with it",
      written: "it stays in its engine",
    });
    loadedVectorOf = (vector) => vector.#content;
  }

  /** @internal */
  constructor(permit: Permit, content: VectorContent) {
    super(permit);
    this.#content = content;
  }

  /** Number of values. */
  get length(): number {
    return this.#content.length;
  }

  /** What values are counted modulo. */
  get modulus(): number {
    return this.#content.modulus;
  }
}

interface SelectorsContent {
  readonly core: LeveledCore;
  readonly length: number;
  /** Number of the gadget's kernel. */
  readonly gadget: number;
  /** Address of the first one in the Fourier domain, and the distance to the next. */
  readonly address: number;
  readonly stride: number;
}

/** For the rest of the module: what is in loaded selectors. */
export let loadedSelectorsOf: (selectors: LoadedSelectors) => SelectorsContent;

/** One of the selectors that an engine has taken in. */
export interface Selector {
  readonly of: LoadedSelectors;
  /** Its place in the list. */
  readonly index: number;
}

/** A `SelectorList` that an engine has taken in, for as long as the engine lives. */
export class LoadedSelectors extends Opaque {
  readonly #content: SelectorsContent;

  static {
    introduce(LoadedSelectors, {
      name: "LoadedSelectors",
      noun: "a list of selectors",
      source: "await engine.load(selectorList) gives one",
      instead: "programs compute with them",
      written: "they stay in their engine",
    });
    loadedSelectorsOf = (selectors) => selectors.#content;
  }

  /** @internal */
  constructor(permit: Permit, content: SelectorsContent) {
    super(permit);
    this.#content = content;
  }

  /** Number of selectors. */
  get length(): number {
    return this.#content.length;
  }

  /** One of them. @throws RangeError for an index that there is not. */
  at(index: number): Selector {
    if (!(Number.isInteger(INSIDE.checkNumber("index", index)) && index >= 0 && index < this.length))
      throw new RangeError(`selector ${index} of ${this.length}`);
    return { of: this, index };
  }
}
