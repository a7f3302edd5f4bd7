import type { CompactEncryption } from "../../parameters/compact-encryption.ts";
import type { MaskSeed } from "../../random/mask-seed.ts";
import { platformRandom, type RandomSource } from "../../random/platform.ts";
import { byteAligned, sampleBinary, sampleTuniform } from "../../random/samplers.ts";
import { freshRandom, type KeyRandom } from "../key-random.ts";
import { MaskStream } from "../lwe/mask-stream.ts";
import type { Workbench } from "../workbench.ts";

/*
 * Compact public keys (Joye, "TFHE Public-Key Encryption Revisited", ePrint 2023/603): one RLWE encryption of zero, as
 * small as a key that hides as much can be. With φ(s) the secret key in reverse order as a polynomial of
 * Z[X]/(X^n + 1), the key is a and b = a·φ(s) + e. Encryption draws a binary r and gives a·φ(r) + e', which is the mask
 * of up to n ciphertexts: that of ciphertext j is X^j times as much. Its body is coefficient n − 1 − j of b·φ(r), plus
 * noise and message. All of one mask is a bin.
 */

const ELEMENT_BYTES = 8;

/** A compact public key in its seeded form: TFHE-rs's `CompressedCompactPublicKey`. */
export interface SeededCompactKey {
  readonly encryption: CompactEncryption;
  /** What the mask is expanded from. */
  readonly seed: MaskSeed;
  /** n coefficients. */
  readonly body: BigUint64Array<ArrayBuffer>;
}

/** A compact public key: TFHE-rs's `CompactPublicKey`. */
export interface CompactKey {
  readonly encryption: CompactEncryption;
  /** The n coefficients of the mask, then those of the body. */
  readonly data: BigUint64Array<ArrayBuffer>;
}

/** LWE ciphertexts that share masks. (TFHE-rs: `LweCompactCiphertextList`.) */
export interface CompactCiphertexts {
  /** n, the dimension of the key. */
  readonly lweDimension: number;
  /** Number of ciphertexts. */
  readonly count: number;
  /** The masks of the bins, n elements each; then the bodies. */
  readonly data: BigUint64Array<ArrayBuffer>;
}

/** Number of masks of a list of ciphertexts: one for every n of them. */
export function binCount(lweDimension: number, count: number): number {
  return Math.ceil(count / lweDimension);
}

/** Puts the bits of a key into the order of φ, prepared for products. */
function prepareReversed(bench: Workbench, bits: Uint8Array, area: number, prepared: number): void {
  bench.bytes(area, bits.length).set(bits);
  bench.bytes(area, bits.length).reverse();
  bench.kernel.prepareBinaryKey(area, prepared);
}

/**
 * Makes a compact public key.
 *
 * @param bench the workbench of polynomial size n.
 * @param secret n bytes of 0 or 1.
 */
export function generateCompactKey(
  bench: Workbench,
  encryption: CompactEncryption,
  secret: Uint8Array,
  random: KeyRandom = freshRandom,
): SeededCompactKey {
  const { lweDimension: n, noise } = encryption;
  const { layout } = bench.kernel;
  const seed = random.masks(ELEMENT_BYTES * n);
  const masks = new MaskStream(bench.kernel, bench.heap, seed, n);
  try {
    const sizes = [n, layout.preparedBinaryKey, layout.torusPolynomial, layout.scratch(1)];
    const body = bench.lend(sizes, (bits, prepared, polynomial, scratch) => {
      prepareReversed(bench, secret, bits, prepared);
      random.noise(noise, bench.elements(polynomial, n));
      bench.kernel.binaryProduct(masks.next(n), prepared, polynomial, scratch);
      return bench.elements(polynomial, n).slice();
    });
    return { encryption, seed, body };
  } finally {
    masks.free();
  }
}

