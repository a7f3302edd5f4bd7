import { GraphError } from "../errors.ts";
import { type Block, constantOf, termsOf } from "../graph/block.ts";
import type { Heap } from "../kernel/heap.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { needingMemory } from "../memory.ts";
import type { ParameterSet } from "../parameters/parameter-set.ts";
import { checkProgressOptions, Pace, type ProgressOptions } from "../progress.ts";
import { encode } from "../scheme/lwe/encoding.ts";
import { GLWES_AT_ONCE, type Packable, packCiphertexts, roundElements } from "../scheme/packing.ts";
import type { LoadedPackingKey } from "../scheme/server-key/list-keys.ts";
import type { CiphertextStore } from "./store.ts";

/** A GLWE ciphertext of some blocks. */
export interface PackedCiphertext {
  /** The mask's elements, then a body for each block, each of as many bits as the packing key stores. */
  readonly elements: Uint32Array;
  /** Number of blocks. */
  readonly count: number;
}

/** Packs blocks whose sources have been computed, on the calling thread: far less work than computing them. */
export class Packer {
  readonly key: LoadedPackingKey;
  readonly #parameters: ParameterSet;
  readonly #heap: Heap;
  readonly #kernel: Kernel;
  readonly #store: CiphertextStore;

  /** @param kernel of the GLWE key that is packed under. */
  constructor(
    parameters: ParameterSet,
    heap: Heap,
    kernel: Kernel,
    key: LoadedPackingKey,
    store: CiphertextStore,
  ) {
    this.key = key;
    this.#parameters = parameters;
    this.#heap = heap;
    this.#kernel = kernel;
    this.#store = store;
  }

  /**
   * Packs digits, in turns of the event loop, in which they have to be kept.
   *
   * @param check called in each turn: throws if the memory is there no longer.
   * @throws GraphError for blocks that are no digits or have more than nominal noise, OutOfMemoryError, the signal's reason.
   */
  async pack(
    blocks: readonly Block[],
    options: ProgressOptions,
    check: () => void,
  ): Promise<PackedCiphertext[]> {
    const { signal } = checkProgressOptions(options);
    const { ciphertextsPerGlwe } = this.key;
    const groups: (readonly Block[])[] = [];
    for (let first = 0; first < blocks.length; first += ciphertextsPerGlwe) {
      groups.push(blocks.slice(first, first + ciphertextsPerGlwe));
    }
    const pace = new Pace({ signal });
    const packed: PackedCiphertext[] = [];
    for (let first = 0; first < groups.length; first += GLWES_AT_ONCE) {
      const some = groups.slice(first, first + GLWES_AT_ONCE);
      packed.push(...(await this.#packGroups(some, pace, check)));
    }
    return packed;
  }

  async #packGroups(
    groups: readonly (readonly Block[])[],
    pace: Pace,
    check: () => void,
  ): Promise<PackedCiphertext[]> {
    const { glweDimension, polynomialSize, storedBits } = this.key;
    const size = (glweDimension + 1) * polynomialSize;
    const bytes = groups.length * 8 * size;
    const heap = this.#heap;
    const packable = groups.map((group) => group.map((block) => this.#packable(block)));
    const out = needingMemory(() => heap.allocate(bytes));
    const pieces = packCiphertexts(this.#kernel, heap, this.key, packable, out);
    try {
      while (!needingMemory(() => pieces.next()).done) {
        await pace.done(0);
        check();
      }
      return groups.map(({ length: count }, i) => {
        const elements = new BigUint64Array(heap.memory.buffer, out + i * 8 * size, size);
        return { elements: roundElements(elements, size - polynomialSize + count, storedBits), count };
      });
    } finally {
      pieces.return();
      heap.free(out, bytes);
    }
  }

  /** A block times the message modulus, so that the padding of carries is not in the way of rounding. */
  #packable(block: Block): Packable {
    const { messageModulus } = this.#parameters;
    const terms = termsOf(block);
    const fault = this.#store.faultOf(terms);
    if (fault !== undefined) throw fault;
    if (block.max >= messageModulus || this.#store.variance(terms) > 1) {
      throw new GraphError(
        "a block that is packed holds a carry, or has more noise than a fresh bootstrap's",
      );
    }
    return {
      terms: terms.map(({ source, coefficient }) => ({
        address: this.#store.address(source),
        coefficient: coefficient * messageModulus,
      })),
      constant: encode(constantOf(block), this.#parameters) * BigInt(messageModulus),
    };
  }
}
