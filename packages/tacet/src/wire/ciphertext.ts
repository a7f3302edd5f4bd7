import { MismatchError } from "../errors.ts";
import { bigLweDimension, type ParameterSet } from "../parameters/parameter-set.ts";
import { type Codec, type Fail, mapped, struct, vector, versioned } from "./codec.ts";
import { count, lweCiphertext, pbsOrder, standardPattern, taggedBytes } from "./core.ts";
import { type DeserializeOptions, safeDeserialize, safeSerialize, standalone } from "./safe-serialize.ts";

/** One block of a radix ciphertext, which is TFHE-rs's `shortint::Ciphertext`. */
export interface Block {
  /** k·N + 1 torus elements under the big LWE key: mask, then body. */
  readonly lwe: BigUint64Array;
  /** The largest value that the block may hold. */
  readonly degree: number;
  /** Its noise in units of fresh bootstrap noise; 0 for a trivial ciphertext. */
  readonly noiseLevel: number;
}

/** What one of TFHE-rs's `FheBool` or `FheUint` types holds. */
export interface SerializedCiphertext {
  readonly type: CiphertextType;
  /** Number of message values of each block. */
  readonly messageModulus: number;
  /** Number of carry values of each block. */
  readonly carryModulus: number;
  /** The blocks, least significant first. */
  readonly blocks: readonly Block[];
  /** Bytes that an application attached. */
  readonly tag: Uint8Array;
  /** Bytes that go into the hash from which the ciphertext is re-randomised. */
  readonly reRandomizationMetadata: Uint8Array;
}

/** The number of bits of each type. */
export const CIPHERTEXT_BITS = {
  FheBool: 1,
  FheUint8: 8,
  FheUint16: 16,
  FheUint32: 32,
  FheUint64: 64,
} as const;

/** A type of ciphertext, under TFHE-rs's name. */
export type CiphertextType = keyof typeof CIPHERTEXT_BITS;

interface WireBlock extends Block {
  messageModulus: number;
  carryModulus: number;
  atomicPattern: null;
}

/** Blocks of the widest type in blocks of one bit. */
const MOST_BLOCKS = 64;

const block: Codec<WireBlock> = versioned(
  1,
  struct<WireBlock>({
    lwe: lweCiphertext,
    degree: count,
    noiseLevel: count,
    messageModulus: count,
    carryModulus: count,
    atomicPattern: versioned(0, standardPattern(pbsOrder)),
  }),
);

/** `InnerBoolean`, a `BooleanBlock` at rest outside any accelerator. */
const booleanBlocks: Codec<WireBlock[]> = mapped(
  versioned(0, versioned(0, block)),
  (single) => [single],
  (blocks) => blocks[0],
);

/** The same for a `RadixCiphertext`. */
const radixBlocks: Codec<WireBlock[]> = versioned(0, versioned(0, vector(block, MOST_BLOCKS)));

/** The widths of `FheUint` have one name and one layout; only the number of blocks tells them apart. */
function ciphertext(type: CiphertextType): Codec<SerializedCiphertext> {
  const boolean = type === "FheBool";
  return standalone(
    boolean ? "high_level_api::FheBool" : "high_level_api::FheUint",
    mapped(
      versioned(
        2,
        struct({
          blocks: boolean ? booleanBlocks : radixBlocks,
          tag: taggedBytes,
          reRandomizationMetadata: taggedBytes,
        }),
      ),
      ({ blocks, ...rest }, fail) => ({ type, ...fromWireBlocks(type, blocks, fail), ...rest }),
      ({ blocks, messageModulus, carryModulus, tag, reRandomizationMetadata }) => ({
        blocks: blocks.map((one) => ({ ...one, messageModulus, carryModulus, atomicPattern: null })),
        tag,
        reRandomizationMetadata,
      }),
    ),
  );
}

