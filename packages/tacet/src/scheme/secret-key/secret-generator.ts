import { AES_BLOCK_BYTES } from "../../random/aes.ts";
import { Workbench } from "../workbench.ts";

/*
 * The secret keys that TFHE-rs draws from a seed. Its generators are AES-128 in counter mode, each under a key that it
 * took from the one before: the root, the engine's seeder, and the engine's generator of secrets, which gives each bit
 * of a key as the lowest bit of a byte. (TFHE-rs: `DeterministicSeeder`, `ShortintEngine::new_from_seeder`,
 * `SecretRandomGenerator`.)
 *
 * Here seeds are secrets, so the kernel expands them: its AES is in bit slices, and neither its branches nor its
 * addresses depend on key or counter. The AES that expands public masks without the kernel is by table lookup and leaks
 * its key by timing; that of WebCrypto is missing on pages that come without TLS.
 */

/** AES is the same in the kernels of all polynomial sizes; this is the smallest. */
export const SMALLEST_POLYNOMIAL_SIZE = 256;

/** Where a root generator begins: at its first byte, or, where TFHE-rs kept what old versions did, at the second. */
export type FirstByte = 0 | 1;

/**
 * The binary keys that TFHE-rs draws from a seed, one after the other.
 *
 * @param seed 16 bytes: a 128-bit integer, little-endian.
 * @param firstByte where the root generator begins: 1 for TFHE-rs's `ClientKey::generate_with_seed`, 0 for the seeded
 *   keys of the JavaScript packages' `Boolean` and `Shortint`.
 * @param lengths number of bits of each key.
 * @returns the keys, one byte for each bit.
 */
export async function expandSecretKeys(
  seed: Uint8Array,
  firstByte: FirstByte,
  lengths: readonly number[],
): Promise<Uint8Array[]> {
  const bench = await Workbench.for(SMALLEST_POLYNOMIAL_SIZE);
  const { kernel } = bench;
  const total = lengths.reduce((sum, length) => sum + length, 0);
  const blocks = Math.max(2, Math.ceil(total / AES_BLOCK_BYTES));
  return bench.lend([kernel.layout.roundKeys, blocks * AES_BLOCK_BYTES], (roundKeys, stream) => {
    /** Puts the stream of a key, which may stand in `stream`, in its place. */
    const expand = (key: number, count: number): void => {
      kernel.aesExpandKey(key, roundKeys);
      kernel.aesCtr(roundKeys, 0n, stream, count);
    };
    bench.bytes(stream, seed.length).set(seed);
    expand(stream, 2);
    expand(stream + firstByte, 1);
    expand(stream, blocks);
    let end = 0;
    return lengths.map((length) => {
      end += length;
      return bench.bytes(stream + end - length, length).map((byte) => byte & 1);
    });
  });
}
