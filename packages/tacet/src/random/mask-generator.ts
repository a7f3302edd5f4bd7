import { AES_BLOCK_BYTES, encryptAesBlock, expandAesKey } from "./aes.ts";
import { type MaskSeed, streamOf } from "./mask-seed.ts";

const ELEMENT_BYTES = 8;

/**
 * The uniform torus elements that a public seed stands for: a stream of AES-128 of little-endian 128-bit counters, read
 * from byte `start` on as little-endian integers of 64 bits. A seeded key of TFHE-rs takes its masks from one such
 * stream without gaps, in the order of its bodies. (TFHE-rs: `tfhe-csprng`.)
 *
 * This is the reference; the kernel expands whole keys.
 */
export class MaskGenerator {
  readonly #keys: Uint32Array;
  readonly #counter: bigint;
  readonly #start: number;

  /** @throws RangeError if a `ctr` seed is not 16 bytes long. */
  constructor(seed: MaskSeed) {
    const { key, counter } = streamOf(seed);
    this.#keys = expandAesKey(key);
    this.#counter = counter;
    this.#start = seed.start;
  }

  /** Fills an array with the elements of the stream from number `first` on. */
  fill(out: BigUint64Array, first = 0): void {
    const target = new Uint8Array(out.buffer, out.byteOffset, out.byteLength);
    const block = new BigUint64Array(2);
    const words = new Uint32Array(block.buffer);
    const bytes = new Uint8Array(block.buffer);
    const start = this.#start + ELEMENT_BYTES * first;
    let skipped = start % AES_BLOCK_BYTES;
    let counter = this.#counter + BigInt((start - skipped) / AES_BLOCK_BYTES);
    for (let at = 0; at < target.length; counter++) {
      block[0] = counter; // both store modulo 2^64
      block[1] = counter >> 64n;
      encryptAesBlock(this.#keys, words);
      const taken = bytes.subarray(skipped, skipped + target.length - at);
      target.set(taken, at);
      at += taken.length;
      skipped = 0;
    }
  }
}