/** Expands the mask of a seeded key. */
export function expandCompactKey(bench: Workbench, { encryption, seed, body }: SeededCompactKey): CompactKey {
  const n = encryption.lweDimension;
  const data = new BigUint64Array(2 * n);
  const masks = new MaskStream(bench.kernel, bench.heap, seed, n);
  data.set(bench.elements(masks.next(n), n));
  data.set(body, n);
  masks.free();
  return { encryption, data };
}

/**
 * Encrypts small integers, each below the product of the moduli, under a compact public key.
 *
 * @param bench the workbench of polynomial size n.
 * @param random where all bits come from, in the order and the number in which TFHE-rs draws them.
 */
export function encryptCompact(
  bench: Workbench,
  { encryption, data: key }: CompactKey,
  messages: readonly number[],
  random: RandomSource = platformRandom,
): CompactCiphertexts {
  const { lweDimension: n, noise, messageModulus, carryModulus } = encryption;
  const { kernel } = bench;
  const bins = binCount(n, messages.length);
  const data = new BigUint64Array(bins * n + messages.length);
  const bits = new Uint8Array(bins * n);
  sampleBinary(bits, random);
  // Noise of the masks, then of the bodies, to which the rest is added.
  sampleTuniform(noise, data.subarray(0, bins * n), byteAligned(noise, random));
  sampleTuniform(noise, data.subarray(bins * n), byteAligned(noise, random));
  // Δ is a multiple of 2^32, so that messages count in upper words only.
  const delta = 2 ** 31 / (messageModulus * carryModulus);
  const words = new Uint32Array(data.buffer, bins * n * ELEMENT_BYTES);
  messages.forEach((message, i) => {
    words[2 * i + 1] += message * delta;
  });

  const { preparedBinaryKey, torusPolynomial, scratch } = kernel.layout;
  const sizes = [n, preparedBinaryKey, torusPolynomial, torusPolynomial, scratch(1)];
  bench.lend(sizes, (reversed, prepared, factor, product, scratch) => {
    /** Adds half of the key times φ(r) to what stands in `target`, the last coefficients of a polynomial. */
    const addProduct = (half: BigUint64Array, target: BigUint64Array): void => {
      const first = n - target.length;
      const polynomial = bench.elements(product, n);
      bench.elements(factor, n).set(half);
      polynomial.set(target, first);
      kernel.binaryProduct(factor, prepared, product, scratch);
      target.set(polynomial.subarray(first));
    };
    for (let bin = 0; bin < bins; bin++) {
      prepareReversed(bench, bits.subarray(bin * n, (bin + 1) * n), reversed, prepared);
      addProduct(key.subarray(0, n), data.subarray(bin * n, (bin + 1) * n));
      const bodies = data.subarray((bins + bin) * n, (bins + bin + 1) * n).reverse();
      addProduct(key.subarray(n), bodies);
      bodies.reverse();
    }
  });
  bits.fill(0);
  return { lweDimension: n, count: messages.length, data };
}

/**
 * Takes a list apart: for each ciphertext its mask, then its body. One after the other, as they take some thousand times
 * the space of the list.
 *
 * @param buffer what each ciphertext is written to, if they need not last; n + 1 elements.
 */
export function* expandCompactCiphertexts(
  { lweDimension: n, count, data }: CompactCiphertexts,
  buffer?: BigUint64Array<ArrayBuffer>,
): Generator<BigUint64Array<ArrayBuffer>> {
  const bins = binCount(n, count);
  /** The negated mask of the current bin, and the mask: n elements from n − j on are the mask times X^j. */
  const turned = new BigUint64Array(2 * n);
  for (let i = 0; i < count; i++) {
    const j = i % n;
    if (j === 0) {
      const mask = data.subarray(i, i + n);
      for (let t = 0; t < n; t++) turned[t] = -mask[t]; // stores modulo 2^64
      turned.set(mask, n);
    }
    const lwe = buffer ?? new BigUint64Array(n + 1);
    lwe.set(turned.subarray(n - j, 2 * n - j));
    lwe[n] = data[bins * n + i];
    yield lwe;
  }
}
