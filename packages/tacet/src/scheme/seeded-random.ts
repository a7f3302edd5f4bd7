import { AES_BLOCK_BYTES } from "../random/aes.ts";
import type { RandomSource } from "../random/platform.ts";
import { type BlockCipher, type CounterStream, expandXofSeed } from "../random/xof.ts";
import { asciiBytes } from "../realm.ts";
import type { Workbench } from "./workbench.ts";

/** Number of characters of a domain separator, which keeps seeds of one purpose apart from those of others. */
export const SEPARATOR_CHARACTERS = 8;

/** The random bytes that a secret seed stands for, one after the other. */
export interface SeededRandom {
  readonly random: RandomSource;
  /** Wipes what the bytes come from. */
  dispose(): void;
}

/**
 * Opens the stream of a secret seed: all work with AES is the kernel's, whose time depends on neither key nor block.
 *
 * @param domainSeparator `SEPARATOR_CHARACTERS` characters.
 */
export function openSeededRandom(bench: Workbench, domainSeparator: string, seed: Uint8Array): SeededRandom {
  const separated = Uint8Array.of(...asciiBytes(domainSeparator), ...seed);
  const underZero: BlockCipher = (block) => {
    const words = new BigUint64Array(block.buffer, block.byteOffset, 2);
    const counter = (words[1] << 64n) | words[0];
    const stream = { key: new Uint8Array(AES_BLOCK_BYTES), counter };
    const encrypted = countedBlocks(bench, stream, 1);
    words.set(new BigUint64Array(encrypted.buffer));
    encrypted.fill(0);
  };
  const { key, counter } = expandXofSeed(separated, underZero);
  separated.fill(0);
  let position = 0; // in bytes
  const random: RandomSource = (bytes) => {
    const skipped = position % AES_BLOCK_BYTES;
    const first = counter + BigInt((position - skipped) / AES_BLOCK_BYTES);
    const blocks = countedBlocks(
      bench,
      { key, counter: first },
      Math.ceil((skipped + bytes.length) / AES_BLOCK_BYTES),
    );
    bytes.set(blocks.subarray(skipped, skipped + bytes.length));
    blocks.fill(0);
    position += bytes.length;
  };
  return { random, dispose: () => void key.fill(0) };
}

/** Lends the random bytes of a secret seed, which are gone when `use` returns or throws. */
export function withSeededRandom<T>(
  bench: Workbench,
  domainSeparator: string,
  seed: Uint8Array,
  use: (random: RandomSource) => T,
): T {
  const { random, dispose } = openSeededRandom(bench, domainSeparator, seed);
  try {
    return use(random);
  } finally {
    dispose();
  }
}

/** The first blocks of a stream. */
function countedBlocks(
  bench: Workbench,
  { key, counter }: CounterStream,
  count: number,
): Uint8Array<ArrayBuffer> {
  const { kernel } = bench;
  const bytes = count * AES_BLOCK_BYTES;
  return bench.lend([key.length, kernel.layout.roundKeys, bytes], (keyAddress, roundKeys, out) => {
    bench.bytes(keyAddress, key.length).set(key);
    kernel.aesExpandKey(keyAddress, roundKeys);
    kernel.aesCtr(roundKeys, counter, out, count);
    return bench.bytes(out, bytes).slice();
  });
}
