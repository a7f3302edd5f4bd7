import { ParameterError } from "../errors.ts";
import { productsPerRounding } from "../kernel/geometry.ts";
import type { Heap } from "../kernel/heap.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { type KeySwitchShape, keySwitchRows } from "../kernel/layout.ts";
import { polynomialSizes } from "../kernel/variant.ts";

/*
 * The packing key switch (Chen, Dai, Kim, Song, "Efficient Homomorphic Conversion Between (Ring) LWE Ciphertexts", ePrint
 * 2020/015, section 3; TFHE-rs: `keyswitch_lwe_ciphertext_list_and_pack_in_glwe_ciphertext`): LWE ciphertexts c_i under one
 * key become one GLWE ciphertext under another, the phase of c_i in coefficient i. With rows K_r, the encryptions of the
 * key's elements times the gadget, and the digits d_ir of the masks, that is Σ X^i·(0, …, 0, b_i) − Σ X^i·d_ir·K_r. Here
 * the second sum is Σ D_r(X)·K_r, with the polynomials D_r = Σ d_ir·X^i: one product for all ciphertexts, computed through
 * the transform, exactly.
 */

/** A packing key in the memory of a kernel of the GLWE key that it leads to, whose ring is that of the kernel. */
export interface PackingKey extends KeySwitchShape {
  /**
   * Address of a GLWE ciphertext of u64 elements, mask polynomials first, for each element of the input key and each level,
   * the least significant first.
   */
  readonly address: number;
}

/** A ciphertext to be packed: a combination of some under the input key. */
export interface Packable {
  readonly terms: readonly { readonly address: number; readonly coefficient: number }[];
  /** Added, in units of 2^-64. */
  readonly constant: bigint;
}

/** Elements of masks that are taken apart at a time. */
const ELEMENTS_AT_ONCE = 64;
const TERM_BYTES = 8;
/** Bits of the finest gadget that elements are taken apart by. */
const FINEST_GADGET = 62;

/** How many GLWE ciphertexts to make at once, so that the key is read and transformed once for all of them. */
export const GLWES_AT_ONCE = 8;

/** @throws ParameterError for a packing key whose ring has no kernel, or that products with are not exact. */
export function checkPackingShape(
  polynomialSize: number,
  { baseLog, level }: Pick<KeySwitchShape, "baseLog" | "level">,
): void {
  if (!polynomialSizes.includes(polynomialSize)) {
    const least = polynomialSizes[0];
    throw new ParameterError(
      `a packing key of ${polynomialSize} coefficients; expected a power of two from ${least}`,
    );
  }
  if (baseLog * level > FINEST_GADGET) {
    throw new ParameterError(
      `a packing key of ${level} levels of ${baseLog} bits; expected at most ${FINEST_GADGET} together`,
    );
  }
  if (productsPerRounding(polynomialSize, baseLog) > 0) return;
  throw new ParameterError(
    `a packing key of ${polynomialSize} coefficients with a gadget of ${baseLog} bits; no product with it would be exact`,
  );
}

/**
 * Packs groups of at most N ciphertexts into a GLWE ciphertext each, of (k + 1)·N elements, at `out`; the phases of those
 * that are missing are 0. It works in pieces of some milliseconds: between them, at each `yield`, the thread may do other
 * things, and the memory may grow.
 *
 * @param kernel of the GLWE key that they are packed under.
 */
export function* packCiphertexts(
  kernel: Kernel,
  heap: Heap,
  key: PackingKey,
  groups: readonly (readonly Packable[])[],
  out: number,
): Generator<void, void, void> {
  const { glweDimension: k, polynomialSize: N } = kernel.parameters;
  const { inputDimension, baseLog, level } = key;
  const { spectrum, torusPolynomial } = kernel.layout;
  const rowsAtOnce = productsPerRounding(N, baseLog);
  // An odd number of cache lines, so that the digits of a row do not fall in the same cache sets.
  const stride = 4 * ELEMENTS_AT_ONCE * level + 64;
  const reserved: [address: number, bytes: number][] = [];
  const allocate = (bytes: number): number => {
    const address = heap.allocate(bytes);
    reserved.push([address, bytes]);
    return address;
  };
  try {
    const all = groups.flat();
    const termCount = all.reduce((sum, { terms }) => sum + terms.length, 0);
    const terms = allocate(TERM_BYTES * termCount);
    const element = allocate(8 * ELEMENTS_AT_ONCE);
    const digits = allocate(groups.length * N * stride);
    const x = allocate(spectrum);
    const limbs = allocate((k + 1) * spectrum);
    const sumsBytes = groups.length * (k + 1) * spectrum;
    const sums = allocate(sumsBytes);
    const { memory } = heap;
    new Uint8Array(memory.buffer, digits, groups.length * N * stride).fill(0);
    new Uint8Array(memory.buffer, out, groups.length * (k + 1) * torusPolynomial).fill(0);
    /** Gives each ciphertext's elements from number `first` on to `use`, at `element`. */
    const overElements = (
      first: number,
      count: number,
      use: (group: number, index: number) => void,
    ): void => {
      const words = new DataView(memory.buffer, terms, TERM_BYTES * termCount);
      let at = 0;
      for (const [group, members] of groups.entries()) {
        for (const [index, { terms: some, constant }] of members.entries()) {
          const start = terms + at;
          for (const { address, coefficient } of some) {
            words.setUint32(at, address + 8 * first, true);
            words.setInt32(at + 4, coefficient, true);
            at += TERM_BYTES;
          }
          const added = first === inputDimension ? constant : 0n;
          kernel.linearCombination(element, start, some.length, added, count);
          use(group, index);
        }
      }
    };
    overElements(inputDimension, 1, (group, index) => {
      const body = out + (group * (k + 1) + k) * torusPolynomial + 8 * index;
      new BigUint64Array(memory.buffer, body, 1).set(new BigUint64Array(memory.buffer, element, 1));
    });
    for (let first = 0; first < inputDimension; first += ELEMENTS_AT_ONCE) {
      const count = Math.min(ELEMENTS_AT_ONCE, inputDimension - first);
      overElements(first, count, (group, index) => {
        kernel.decomposeRounded(element, count, baseLog, level, digits + (group * N + index) * stride);
      });
      yield;
      for (let row = 0; row < count * level; row += rowsAtOnce) {
        const end = Math.min(row + rowsAtOnce, count * level);
        new Uint8Array(memory.buffer, sums, sumsBytes).fill(0);
        for (let r = row; r < end; r++) {
          const polynomials = key.address + (first * level + r) * (k + 1) * torusPolynomial;
          kernel.prepareLimbs(polynomials, k + 1, limbs);
          for (let group = 0; group < groups.length; group++) {
            kernel.prepareDigits(digits + group * N * stride + 4 * r, stride, x);
            kernel.addProducts(sums + group * (k + 1) * spectrum, x, limbs, k + 1);
          }
        }
        kernel.addRounded(sums, groups.length * (k + 1), out);
        yield;
      }
    }
  } finally {
    for (const [address, bytes] of reserved) heap.free(address, bytes);
  }
}

