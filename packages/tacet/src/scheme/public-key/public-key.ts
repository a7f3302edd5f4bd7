import { bigLweDimension, type ParameterSet } from "../../parameters/parameter-set.ts";
import { Pace, type ProgressOptions } from "../../progress.ts";
import { newMaskSeed } from "../../random/mask-seed.ts";
import { sampleBinary, sampleTuniform } from "../../random/samplers.ts";
import { largeArray } from "../large-array.ts";
import { encode } from "../lwe/encoding.ts";
import { MaskStream } from "../lwe/mask-stream.ts";
import type { SecretKey } from "../secret-key/secret-key.ts";
import type { SeededBodies } from "../server-key/seeded-key.ts";
import type { Workbench } from "../workbench.ts";

/*
 * The classical public key (Regev 2005): encryptions of zero under the big LWE key. Whoever encrypts adds up a random
 * half of them, and the message. With 64·(n + 1) + 128 of them, the sum is within 2^-64 of uniform (leftover hash
 * lemma), which makes a key of 2.2 GB at the default parameters; its seeded form has 1 MB.
 */

const ELEMENT_BYTES = 8;

/** A classical public key in its seeded form: TFHE-rs's `CompressedPublicKey`. */
export interface SeededPublicKey {
  readonly parameters: ParameterSet;
  /** The encryptions of zero. */
  readonly zeros: SeededBodies;
}

/** A classical public key: TFHE-rs's `PublicKey`. */
export interface ExpandedPublicKey {
  readonly parameters: ParameterSet;
  /** The encryptions of zero, each a mask of n elements and a body. */
  readonly zeros: BigUint64Array<ArrayBuffer>;
}

/** Number of encryptions of zero: 64·(n + 1) + 128, n being the dimension of the big key. */
export function zeroCount(parameters: ParameterSet): number {
  return 64 * (bigLweDimension(parameters) + 1) + 128;
}

/** Encryptions of zero that are worked on at a time; divides their number. */
const ROWS = 16;

/**
 * Makes a classical public key, in seeded form. It works on a copy of the secret, which it wipes.
 *
 * @param bench any workbench.
 */
export async function generatePublicKey(
  bench: Workbench,
  { parameters, glwe }: Pick<SecretKey, "parameters" | "glwe">,
  options: ProgressOptions = {},
): Promise<SeededPublicKey> {
  const { heap, kernel } = bench;
  const n = bigLweDimension(parameters);
  const pace = new Pace(options);
  const seed = newMaskSeed();
  const bodies = new BigUint64Array(zeroCount(parameters));
  const masks = new MaskStream(kernel, heap, seed, ROWS * n);
  const sizes = [n, n * ELEMENT_BYTES, ROWS * ELEMENT_BYTES];
  const [key, scratch, products] = sizes.map((size) => heap.allocate(size));
  bench.bytes(key, n).set(glwe);
  try {
    sampleTuniform(parameters.glweNoise, bodies);
    for (let row = 0; row < bodies.length; row += ROWS) {
      kernel.lweDot(masks.next(ROWS * n), ROWS, n, key, products, scratch);
      bench.elements(products, ROWS).forEach((product, i) => {
        bodies[row + i] += product; // stores modulo 2^64
      });
      await pace.done((row + ROWS) / bodies.length);
    }
  } finally {
    bench.giveBack([key, scratch, products], sizes);
    masks.free();
  }
  return { parameters, zeros: { seed, bodies } };
}

/** Where a key's encryptions of zero are found, `ROWS` at a time, from the first to the last. */
interface Zeros {
  /** Writes the bodies of the next of them, and returns the address of their masks. */
  next(bodies: number): number;
  free(): void;
}

function seededZeros(bench: Workbench, { parameters, zeros: { seed, bodies } }: SeededPublicKey): Zeros {
  const elements = ROWS * bigLweDimension(parameters);
  const masks = new MaskStream(bench.kernel, bench.heap, seed, elements);
  let row = 0;
  return {
    next: (target) => {
      bench.elements(target, ROWS).set(bodies.subarray(row, row + ROWS));
      row += ROWS;
      return masks.next(elements);
    },
    free: () => masks.free(),
  };
}

function expandedZeros(bench: Workbench, { parameters, zeros }: ExpandedPublicKey): Zeros {
  const n = bigLweDimension(parameters);
  const bytes = ROWS * n * ELEMENT_BYTES;
  const masks = bench.heap.allocate(bytes);
  let start = 0;
  return {
    next: (target) => {
      const bodies = bench.elements(target, ROWS);
      const elements = bench.elements(masks, ROWS * n);
      for (let i = 0; i < ROWS; i++, start += n + 1) {
        elements.set(zeros.subarray(start, start + n), i * n);
        bodies[i] = zeros[start + n];
      }
      return masks;
    },
    free: () => bench.heap.free(masks, bytes),
  };
}

const isSeeded = (key: SeededPublicKey | ExpandedPublicKey): key is SeededPublicKey => "seed" in key.zeros;

/**
 * Expands the masks of a seeded key: 2.2 GB at the default parameters.
 *
 * @throws OutOfMemoryError where the platform has no array of this size.
 */
