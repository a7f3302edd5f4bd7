import type { Heap } from "../../kernel/heap.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import { openKernel } from "../../kernel/open.ts";
import type { KeyRandom } from "../key-random.ts";
import { MaskStream } from "../lwe/mask-stream.ts";
import type { SeededBodies, SeededGlweKey, WideBodies } from "./seeded-key.ts";

/*
 * Keys that are GLWE ciphertexts of the bits of another key, in seeded form: bootstrap keys, and those that pack. For
 * each bit they have the levels of a gadget, the last one, of least weight, first; in each level a packing key has one
 * ciphertext, of the bit in the constant coefficient, and a bootstrap key k + 1, the rows of a GGSW ciphertext.
 */

/** A GLWE key, prepared for products in its ring. */
export interface Ring {
  readonly heap: Heap;
  readonly kernel: Kernel;
  /** Address of the prepared key. */
  readonly key: number;
  readonly scratch: number;
  /** What is drawn for ciphertexts under the key. */
  readonly random: KeyRandom;
}

/** The bits that are encrypted, and how. */
export interface EncryptedBits {
  readonly bits: Uint8Array;
  readonly level: number;
  readonly baseLog: number;
  /** b of the TUniform(b) noise. */
  readonly noise: number;
  /** Whether for bootstraps, or for packing. */
  readonly rows: "ggsw" | "one";
}

/** Takes the fraction of a part that is done, between small pieces of work. */
export type Report = (fraction: number) => Promise<void>;

/** Lends the ring of a GLWE key in a memory that is wiped afterwards. */
export async function withRing<T>(
  shape: { readonly glweDimension: number; readonly polynomialSize: number },
  secret: Uint8Array,
  random: KeyRandom,
  use: (ring: Ring) => Promise<T>,
): Promise<T> {
  const { glweDimension, polynomialSize } = shape;
  const one = { lweDimension: 1, pbsBaseLog: 1, pbsLevel: 1, ksBaseLog: 1, ksLevel: 1 };
  const parameters = { ...one, glweDimension, polynomialSize };
  const { heap, kernel } = await openKernel(parameters, { deterministic: false, shared: false });
  try {
    return await use(openRing(heap, kernel, secret, random));
  } finally {
    await heap.release(); // which wipes it
  }
}

/** Prepares a GLWE key in the memory of a kernel, for good. */
export function openRing(heap: Heap, kernel: Kernel, secret: Uint8Array, random: KeyRandom): Ring {
  const key = heap.allocate(kernel.layout.preparedBinaryKey);
  kernel.prepareBinaryKey(place(heap, secret), key);
  return { heap, kernel, key, scratch: heap.allocate(kernel.layout.scratch(1)), random };
}

/** Copies bytes into the memory of a kernel, for good. */
export function place(heap: Heap, bytes: Uint8Array): number {
  const address = heap.allocate(bytes.length);
  new Uint8Array(heap.memory.buffer, address, bytes.length).set(bytes);
  return address;
}

/** Number of GLWE ciphertexts of all bits together. */
const rowCount = ({ bits, level, rows }: EncryptedBits, k: number): number =>
  bits.length * level * (rows === "ggsw" ? k + 1 : 1);

/** Encrypts bits on the torus of 64 bits. */
export async function encryptBits(ring: Ring, input: EncryptedBits, report: Report): Promise<SeededBodies> {
  const { heap, kernel, key, scratch, random } = ring;
  const { glweDimension: k, polynomialSize: N } = kernel.parameters;
  const count = rowCount(input, k);
  const seed = random.masks(count * k * N * 8);
  const bodies = new BigUint64Array(count * N);
  const masks = new MaskStream(kernel, heap, seed, k * N);
  const bodyAddress = heap.allocate(kernel.layout.torusPolynomial);
  const body = new BigUint64Array(heap.memory.buffer, bodyAddress, N);
  let at = 0;
  for (const [i, bit] of input.bits.entries()) {
    for (let level = input.level; level >= 1; level--) {
      const message = BigInt(bit) << BigInt(64 - input.baseLog * level);
      for (let row = input.rows === "ggsw" ? 0 : k; row <= k; row++, at += N) {
        random.noise(input.noise, body);
        const maskAddress = masks.next(k * N);
        // Row p encrypts −m·g·S_p: the product with m·g taken off mask polynomial p gives just that.
        if (row < k) new BigUint64Array(heap.memory.buffer, maskAddress + row * N * 8, 1)[0] -= message;
        else body[0] += message;
        kernel.binaryProduct(maskAddress, key, bodyAddress, scratch);
        bodies.set(body, at);
      }
    }
    await report((i + 1) / input.bits.length);
  }
  masks.free();
  return { seed, bodies };
}

/** Elements of 128 bits are taken apart into limbs of 43 bits, whose products have room in 64 bits. */
const LIMBS = 3;
const LOW_11 = 0x7ff;

