import { type Block, constantOf, termsOf } from "../graph/block.ts";
import type { Heap } from "../kernel/heap.ts";
import type { Kernel } from "../kernel/kernel.ts";
import type { ParameterSet } from "../parameters/parameter-set.ts";
import { encode } from "../scheme/lwe/encoding.ts";
import type { BlockCiphertext, SwitchedCiphertext } from "./ciphertext.ts";
import { Claim } from "./claim.ts";
import type { CiphertextStore } from "./store.ts";

const TERM_BYTES = 8;

/** Gives out the ciphertexts of blocks whose sources have been computed. */
export class Output {
  readonly #parameters: ParameterSet;
  readonly #heap: Heap;
  readonly #kernel: Kernel;
  readonly #store: CiphertextStore;
  readonly #keySwitchKey: number;

  /** @param keySwitchKey address of the key switch from the big key to the small one. */
  constructor(
    parameters: ParameterSet,
    heap: Heap,
    kernel: Kernel,
    store: CiphertextStore,
    keySwitchKey: number,
  ) {
    this.#parameters = parameters;
    this.#heap = heap;
    this.#kernel = kernel;
    this.#store = store;
    this.#keySwitchKey = keySwitchKey;
  }

  /** The ciphertext of a block. */
  read(block: Block): BlockCiphertext {
    const store = this.#store;
    const claim = new Claim();
    try {
      const out = claim.take(store.reserve(), (slot) => store.discard(slot));
      this.#combine(block, out);
      const lwe = new BigUint64Array(store.viewSlot(out)); // a copy that shares no memory
      return { lwe, degree: block.max, noiseLevel: Math.ceil(Math.sqrt(this.#noiseOf(block))) };
    } finally {
      claim.giveBack();
    }
  }

  /** The ciphertexts of blocks, with their key and modulus switched. */
  switch(blocks: readonly Block[]): SwitchedCiphertext[] {
    const heap = this.#heap;
    const kernel = this.#kernel;
    const { bigLwe, smallLwe, scratch } = kernel.layout;
    const claim = new Claim();
    const allocate = (bytes: number): number =>
      claim.take(heap.allocate(bytes), (at) => heap.free(at, bytes));
    try {
      const input = allocate(blocks.length * bigLwe);
      const output = allocate(blocks.length * smallLwe);
      const scratchArea = allocate(scratch(blocks.length));
      for (const [i, block] of blocks.entries()) {
        this.#noiseOf(block);
        this.#combine(block, input + i * bigLwe);
      }
      kernel.keySwitch(blocks.length, input, this.#keySwitchKey, output, scratchArea);
      kernel.modulusSwitch(blocks.length, output);
      const size = this.#parameters.lweDimension + 1;
      return blocks.map(({ max }, i) => {
        const elements = new Uint32Array(heap.memory.buffer, output + i * smallLwe, size);
        return { elements: new Uint32Array(elements), degree: max };
      });
    } finally {
      claim.giveBack();
    }
  }

  /** The variance of a block whose ciphertexts are there. @throws GraphError if it is more than a lookup tolerates. */
  #noiseOf(block: Block): number {
    const fault = this.#store.faultOf(termsOf(block));
    if (fault !== undefined) throw fault;
    return this.#store.variance(termsOf(block));
  }

  /** Writes the ciphertext of a block. */
  #combine(block: Block, out: number): void {
    const heap = this.#heap;
    const kernel = this.#kernel;
    const terms = termsOf(block);
    const termsBytes = terms.length * TERM_BYTES;
    const termsAddress = heap.allocate(termsBytes);
    try {
      const view = new DataView(heap.memory.buffer, termsAddress, termsBytes);
      for (const [i, { source, coefficient }] of terms.entries()) {
        view.setUint32(i * TERM_BYTES, this.#store.address(source), true);
        view.setInt32(i * TERM_BYTES + 4, coefficient, true);
      }
      const constant = encode(constantOf(block), this.#parameters);
      kernel.linearCombination(out, termsAddress, terms.length, constant, kernel.layout.bigLwe / 8);
    } finally {
      heap.free(termsAddress, termsBytes);
    }
  }
}