export async function expandPublicKey(
  bench: Workbench,
  key: SeededPublicKey,
  options: ProgressOptions = {},
): Promise<ExpandedPublicKey> {
  const { parameters } = key;
  const n = bigLweDimension(parameters);
  const pace = new Pace(options);
  const length = zeroCount(parameters) * (n + 1);
  const make = (): BigUint64Array<ArrayBuffer> => new BigUint64Array(length);
  const expanded = largeArray("an expanded public key", ELEMENT_BYTES * length, make);
  const zeros = seededZeros(bench, key);
  const bodies = bench.heap.allocate(ROWS * ELEMENT_BYTES);
  try {
    for (let start = 0; start < expanded.length; start += ROWS * (n + 1)) {
      const masks = bench.elements(zeros.next(bodies), ROWS * n);
      bench.elements(bodies, ROWS).forEach((body, i) => {
        const zero = expanded.subarray(start + i * (n + 1));
        zero.set(masks.subarray(i * n, (i + 1) * n));
        zero[n] = body;
      });
      await pace.done((start + ROWS * (n + 1)) / expanded.length);
    }
  } finally {
    bench.heap.free(bodies, ROWS * ELEMENT_BYTES);
    zeros.free();
  }
  return { parameters, zeros: expanded };
}

/** Addresses that the addition of encryptions of zero works with. */
interface Places {
  /** The mask that is added to. */
  readonly sum: number;
  /** For each of `ROWS` encryptions a byte: 1 if it is added, else 0. */
  readonly choices: number;
  /** Room for the sum and what may be added to it: an address and a factor for each. */
  readonly terms: number;
  /** Room for an element. */
  readonly product: number;
  /** Scratch for `ROWS` elements. */
  readonly scratch: number;
}

/**
 * Adds the chosen ones of `ROWS` encryptions of zero, whose masks and bodies lie at two addresses: their masks to the
 * sum. Returns what their bodies come to.
 */
function addChosen(
  bench: Workbench,
  n: number,
  zeros: { readonly masks: number; readonly bodies: number },
  { sum, choices, terms, product, scratch }: Places,
): bigint {
  const { heap, kernel } = bench;
  const chosen = bench.bytes(choices, ROWS);
  const pairs = new Uint32Array(heap.memory.buffer, terms, 2 * (1 + ROWS));
  pairs.set([sum, 1]);
  for (let j = 0; j < ROWS; j++) {
    pairs[2 + 2 * j] = zeros.masks + j * n * ELEMENT_BYTES;
    pairs[3 + 2 * j] = chosen[j];
  }
  kernel.linearCombination(sum, terms, 1 + ROWS, 0n, n);
  kernel.lweDot(zeros.bodies, 1, ROWS, choices, product, scratch);
  return bench.elements(product, 1)[0];
}

/**
 * Encrypts small integers, each below the capacity of a block. The key is gone through once for all of them: 2.2 GB of
 * masks at the default parameters, expanded where the key is seeded.
 *
 * @param bench any workbench.
 * @returns for each integer an LWE ciphertext under the big key: mask, then body.
 */
export async function encryptUnderPublicKey(
  bench: Workbench,
  key: SeededPublicKey | ExpandedPublicKey,
  messages: readonly number[],
  options: ProgressOptions = {},
): Promise<BigUint64Array<ArrayBuffer>[]> {
  const { parameters } = key;
  const { heap } = bench;
  const n = bigLweDimension(parameters);
  const pace = new Pace(options);
  const zeros = isSeeded(key) ? seededZeros(bench, key) : expandedZeros(bench, key);
  const maskBytes = n * ELEMENT_BYTES;
  const sizes = [
    messages.length * maskBytes,
    messages.length * ROWS,
    (1 + ROWS) * ELEMENT_BYTES,
    ROWS * ELEMENT_BYTES,
    ELEMENT_BYTES,
    ROWS * ELEMENT_BYTES,
  ];
  const addresses = sizes.map((size) => heap.allocate(size));
  const [sums, choices, terms, zeroBodies, product, scratch] = addresses;
  bench.bytes(sums, sizes[0]).fill(0);
  const bodies = BigUint64Array.from(messages, (message) => encode(message, parameters));
  try {
    for (let row = 0; row < zeroCount(parameters); row += ROWS) {
      const masks = zeros.next(zeroBodies);
      sampleBinary(bench.bytes(choices, messages.length * ROWS));
      for (let i = 0; i < messages.length; i++) {
        const places = { sum: sums + i * maskBytes, choices: choices + i * ROWS, terms, product, scratch };
        bodies[i] += addChosen(bench, n, { masks, bodies: zeroBodies }, places); // stores modulo 2^64
      }
      await pace.done((row + ROWS) / zeroCount(parameters));
    }
    return messages.map((_, i) => {
      const lwe = new BigUint64Array(n + 1);
      lwe.set(bench.elements(sums + i * maskBytes, n));
      lwe[n] = bodies[i];
      return lwe;
    });
  } finally {
    bench.giveBack(addresses, sizes);
    zeros.free();
  }
}
