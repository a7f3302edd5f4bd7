import { shake256 } from "@noble/hashes/sha3.js";
import { Blake3 } from "../kernel/blake3.ts";
import type { Heap } from "../kernel/heap.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { keySwitchRows } from "../kernel/layout.ts";
import { openKernel } from "../kernel/open.ts";
import type { ParameterSet } from "../parameters/parameter-set.ts";
import type { ProgressOptions } from "../progress.ts";
import { asciiBytes } from "../realm.ts";
import {
  type CompactCiphertexts,
  type CompactKey,
  encryptCompact,
  expandCompactCiphertexts,
} from "./public-key/compact-public-key.ts";
import { withSeededRandom } from "./seeded-random.ts";
import { type CastingKey, loadCastingKey } from "./server-key/evaluation-key.ts";
import { castSize, type ExpandedCastingKey } from "./server-key/expanded-key.ts";
import { elementCounter } from "./server-key/key-source.ts";
import type { SeededCastingKey } from "./server-key/seeded-key.ts";
import type { Workbench } from "./workbench.ts";

/*
 * Re-randomisation: encryptions of zero are added to ciphertexts, so that what is computed with them tells nothing of how
 * they were made (sIND-CPA-D: Bernard, Joye, Smart, Walter, "Drifting Towards Better Error Probabilities in Fully
 * Homomorphic Encryption Schemes", ePrint 2024/1718). The zeros come from seeds that are hashes of all that goes into the
 * computation, and of what it is, so that anybody who has the same makes the same. (TFHE-rs: `ReRandomizationContext`.)
 */

/** What seeds are hashed with. */
export type ReRandomizationHash = "blake3" | "shake256";

/** What is hashed of one input. */
export interface HashedInput {
  /** Its torus elements, in order. */
  readonly elements: readonly BigUint64Array[];
  readonly metadata: Uint8Array;
}

const SEED_BYTES = 32;

/** What two terms of a linear combination take. */
const TERMS_BYTES = 16;

/** A hash of 32 bytes, one at a time. */
export interface SeedHash {
  /** Begins anew. */
  reset(): void;
  update(bytes: Uint8Array): void;
  /** That of all that has been given and a few more bytes, which are not added to it. */
  digest(more: Uint8Array): Uint8Array;
}

let blake3: Promise<Blake3> | undefined;

/** What seeds are hashed with. @throws UnsupportedPlatformError where no WebAssembly can be compiled. */
export function seedHash(algorithm: ReRandomizationHash): Promise<SeedHash> {
  if (algorithm === "shake256") return Promise.resolve(new Shake256());
  blake3 ??= Blake3.create().catch((error) => {
    blake3 = undefined;
    throw error;
  });
  return blake3;
}

class Shake256 implements SeedHash {
  #hash = shake256.create({ dkLen: SEED_BYTES });

  reset(): void {
    this.#hash = shake256.create({ dkLen: SEED_BYTES });
  }

  update(bytes: Uint8Array): void {
    this.#hash.update(bytes);
  }

  digest(more: Uint8Array): Uint8Array {
    return this.#hash.clone().update(more).digest();
  }
}

/**
 * A seed for each input: the hash of the separator, of all elements, all metadata, the description of what will be computed
 * with the inputs, and the input's index.
 *
 * @param separator eight characters.
 */
export function reRandomizationSeeds(
  inputs: readonly HashedInput[],
  description: Uint8Array,
  separator: string,
  hash: SeedHash,
): Uint8Array[] {
  hash.reset();
  hash.update(asciiBytes(separator));
  for (const { elements } of inputs) {
    for (const { buffer, byteOffset, byteLength } of elements) {
      hash.update(new Uint8Array(buffer, byteOffset, byteLength));
    }
  }
  for (const { metadata } of inputs) hash.update(metadata);
  hash.update(description);
  return inputs.map((_, i) => hash.digest(new Uint8Array(BigUint64Array.of(BigInt(i)).buffer)));
}

/** a + b of torus elements, where the kernel has 64 bits at a time. */
export function addElements(
  { heap, kernel }: Workbench,
  a: BigUint64Array,
  b: BigUint64Array,
): BigUint64Array<ArrayBuffer> {
  const bytes = a.byteLength;
  const at = heap.allocate(TERMS_BYTES + 2 * bytes);
  try {
    const first = at + TERMS_BYTES;
    const { buffer } = heap.memory;
    new Uint32Array(buffer, at, 4).set([first, 1, first + bytes, 1]);
    const sum = new BigUint64Array(buffer, first, a.length);
    sum.set(a);
    new BigUint64Array(buffer, first + bytes, b.length).set(b);
    kernel.linearCombination(first, at, 2, 0n, a.length);
    return sum.slice() as BigUint64Array<ArrayBuffer>;
  } finally {
    heap.free(at, TERMS_BYTES + 2 * bytes);
  }
}

/** Encryptions of zero under a compact key, from a seed. */
export function encryptionsOfZero(
  bench: Workbench,
  key: CompactKey,
  count: number,
  separator: string,
  seed: Uint8Array,
): CompactCiphertexts {
  return withSeededRandom(bench, separator, seed, (random) =>
    encryptCompact(bench, key, new Array(count).fill(0), random),
  );
}

/** A key switch from a dedicated compact key to the big key, on a kernel of its own. */
export interface ZeroSwitch {
  readonly heap: Heap;
  readonly kernel: Kernel;
  readonly key: CastingKey;
}

/** Loads a key switch from a dedicated compact key. Its heap is to be released by whoever asked for it. */
export async function openZeroSwitch(
  casting: SeededCastingKey | ExpandedCastingKey,
  parameters: ParameterSet,
  options: ProgressOptions,
): Promise<ZeroSwitch> {
  const { heap, kernel } = await openKernel(parameters, { deterministic: true, shared: false });
  try {
    const elements = keySwitchRows(casting) * castSize(parameters, casting.destination);
    const tool = { heap, kernel, advance: elementCounter(elements, options) };
    return { heap, kernel, key: await loadCastingKey(casting, tool) };
  } catch (error) {
    void heap.release();
    throw error;
  }
}

/**
 * The same one by one, as ciphertexts under the big key: under the compact key if it is of that, else switched.
 *
 * @returns each is valid until the next.
 */
export function* zerosUnderBigKey(
  zeros: CompactCiphertexts,
  keySwitch: ZeroSwitch | null,
): Generator<BigUint64Array, void, void> {
  const buffer = new BigUint64Array(zeros.lweDimension + 1);
  const ciphertexts = expandCompactCiphertexts(zeros, buffer);
  if (keySwitch === null) {
    yield* ciphertexts;
    return;
  }
  const { heap, kernel, key } = keySwitch;
  const sizes = [buffer.byteLength, kernel.layout.bigLwe, kernel.layout.castScratch(1, key)];
  const [input, output, scratch] = sizes.map((bytes) => heap.allocate(bytes));
  try {
    for (const lwe of ciphertexts) {
      new BigUint64Array(heap.memory.buffer, input, lwe.length).set(lwe);
      for (const _ of kernel.castToBig([input], key, key.address, output, scratch));
      yield new BigUint64Array(heap.memory.buffer, output, kernel.layout.bigLwe / 8);
    }
  } finally {
    for (const [i, address] of [input, output, scratch].entries()) heap.free(address, sizes[i]);
  }
}