/** Checks what can be checked without a key: that the blocks fit each other, the type and their own moduli. */
function fromWireBlocks(
  type: CiphertextType,
  wire: readonly WireBlock[],
  fail: Fail,
): Pick<SerializedCiphertext, "blocks" | "messageModulus" | "carryModulus"> {
  const first = wire[0];
  if (first === undefined) return fail(`${type} without blocks`);
  const { messageModulus, carryModulus, lwe } = first;
  for (const modulus of [messageModulus, carryModulus]) {
    if (modulus < 2 || modulus > 256 || !Number.isInteger(Math.log2(modulus))) {
      fail(`message or carry modulus is ${modulus}; expected a power of two from 2 to 256`);
    }
  }
  const expected = blockCount(type, messageModulus);
  if (wire.length !== expected) {
    fail(`${type} has ${expected} blocks of ${Math.log2(messageModulus)} bits; found ${wire.length} blocks`);
  }
  const degreeLimit = type === "FheBool" ? 1 : messageModulus * carryModulus - 1;
  wire.forEach((one, i) => {
    if (one.messageModulus !== messageModulus || one.carryModulus !== carryModulus) {
      fail(`block ${i} has other moduli than block 0`);
    }
    if (one.lwe.length !== lwe.length) fail(`block ${i} has another LWE dimension than block 0`);
    if (one.degree > degreeLimit) fail(`degree of block ${i} is ${one.degree}; the most is ${degreeLimit}`);
  });
  if (lwe.length < 2) fail(`LWE ciphertext of ${lwe.length} elements; expected a mask and a body`);
  const blocks = wire.map(({ lwe, degree, noiseLevel }) => ({ lwe, degree, noiseLevel }));
  return { messageModulus, carryModulus, blocks };
}

/** The number of blocks of a type whose blocks have the given message modulus. */
export function blockCount(type: CiphertextType, messageModulus: number): number {
  return Math.ceil(CIPHERTEXT_BITS[type] / Math.log2(messageModulus));
}

/**
 * Checks that a ciphertext is one of a parameter set.
 *
 * @throws MismatchError naming what differs.
 */
export function checkConformance(ciphertext: SerializedCiphertext, parameters: ParameterSet): void {
  const expect = (what: string, found: number, expected: number): void => {
    if (found !== expected) {
      throw new MismatchError(
        `${what} of the ${ciphertext.type} is ${found}; ${parameters.name} has ${expected}`,
      );
    }
  };
  expect("message modulus", ciphertext.messageModulus, parameters.messageModulus);
  expect("carry modulus", ciphertext.carryModulus, parameters.carryModulus);
  for (const block of ciphertext.blocks) {
    expect("LWE dimension", block.lwe.length - 1, bigLweDimension(parameters));
    if (block.noiseLevel > parameters.maxNoiseLevel) {
      throw new MismatchError(
        `noise level of the ${ciphertext.type} is ${block.noiseLevel}; ${parameters.name} allows ${parameters.maxNoiseLevel}`,
      );
    }
  }
}

const codecs: { readonly [Type in CiphertextType]: Codec<SerializedCiphertext> } = {
  FheBool: ciphertext("FheBool"),
  FheUint8: ciphertext("FheUint8"),
  FheUint16: ciphertext("FheUint16"),
  FheUint32: ciphertext("FheUint32"),
  FheUint64: ciphertext("FheUint64"),
};

/** The bytes of a ciphertext in TFHE-rs 1.7's format. */
export function serializeCiphertext(value: SerializedCiphertext): Uint8Array<ArrayBuffer> {
  return safeSerialize(codecs[value.type], value);
}

/**
 * Reads a ciphertext in TFHE-rs 1.7's format. Its blocks fit each other and the type; whether they fit a key is
 * for `checkConformance` to say.
 *
 * @throws DeserializationError if the bytes are not one of the given type.
 */
export function deserializeCiphertext(
  type: CiphertextType,
  input: Uint8Array,
  options: DeserializeOptions = {},
): SerializedCiphertext {
  return safeDeserialize(codecs[type], input, options);
}
