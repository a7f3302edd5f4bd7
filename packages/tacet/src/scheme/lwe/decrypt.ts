import type { Workbench } from "../workbench.ts";

/** Ciphertexts that are decrypted at once. */
const TOGETHER = 8;
const ELEMENT_BYTES = 8;

/**
 * The upper 32 bits of the phases of some ciphertexts under one key of n elements, less at most n.
 *
 * @param bench any workbench; without one it takes twice as long.
 * @param key n bytes of 0 or 1.
 */
export function decryptWords(
  bench: Workbench | undefined,
  ciphertexts: readonly BigUint64Array[],
  key: Uint8Array,
): Uint32Array {
  return bench === undefined
    ? Uint32Array.from(ciphertexts, (ciphertext) => phaseWord(ciphertext, key))
    : deskOf(bench, key.length).decrypt(ciphertexts, key);
}

/**
 * The phase by its upper words alone. The carries that the lower ones would give are at most n in units of 2^32: far
 * less than the noise of any parameter set that computes.
 */
function phaseWord(ciphertext: BigUint64Array, key: Uint8Array): number {
  // Signed words fit the integers of a JavaScript engine; unsigned ones would be doubles.
  const words = new Int32Array(ciphertext.buffer, ciphertext.byteOffset, 2 * ciphertext.length);
  let product = 0;
  // Neither branches nor addresses depend on the key.
  for (let i = 0; i < key.length; i++) product = (product + Math.imul(words[2 * i + 1], key[i])) | 0;
  return words[2 * key.length + 1] - product;
}

const desks = new WeakMap<Workbench, Map<number, Desk>>();

/** The place in a workbench where ciphertexts of n + 1 elements are decrypted. */
function deskOf(bench: Workbench, n: number): Desk {
  const all = desks.get(bench) ?? new Map<number, Desk>();
  const desk = all.get(n) ?? new Desk(bench, n);
  desks.set(bench, all.set(n, desk));
  return desk;
}

/** Memory of a workbench for ciphertexts of one dimension, kept because small values take less time than to lend it. */
class Desk {
  readonly #bench: Workbench;
  /** Number of elements of a ciphertext. */
  readonly #size: number;
  readonly #ciphertexts: number;
  readonly #key: number;
  readonly #scratch: number;
  readonly #products: number;
  #views: Views;

  constructor(bench: Workbench, n: number) {
    const { heap } = bench;
    this.#bench = bench;
    this.#size = n + 1;
    this.#ciphertexts = heap.allocate(TOGETHER * this.#size * ELEMENT_BYTES);
    this.#key = heap.allocate(this.#size);
    this.#scratch = heap.allocate(this.#size * ELEMENT_BYTES);
    this.#products = heap.allocate(TOGETHER * ELEMENT_BYTES);
    this.#views = this.#look();
    this.#views.key.fill(0);
  }

  decrypt(ciphertexts: readonly BigUint64Array[], secret: Uint8Array): Uint32Array {
    const { kernel } = this.#bench;
    const size = this.#size;
    if (this.#views.key.buffer !== kernel.memory.buffer) this.#views = this.#look(); // the memory has grown
    const { elements, words, key, scratch, products } = this.#views;
    const phases = new Uint32Array(ciphertexts.length);
    try {
      key.set(secret);
      for (let first = 0; first < ciphertexts.length; first += TOGETHER) {
        const count = Math.min(TOGETHER, ciphertexts.length - first);
        for (let i = 0; i < count; i++) elements.set(ciphertexts[first + i], i * size);
        kernel.lweDot(this.#ciphertexts, count, size, this.#key, this.#products, this.#scratch);
        for (let i = 0; i < count; i++) {
          phases[first + i] = words[2 * (i + 1) * size - 1] - products[2 * i + 1]; // stores modulo 2^32
        }
      }
    } finally {
      key.fill(0);
      scratch.fill(0);
      products.fill(0);
    }
    return phases;
  }

  #look(): Views {
    const { buffer } = this.#bench.kernel.memory;
    return {
      elements: new BigUint64Array(buffer, this.#ciphertexts, TOGETHER * this.#size),
      words: new Uint32Array(buffer, this.#ciphertexts, 2 * TOGETHER * this.#size),
      key: new Uint8Array(buffer, this.#key, this.#size),
      scratch: new Uint8Array(buffer, this.#scratch, this.#size * ELEMENT_BYTES),
      products: new Uint32Array(buffer, this.#products, 2 * TOGETHER),
    };
  }
}

/** A desk's memory. */
interface Views {
  /** Ciphertexts, one after the other, and the same as words. */
  readonly elements: BigUint64Array;
  readonly words: Uint32Array;
  /** The key with a 0 for the body, which so stays out of the products. */
  readonly key: Uint8Array;
  readonly scratch: Uint8Array;
  readonly products: Uint32Array;
}