/** Bytes of a packing key. */
export function packingKeyBytes(kernel: Kernel, shape: KeySwitchShape): number {
  const { glweDimension: k } = kernel.parameters;
  return keySwitchRows(shape) * (k + 1) * kernel.layout.torusPolynomial;
}

/**
 * The first `count` elements of a ciphertext, rounded to `bits` bits, at most 31. (TFHE-rs:
 * `CompressedModulusSwitchedGlweCiphertext`.)
 */
export function roundElements(elements: BigUint64Array, count: number, bits: number): Uint32Array {
  const words = new Uint32Array(elements.buffer, elements.byteOffset, 2 * count);
  const half = 2 ** (31 - bits);
  return Uint32Array.from({ length: count }, (_, i) => ((words[2 * i + 1] + half) >>> 0) >>> (32 - bits));
}

/**
 * The phases of the first `count` ciphertexts in a packed one, modulo 2^`bits`. The time does not depend on the key.
 *
 * @param packed k·N elements of the mask, then bodies.
 * @param key k binary polynomials of N coefficients, one byte each.
 */
export function decryptPacked(
  packed: Uint32Array,
  count: number,
  key: Uint8Array,
  {
    glweDimension: k,
    polynomialSize: N,
  }: { readonly glweDimension: number; readonly polynomialSize: number },
  bits: number,
): Uint32Array {
  const mask = 2 ** bits - 1;
  const phases = packed.slice(k * N, k * N + count);
  for (let index = 0; index < count; index++) {
    let product = 0;
    for (let p = 0; p < k * N; p += N) {
      for (let j = 0; j <= index; j++) product = (product + Math.imul(key[p + j], packed[p + index - j])) | 0;
      for (let j = index + 1; j < N; j++)
        product = (product - Math.imul(key[p + j], packed[p + index - j + N])) | 0;
    }
    phases[index] = (phases[index] - product) & mask;
  }
  return phases;
}

/**
 * Integers modulo 2^`from` rounded to integers modulo 2^`to`, in place. Halves go to even ones: of what has been rounded
 * before there are many, and if all went up, a ciphertext's phase would move by a quarter of their number.
 */
export function switchModulus(elements: Uint32Array, from: number, to: number): void {
  const mask = 2 ** to - 1;
  const scale = 2 ** (to - from);
  for (const [i, element] of elements.entries()) {
    const scaled = element * scale;
    const rounded = Math.floor(scaled + 0.5);
    elements[i] = (rounded - scaled === 0.5 ? 2 * Math.floor(rounded / 2) : rounded) & mask;
  }
}

/**
 * Number `index` of the ciphertexts in a packed one: an LWE ciphertext under the coefficients of the GLWE key, of k·N + 1
 * elements modulo 2^`bits` (sample extraction: Chillotti, Gama, Georgieva, Izabachène, "TFHE: Fast Fully Homomorphic
 * Encryption over the Torus", section 4.2).
 *
 * @param packed k·N elements of the mask, then bodies.
 */
export function extractPacked(
  packed: Uint32Array,
  index: number,
  {
    glweDimension: k,
    polynomialSize: N,
  }: { readonly glweDimension: number; readonly polynomialSize: number },
  bits: number,
): Uint32Array<ArrayBuffer> {
  const modulus = 2 ** bits;
  const out = new Uint32Array(k * N + 1);
  for (let p = 0; p < k * N; p += N) {
    for (let j = 0; j < N; j++) {
      const from = index - j;
      out[p + j] = from >= 0 ? packed[p + from] : (modulus - packed[p + from + N]) % modulus;
    }
  }
  out[k * N] = packed[k * N + index];
  return out;
}
