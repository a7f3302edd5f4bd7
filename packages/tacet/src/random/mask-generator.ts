import { encryptAesBlock, expandAesKey } from "./aes.ts";

/**
 * The stream of uniform torus elements that a public seed stands for: AES-128 under the seed, of the
 * little-endian 128-bit counters 0, 1, 2 …, read as little-endian integers of 64 bits. A seeded key of TFHE-rs
 * takes its masks from one such stream without gaps, in the order of its bodies. (TFHE-rs: `tfhe-csprng`.)
 *
 * This is the reference; the kernel expands whole keys.
 */
export class MaskGenerator {
  readonly #keys: Uint32Array;

  /** @throws RangeError if the seed is not 16 bytes long. */
  constructor(seed: Uint8Array) {
    this.#keys = expandAesKey(seed);
  }

  /** Fills an array with the elements of the stream from number `start` on. */
  fill(out: BigUint64Array, start = 0): void {
    const words = new Uint32Array(out.buffer, out.byteOffset, 2 * out.length);
    const block = new Uint32Array(4);
    for (let i = 0; i < out.length; ) {
      const element = start + i;
      const counter = Math.floor(element / 2);
      block.fill(0);
      block[0] = counter;
      block[1] = counter / 2 ** 32;
      encryptAesBlock(this.#keys, block);
      for (let half = element % 2; half < 2 && i < out.length; half++, i++) {
        words[2 * i] = block[2 * half];
        words[2 * i + 1] = block[2 * half + 1];
      }
    }
  }
}
