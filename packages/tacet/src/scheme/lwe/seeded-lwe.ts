import type { Heap } from "../../kernel/heap.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import { type MaskSeed, newMaskSeed } from "../../random/mask-seed.ts";
import { sampleTuniform } from "../../random/samplers.ts";
import type { Workbench } from "../workbench.ts";
import { MaskStream } from "./mask-stream.ts";

/** An LWE ciphertext whose mask is expanded from a seed: 24 bytes in place of some 16 KB. (TFHE-rs: `SeededLweCiphertext`.) */
export interface SeededLwe {
  readonly seed: MaskSeed;
  readonly body: bigint;
}

const ELEMENT_BYTES = 8;

/**
 * Encrypts torus elements under a binary key, each with a seed of its own.
 *
 * @param bench any workbench.
 * @param plaintexts elements of the torus in units of 2^-64.
 * @param key n bytes of 0 or 1.
 * @param noise b of the TUniform(b) noise.
 */
export function encryptSeededLwe(
  bench: Workbench,
  plaintexts: readonly bigint[],
  key: Uint8Array,
  noise: number,
): SeededLwe[] {
  const { kernel, heap } = bench;
  const n = key.length;
  const bodies = BigUint64Array.from(plaintexts, (plaintext) => BigInt.asUintN(64, plaintext));
  const errors = new BigUint64Array(bodies.length);
  sampleTuniform(noise, errors);
  const seeds = plaintexts.map(() => newMaskSeed());
  bench.lend([n, n * ELEMENT_BYTES, ELEMENT_BYTES], (bits, scratch, product) => {
    bench.bytes(bits, n).set(key);
    seeds.forEach((seed, i) => {
      const masks = new MaskStream(kernel, heap, seed, n);
      kernel.lweDot(masks.next(n), 1, n, bits, product, scratch);
      bodies[i] += bench.elements(product, 1)[0] + errors[i]; // stores modulo 2^64
      masks.free();
    });
  });
  errors.fill(0n);
  return seeds.map((seed, i) => ({ seed, body: bodies[i] }));
}

/**
 * Expands the mask of a ciphertext.
 *
 * @returns n + 1 elements: mask, then body.
 */
export function expandLwe(
  kernel: Kernel,
  heap: Heap,
  { seed, body }: SeededLwe,
  lweDimension: number,
): BigUint64Array<ArrayBuffer> {
  const lwe = new BigUint64Array(lweDimension + 1);
  const masks = new MaskStream(kernel, heap, seed, lweDimension);
  lwe.set(new BigUint64Array(heap.memory.buffer, masks.next(lweDimension), lweDimension));
  masks.free();
  lwe[lweDimension] = body;
  return lwe;
}
