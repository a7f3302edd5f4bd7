import type { MaskSeed } from "../random/mask-seed.ts";
import { type Codec, type Fail, mapped, struct, variant, versioned } from "./codec.ts";
import { atomicPattern, count, lweCiphertext, nativeModulus, pbsOrder, seededLweCiphertext } from "./core.ts";
import { u64, wordVector } from "./primitives.ts";

/*
 * One block of an encrypted value, in each of the forms that TFHE-rs's `shortint` gives it.
 */

/** `shortint::Ciphertext`. */
export interface Block {
  /** k·N + 1 torus elements under the big LWE key: mask, then body. */
  readonly lwe: BigUint64Array;
  /** The largest value that the block may hold. */
  readonly degree: number;
  /** Its noise in units of fresh bootstrap noise; 0 for a trivial ciphertext. */
  readonly noiseLevel: number;
}

/** `shortint::CompressedCiphertext`: the mask is expanded from a seed. */
export interface SeededBlock {
  readonly body: bigint;
  /** Number of mask elements. */
  readonly lweDimension: number;
  readonly seed: MaskSeed;
  readonly degree: number;
  readonly noiseLevel: number;
}

/** `shortint::CompressedModulusSwitchedCiphertext`: under the small key, and ready for blind rotation. */
export interface SwitchedBlock {
  /** The n + 1 elements, mask and body, one after the other in words of 64 bits, lowest bits first. */
  readonly packed: BigUint64Array<ArrayBuffer>;
  /** Number of bits of an element. */
  readonly logModulus: number;
  /** Number of mask elements: n. */
  readonly lweDimension: number;
  readonly degree: number;
}

/** What blocks of all forms carry besides. */
export interface Moduli {
  readonly messageModulus: number;
  readonly carryModulus: number;
}

/** A block as it stands on the wire, where each has the moduli of all. */
export type WireBlock<B> = B & Moduli & { readonly atomicPattern: null };

const blockFields = {
  lwe: lweCiphertext,
  degree: count,
  noiseLevel: count,
  messageModulus: count,
  carryModulus: count,
};

export const block: Codec<WireBlock<Block>> = versioned(
  1,
  struct<WireBlock<Block>>({ ...blockFields, atomicPattern }),
  { 0: struct<WireBlock<Block>>({ ...blockFields, atomicPattern: pbsOrder }) },
);

/** Elements of a seeded ciphertext, which a hostile one could claim to be any number of. */
const MOST_ELEMENTS = 2 ** 17;

const seededFields = { lwe: seededLweCiphertext, degree: count, messageModulus: count, carryModulus: count };

export const seededBlock: Codec<WireBlock<SeededBlock>> = mapped(
  versioned(1, struct({ ...seededFields, atomicPattern, noiseLevel: count }), {
    0: struct({ ...seededFields, atomicPattern: pbsOrder, noiseLevel: count }),
  }),
  ({ lwe: { body, lweSize, seed }, degree, messageModulus, carryModulus, noiseLevel }, fail) => {
    if (lweSize < 2 || lweSize > MOST_ELEMENTS) {
      fail(`LWE ciphertext of ${lweSize} elements; expected 2 to ${MOST_ELEMENTS}`);
    }
    const lweDimension = lweSize - 1;
    return {
      body,
      seed,
      lweDimension,
      degree,
      messageModulus,
      carryModulus,
      noiseLevel,
      atomicPattern: null,
    };
  },
  ({ body, seed, lweDimension, degree, messageModulus, carryModulus, noiseLevel }) => ({
    lwe: { body, lweSize: lweDimension + 1, seed, modulus: null },
    degree,
    messageModulus,
    carryModulus,
    atomicPattern: null,
    noiseLevel,
  }),
);

/** `CompressedModulusSwitchedLweCiphertext` around its `PackedIntegers`. */
type SwitchedLwe = Pick<SwitchedBlock, "packed" | "logModulus" | "lweDimension">;

interface WirePacked {
  packed: BigUint64Array<ArrayBuffer>;
  logModulus: number;
  length: number;
}

