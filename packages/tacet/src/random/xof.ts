import { AES_BLOCK_BYTES, encryptAesBlock, expandAesKey } from "./aes.ts";

/** A stream of AES-128 in counter mode: block i of it encrypts the little-endian 128-bit integer `counter` + i. */
export interface CounterStream {
  /** 16 bytes. */
  readonly key: Uint8Array<ArrayBuffer>;
  readonly counter: bigint;
}

/** Encrypts a block, four columns, in place. */
export type BlockCipher = (block: Uint32Array) => void;

const zeroKey = expandAesKey(new Uint8Array(16));
const byTable: BlockCipher = (block) => encryptAesBlock(zeroKey, block);

/**
 * The stream that a seed with its domain separator in front stands for, by the extendable-output function of
 * "Threshold (Fully) Homomorphic Encryption" (ePrint 2025/699): the seed, filled up with zeros to whole blocks, and
 * then its length in bits as one more block go through AES-128 under key 0 in cipher block chaining. The last block is
 * the key, the one before it the counter. (TFHE-rs: `XofSeed`.)
 *
 * @param encrypt AES-128 under key 0; for a secret seed, one whose time does not depend on the block.
 */
export function expandXofSeed(seed: Uint8Array, encrypt: BlockCipher = byTable): CounterStream {
  const blocks = Math.ceil(seed.length / AES_BLOCK_BYTES) + 1;
  const bytes = new Uint8Array(blocks * AES_BLOCK_BYTES);
  bytes.set(seed);
  const words = new Uint32Array(bytes.buffer);
  words[words.length - 4] = 8 * seed.length;
  for (let i = 0; i < words.length; i += 4) {
    if (i > 0) for (let j = i; j < i + 4; j++) words[j] ^= words[j - 4];
    encrypt(words.subarray(i, i + 4));
  }
  const [low, high] = new BigUint64Array(bytes.buffer, (blocks - 2) * AES_BLOCK_BYTES, 2);
  const key = bytes.slice(-AES_BLOCK_BYTES);
  bytes.fill(0); // from these blocks, a secret seed could be had back
  return { key, counter: (high << 64n) | low };
}
