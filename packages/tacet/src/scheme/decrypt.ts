import type { Workbench } from "./workbench.ts";

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
  const words = new Uint32Array(ciphertext.buffer, ciphertext.byteOffset, 2 * ciphertext.length);
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
  readonly #n: number;
  readonly #ciphertexts: number;
  /** The key with a 0 for the body, which so stays out of the products. */
  readonly #key: number;
  readonly #scratch: number;
  readonly #products: number;

  constructor(bench: Workbench, n: number) {
    const { heap } = bench;
    this.#bench = bench;
    this.#n = n;
    this.#ciphertexts = heap.allocate(TOGETHER * (n + 1) * ELEMENT_BYTES);
    this.#key = heap.allocate(n + 1);
    this.#scratch = heap.allocate((n + 1) * ELEMENT_BYTES);
    this.#products = heap.allocate(TOGETHER * ELEMENT_BYTES);
  }

  decrypt(ciphertexts: readonly BigUint64Array[], secret: Uint8Array): Uint32Array {
    const { kernel } = this.#bench;
    const size = this.#n + 1;
    const memory = kernel.memory.buffer;
    const elements = new BigUint64Array(memory, this.#ciphertexts, TOGETHER * size);
    const words = new Uint32Array(memory, this.#ciphertexts, 2 * TOGETHER * size);
    const products = new Uint32Array(memory, this.#products, 2 * TOGETHER);
    const key = new Uint8Array(memory, this.#key, size);
    const scratch = new BigUint64Array(memory, this.#scratch, size);
    const phases = new Uint32Array(ciphertexts.length);
    key.set(secret);
    for (let first = 0; first < ciphertexts.length; first += TOGETHER) {
      const count = Math.min(TOGETHER, ciphertexts.length - first);
      for (let i = 0; i < count; i++) elements.set(ciphertexts[first + i], i * size);
      kernel.lweDot(this.#ciphertexts, count, size, this.#key, this.#products, this.#scratch);
      for (let i = 0; i < count; i++) {
        const body = 2 * (i * size + size - 1);
        phases[first + i] = words[body + 1] - products[2 * i + 1]; // stores modulo 2^32
      }
    }
    key.fill(0);
    scratch.fill(0n);
    products.fill(0);
    return phases;
  }
}
