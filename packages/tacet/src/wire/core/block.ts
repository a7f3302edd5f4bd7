import { type Moduli, validateModuli } from "../../parameters/moduli.ts";
import { type Codec, type Fail, mapped, struct, variant, versioned } from "../bincode/codec.ts";
import { u64, wordVector } from "../bincode/primitives.ts";
import { checked } from "./checks.ts";
import { atomicPattern, count, nativeModulus, pbsOrder } from "./core.ts";
import { core64, type WireSeededLwe } from "./torus.ts";

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

/**
 * `shortint::CompressedCiphertext`: the mask is expanded from a seed. It is kept as it stands on the wire: to take such
 * small things apart and put them together takes longer than to read them.
 */
export interface SeededBlock extends Moduli {
  readonly lwe: WireSeededLwe;
  readonly degree: number;
  readonly noiseLevel: number;
  readonly atomicPattern: null;
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

/** A block as it stands on the wire, where each has the moduli of all. */
export type WireBlock<B> = B & Moduli & { readonly atomicPattern: null };

const blockFields = {
  lwe: core64.lweCiphertext,
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

const seededFields = {
  lwe: core64.seededLweCiphertext,
  degree: count,
  messageModulus: count,
  carryModulus: count,
};

export const seededBlock: Codec<SeededBlock> = versioned(
  1,
  struct<SeededBlock>({ ...seededFields, atomicPattern, noiseLevel: count }),
  { 0: struct<SeededBlock>({ ...seededFields, atomicPattern: pbsOrder, noiseLevel: count }) },
);

/** `CompressedModulusSwitchedLweCiphertext` around its `PackedIntegers`. */
type SwitchedLwe = Pick<SwitchedBlock, "packed" | "logModulus" | "lweDimension">;

/** `PackedIntegers`. */
export interface WirePacked {
  /** The integers, one after the other in words of 64 bits, lowest bits first. */
  packed: BigUint64Array<ArrayBuffer>;
  /** Number of bits of an integer, at most 32. */
  logModulus: number;
  length: number;
}

/** Whose words are as many as the integers take, with nothing behind the last one. */
export const packedIntegers: Codec<WirePacked> = mapped(
  versioned(0, struct<WirePacked>({ packed: wordVector, logModulus: count, length: u64 })),
  (integers, fail) => {
    const { packed, logModulus, length } = integers;
    if (logModulus < 1 || logModulus > 32) fail(`elements of ${logModulus} bits; expected 1 to 32`);
    const bits = length * logModulus;
    if (packed.length !== Math.ceil(bits / 64)) {
      fail(`${packed.length} words of ${length} elements of ${logModulus} bits`);
    }
    const used = bits % 64;
    if (used > 0 && packed[packed.length - 1] >> BigInt(used) !== 0n) fail("bits behind the last element");
    return integers;
  },
  (integers) => integers,
);

const lweFields = { integers: packedIntegers, lweDimension: count };

const switchedLweCiphertext: Codec<SwitchedLwe> = mapped(
  versioned(2, struct({ ...lweFields, modulus: nativeModulus }, { modulus: null }), {
    1: struct({ ...lweFields, modulus: nativeModulus }),
  }),
  ({ integers: { packed, logModulus, length }, lweDimension }, fail) => {
    if (lweDimension < 1 || length !== lweDimension + 1) {
      fail(`${length} elements of a ciphertext of dimension ${lweDimension}`);
    }
    return { packed, logModulus, lweDimension };
  },
  ({ packed, logModulus, lweDimension }) => ({
    integers: { packed, logModulus, length: lweDimension + 1 },
    lweDimension,
    modulus: null,
  }),
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
  }),
  ({ lwe, ...rest }) => ({ ...lwe, ...rest }),
  ({ packed, logModulus, lweDimension, ...rest }) => ({ lwe: { packed, logModulus, lweDimension }, ...rest }),
);

/** Checks the moduli of the first block and that all have the same. Refuses no block at all. */
export function commonModuli(blocks: readonly Moduli[], fail: Fail): Moduli {
  const first = blocks[0];
  if (first === undefined) return fail("no blocks");
  const { messageModulus, carryModulus } = checked(first, validateModuli, fail);
  blocks.forEach((block, i) => {
    if (block.messageModulus !== messageModulus || block.carryModulus !== carryModulus) {
      fail(`block ${i} has other moduli than block 0`);
    }
  });
  return { messageModulus, carryModulus };
}