/** Encrypts bits on the torus of 128 bits, with three exact products of 64 bits for each of 128. */
export async function encryptWideBits(ring: Ring, input: EncryptedBits, report: Report): Promise<WideBodies> {
  const { heap, kernel, key, scratch, random } = ring;
  const { glweDimension: k, polynomialSize: N } = kernel.parameters;
  const count = rowCount(input, k);
  const seed = random.masks(count * k * N * 16);
  const bodies = new Uint32Array(count * N * 4);
  const masks = new MaskStream(kernel, heap, seed, 2 * k * N);
  const limbs = heap.allocate(LIMBS * k * N * 8);
  const products = heap.allocate(LIMBS * N * 8);
  const noise = new BigUint64Array(N);
  const noiseWords = new Int32Array(noise.buffer);
  let at = 0;
  for (const [i, bit] of input.bits.entries()) {
    for (let level = input.level; level >= 1; level--) {
      const message = BigInt(bit) << BigInt(128 - input.baseLog * level);
      for (let row = input.rows === "ggsw" ? 0 : k; row <= k; row++, at += 4 * N) {
        const mask = new Uint32Array(heap.memory.buffer, masks.next(2 * k * N), 4 * k * N);
        if (row < k) addTo(mask.subarray(4 * row * N), -message);
        const { buffer } = heap.memory;
        splitIntoLimbs(mask, new Uint32Array(buffer, limbs, LIMBS * k * N * 2));
        new Uint32Array(buffer, products, LIMBS * N * 2).fill(0);
        for (let limb = 0; limb < LIMBS; limb++) {
          kernel.binaryProduct(limbs + limb * k * N * 8, key, products + limb * N * 8, scratch);
        }
        random.noise(input.noise, noise);
        const body = bodies.subarray(at, at + 4 * N);
        joinLimbs(new Int32Array(buffer, products, LIMBS * N * 2), noiseWords, body);
        if (row === k) addTo(body, message);
      }
    }
    await report((i + 1) / input.bits.length);
  }
  noise.fill(0n);
  masks.free();
  return { seed, bodies: new Uint8Array(bodies.buffer) };
}

/** Adds an integer to the first element of 128 bits of an array. */
function addTo(words: Uint32Array, value: bigint): void {
  const view = new BigUint64Array(words.buffer, words.byteOffset, 2);
  const sum = BigInt.asUintN(128, view[0] + (view[1] << 64n) + value);
  view[0] = BigInt.asUintN(64, sum);
  view[1] = sum >> 64n;
}

/** Takes elements of 128 bits apart: first the low limbs of all of them, then those in the middle, then the high ones. */
function splitIntoLimbs(words: Uint32Array, limbs: Uint32Array): void {
  const count = words.length >> 2;
  for (let i = 0; i < count; i++) {
    const [low, middle, high] = [2 * i, 2 * (count + i), 2 * (2 * count + i)];
    const [w1, w2, w3] = [words[4 * i + 1], words[4 * i + 2], words[4 * i + 3]];
    limbs[low] = words[4 * i];
    limbs[low + 1] = w1 & LOW_11;
    limbs[middle] = (w1 >>> 11) | ((w2 & LOW_11) << 21);
    limbs[middle + 1] = (w2 >>> 11) & LOW_11;
    limbs[high] = (w2 >>> 22) | (w3 << 10);
    limbs[high + 1] = w3 >>> 22;
  }
}

/** Puts products of limbs, signed integers of 64 bits, together again, modulo 2^128, and adds integers of 64 bits. */
function joinLimbs(limbs: Int32Array, addends: Int32Array, out: Uint32Array): void {
  const count = out.length >> 2;
  const WORD = 2 ** 32;
  for (let i = 0; i < count; i++) {
    const [low, middle, high] = [2 * i, 2 * (count + i), 2 * (2 * count + i)];
    const [l0, l1] = [limbs[low] >>> 0, limbs[low + 1]];
    const [m0, m1] = [limbs[middle] >>> 0, limbs[middle + 1]];
    const [h0, h1] = [limbs[high] >>> 0, limbs[high + 1]];
    const [a0, a1] = [addends[2 * i] >>> 0, addends[2 * i + 1]];
    // 43 bits are one word and 11, twice as many two words and 22. A negative integer of two words lacks 1 in the third.
    const w0 = l0 + a0;
    const w1 = (l1 >>> 0) + (a1 >>> 0) + ((m0 << 11) >>> 0) + Math.floor(w0 / WORD);
    const sign = (l1 >> 31) + (a1 >> 31);
    const w2 = sign + (m0 >>> 21) + ((m1 << 11) >>> 0) + ((h0 << 22) >>> 0) + Math.floor(w1 / WORD);
    const w3 = (m1 >> 21) + (h0 >>> 10) + (h1 << 22) + Math.floor(w2 / WORD);
    out[4 * i] = w0 >>> 0;
    out[4 * i + 1] = w1 >>> 0;
    out[4 * i + 2] = w2 >>> 0;
    out[4 * i + 3] = w3 >>> 0;
  }
}

/** A seeded key with its shape. */
export function shaped<Bodies extends SeededBodies | WideBodies>(
  { bodies, seed }: Bodies,
  { glweDimension, polynomialSize }: { readonly glweDimension: number; readonly polynomialSize: number },
  { baseLog, level }: { readonly baseLog: number; readonly level: number },
): SeededGlweKey<Bodies["bodies"]> {
  return { bodies, seed, glweSize: glweDimension + 1, polynomialSize, baseLog, level };
}