const packedIntegers: Codec<WirePacked> = versioned(
  0,
  struct<WirePacked>({ packed: wordVector, logModulus: count, length: u64 }),
);

/** Checks that the words are as many as the elements take, and that nothing stands behind the last element. */
function switchedLwe(
  { packed, logModulus, length }: WirePacked,
  lweDimension: number,
  fail: Fail,
): SwitchedLwe {
  if (logModulus < 1 || logModulus > 32) fail(`elements of ${logModulus} bits; expected 1 to 32`);
  if (lweDimension < 1 || length !== lweDimension + 1) {
    fail(`${length} elements of a ciphertext of dimension ${lweDimension}`);
  }
  const bits = length * logModulus;
  if (packed.length !== Math.ceil(bits / 64)) {
    fail(`${packed.length} words of ${length} elements of ${logModulus} bits`);
  }
  const used = bits % 64;
  if (used > 0 && packed[packed.length - 1] >> BigInt(used) !== 0n) fail("bits behind the last element");
  return { packed, logModulus, lweDimension };
}

const switchedLweCiphertext: Codec<SwitchedLwe> = versioned(
  2,
  mapped(
    struct({ integers: packedIntegers, lweDimension: count }),
    ({ integers, lweDimension }, fail) => switchedLwe(integers, lweDimension, fail),
    ({ packed, logModulus, lweDimension }) => ({
      integers: { packed, logModulus, length: lweDimension + 1 },
      lweDimension,
    }),
  ),
  {
    1: mapped(
      struct({ integers: packedIntegers, lweDimension: count, modulus: nativeModulus }),
      ({ integers, lweDimension }, fail) => switchedLwe(integers, lweDimension, fail),
      ({ packed, logModulus, lweDimension }) => ({
        integers: { packed, logModulus, length: lweDimension + 1 },
        lweDimension,
        modulus: null,
      }),
    ),
    0: mapped(
      struct({ packed: wordVector, lweDimension: count, logModulus: count, modulus: nativeModulus }),
      ({ packed, lweDimension, logModulus }, fail) =>
        switchedLwe({ packed, logModulus, length: lweDimension + 1 }, lweDimension, fail),
      (lwe) => ({ ...lwe, modulus: null }),
    ),
  },
);

const classicSwitched: Codec<SwitchedLwe> = versioned(
  0,
  variant(
    ["modulus-switched ciphertext", "modulus-switched ciphertext of a multi-bit key"],
    0,
    switchedLweCiphertext,
  ),
);

const switchedFields = { lwe: classicSwitched, degree: count, messageModulus: count, carryModulus: count };

export const switchedBlock: Codec<WireBlock<SwitchedBlock>> = mapped(
  versioned(2, struct({ ...switchedFields, atomicPattern }), {
    1: struct({ ...switchedFields, atomicPattern: pbsOrder }),
    0: struct({ ...switchedFields, lwe: switchedLweCiphertext, atomicPattern: pbsOrder }),
  }),
  ({ lwe, ...rest }) => ({ ...lwe, ...rest }),
  ({ packed, logModulus, lweDimension, ...rest }) => ({ lwe: { packed, logModulus, lweDimension }, ...rest }),
);

/** Checks the moduli of the first block and that all have the same. Refuses no block at all. */
export function commonModuli(blocks: readonly Moduli[], fail: Fail): Moduli {
  const first = blocks[0];
  if (first === undefined) return fail("no blocks");
  const { messageModulus, carryModulus } = first;
  for (const modulus of [messageModulus, carryModulus]) {
    if (modulus < 2 || modulus > 256 || !Number.isInteger(Math.log2(modulus))) {
      fail(`message or carry modulus is ${modulus}; expected a power of two from 2 to 256`);
    }
  }
  blocks.forEach((block, i) => {
    if (block.messageModulus !== messageModulus || block.carryModulus !== carryModulus) {
      fail(`block ${i} has other moduli than block 0`);
    }
  });
  return { messageModulus, carryModulus };
}
