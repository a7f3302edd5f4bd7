import { MismatchError } from "../../errors.ts";
import type { Moduli } from "../../parameters/moduli.ts";
import { bigLweDimension, type ParameterSet } from "../../parameters/parameter-set.ts";
import { Alike, alike } from "../bincode/alike.ts";
import { type Codec, type Fail, mapped, struct, unlessAtEnd, vector, versioned } from "../bincode/codec.ts";
import { bool } from "../bincode/primitives.ts";
import { type Block, block, commonModuli, type WireBlock } from "../core/block.ts";
import { checkLweSize } from "../core/checks.ts";
import { taggedBytes } from "../core/core.ts";
import { blocksOfType, type CiphertextType, forEachType, SHAPES, type TextType } from "../core/types.ts";
import { type DeserializeOptions, safeDeserialize, safeSerialize, standalone } from "../safe-serialize.ts";

export type { Block } from "../core/block.ts";

/** What one of TFHE-rs's `FheBool`, `FheUint`, `FheInt` or `FheAsciiString` types holds. */
export interface SerializedCiphertext extends Moduli {
  readonly type: CiphertextType;
  /** The blocks, least significant first; of a string, those of one character after the other. */
  readonly blocks: readonly Block[];
  /** Whether zeros may stand at the end of a string, which hide its length. */
  readonly padded?: boolean;
  /** Bytes that an application attached. */
  readonly tag: Uint8Array;
  /** Bytes that go into the hash from which the ciphertext is re-randomised. */
  readonly reRandomizationMetadata: Uint8Array;
}

/** Blocks of the widest type in blocks of one bit. */
export const MOST_BLOCKS = 2048;

/** `InnerBoolean`, a `BooleanBlock` at rest outside any accelerator. */
const booleanBlocks: Codec<readonly WireBlock<Block>[]> = mapped(
  versioned(0, versioned(0, block)),
  (single) => [single],
  (blocks) => blocks[0],
);

/** The same for a `RadixCiphertext` or a `SignedRadixCiphertext`. */
const radixBlocks: Codec<readonly WireBlock<Block>[]> = mapped(
  versioned(0, versioned(0, alike(block, MOST_BLOCKS))),
  (blocks) => (blocks instanceof Alike ? blocks.map(withPayload) : blocks),
  (blocks) => blocks,
);

/** A block with the properties of another. */
function withPayload(block: WireBlock<Block>, payload: Uint8Array<ArrayBuffer>): WireBlock<Block> {
  return { ...block, lwe: new BigUint64Array(payload.buffer) };
}

/** Most characters of a string: TFHE-rs's lengths have 16 bits. */
export const MOST_CHARACTERS: number = 2 ** 16 - 1;

interface WireString {
  readonly characters: readonly (readonly WireBlock<Block>[])[];
  readonly padded: boolean;
}

/** An `AsciiDevice` around a `FheString`, whose `FheAsciiChar`s are `RadixCiphertext`s. */
const stringCharacters: Codec<WireString> = versioned(
  0,
  versioned(0, struct<WireString>({ characters: vector(radixBlocks, MOST_CHARACTERS), padded: bool })),
);

const NOTHING = new Uint8Array(0);

/** `FheAsciiString`, whose characters may be bytes of UTF-8. Before 1.4 its only layout ended with the tag. */
function text(type: TextType): Codec<SerializedCiphertext> {
  const fields = {
    text: stringCharacters,
    tag: taggedBytes,
    reRandomizationMetadata: unlessAtEnd(taggedBytes, NOTHING),
  };
  return standalone(
    "high_level_api::FheAsciiString",
    mapped(
      versioned(0, struct(fields)),
      ({ text: { characters, padded }, ...rest }, fail) => {
        const content = characters.length === 0 ? EMPTY : charactersOf(characters, fail);
        return { type, ...content, padded, ...rest };
      },
      ({ blocks, messageModulus, carryModulus, padded = false, tag, reRandomizationMetadata }) => {
        const wire = toWireBlocks(blocks, { messageModulus, carryModulus });
        const size = blocksOfType("FheAsciiString", Math.log2(messageModulus));
        const characters = Array.from({ length: blocks.length / size || 0 }, (_, i) =>
          wire.slice(i * size, (i + 1) * size),
        );
        return { text: { characters, padded }, tag, reRandomizationMetadata };
      },
    ),
  );
}

/** What is known of a string of no characters. */
const EMPTY = { blocks: [], messageModulus: 0, carryModulus: 0 };

function charactersOf(
  characters: WireString["characters"],
  fail: Fail,
): Pick<SerializedCiphertext, "blocks" | "messageModulus" | "carryModulus"> {
  const content = fromWireBlocks("FheAsciiString", characters.flat(), fail);
  const size = content.blocks.length / characters.length;
  characters.forEach(({ length }, i) => {
    if (length !== size) fail(`character ${i} has ${length} blocks; others have more or less`);
  });
  return content;
}

function toWireBlocks(blocks: readonly Block[], moduli: Moduli): WireBlock<Block>[] {
  return blocks.map((one) => ({ ...one, ...moduli, atomicPattern: null }));
}

/** The widths of a sign have one name and one layout; only the number of blocks tells them apart. */
export const WIRE_NAMES = { boolean: "FheBool", unsigned: "FheUint", signed: "FheInt" } as const;

function ciphertext(type: CiphertextType): Codec<SerializedCiphertext> {
  const { kind } = SHAPES[type];
  if (kind === "string") return text(type as TextType);
  const fields = {
    blocks: kind === "boolean" ? booleanBlocks : radixBlocks,
    tag: taggedBytes,
    reRandomizationMetadata: taggedBytes,
  };
  return standalone(
    `high_level_api::${WIRE_NAMES[kind]}`,
    mapped(
      versioned(2, struct(fields), {
        1: struct(fields, { reRandomizationMetadata: new Uint8Array(0) }),
      }),
      ({ blocks, ...rest }, fail) => ({ type, ...fromWireBlocks(type, blocks, fail), ...rest }),
      ({ blocks, messageModulus, carryModulus, tag, reRandomizationMetadata }) => ({
        blocks: toWireBlocks(blocks, { messageModulus, carryModulus }),
        tag,
        reRandomizationMetadata,
      }),
    ),
  );
}

/** Checks what can be checked without a key: that the blocks fit each other, the type and their own moduli. */
function fromWireBlocks(
  type: CiphertextType,
  wire: readonly WireBlock<Block>[],
  fail: Fail,
): Pick<SerializedCiphertext, "blocks" | "messageModulus" | "carryModulus"> {
  const moduli = commonModuli(wire, fail);
  checkBlockCount(type, wire.length, moduli, fail);
  const size = wire[0].lwe.length;
  checkLweSize(size, fail);
  wire.forEach(({ lwe, degree }, i) => {
    if (lwe.length !== size) fail(`block ${i} has another LWE dimension than block 0`);
    checkDegree(type, degree, i, moduli, fail);
  });
  const blocks = wire.map(({ lwe, degree, noiseLevel }) => ({ lwe, degree, noiseLevel }));
  return { ...moduli, blocks };
}

/** Refuses a number of blocks that is not the type's. */
export function checkBlockCount(type: CiphertextType, found: number, moduli: Moduli, fail: Fail): void {
  const bits = Math.log2(moduli.messageModulus);
  const expected = Math.ceil(blocksOfType(type, bits));
  if (SHAPES[type].kind === "string") {
    if (Number.isInteger(found / expected) && Number.isInteger(blocksOfType(type, bits))) return;
    fail(`a character of ${type} has 8 bits; found ${found} blocks of ${bits} bits`);
  }
  if (found !== expected) fail(`${type} has ${expected} blocks of ${bits} bits; found ${found} blocks`);
}

/** Refuses a degree that no block of the type can have. */
export function checkDegree(
  type: CiphertextType,
  degree: number,
  index: number,
  { messageModulus, carryModulus }: Moduli,
  fail: Fail,
): void {
  const most = type === "FheBool" ? 1 : messageModulus * carryModulus - 1;
  if (degree > most) fail(`degree of block ${index} is ${degree}; the most is ${most}`);
}

/**
 * Checks that a ciphertext is one of a parameter set.
 *
 * @throws MismatchError naming what differs.
 */
export function checkConformance(ciphertext: SerializedCiphertext, parameters: ParameterSet): void {
  if (ciphertext.blocks.length === 0) return; // a string of no characters
  const expect = expectation(ciphertext.type, parameters);
  expect("message modulus", ciphertext.messageModulus, parameters.messageModulus);
  expect("carry modulus", ciphertext.carryModulus, parameters.carryModulus);
  for (const block of ciphertext.blocks) {
    expect("LWE dimension", block.lwe.length - 1, bigLweDimension(parameters));
    checkNoiseLevel(ciphertext.type, block.noiseLevel, parameters);
  }
}

/** @throws MismatchError if a noise level is more than a parameter set allows. */
export function checkNoiseLevel(type: CiphertextType, level: number, parameters: ParameterSet): void {
  if (level > parameters.maxNoiseLevel) {
    throw new MismatchError(
      `noise level of the ${type} is ${level}; ${parameters.name} allows ${parameters.maxNoiseLevel}`,
    );
  }
}

/** What throws a MismatchError where something of a type is not as in a parameter set. */
export function expectation(
  type: CiphertextType,
  parameters: ParameterSet,
): (what: string, found: number, expected: number) => void {
  return (what, found, expected) => {
    if (found === expected) return;
    throw new MismatchError(`${what} of the ${type} is ${found}; ${parameters.name} has ${expected}`);
  };
}

const codecOf: (type: CiphertextType) => Codec<SerializedCiphertext> = forEachType(ciphertext);

/** The bytes of a ciphertext in TFHE-rs's format. */
export function serializeCiphertext(value: SerializedCiphertext): Uint8Array<ArrayBuffer> {
  return safeSerialize(codecOf(value.type), value);
}

/**
 * Reads a ciphertext in the format of TFHE-rs 1.0 to 1.8. Its blocks fit each other and the type; whether they fit a
 * key is for `checkConformance` to say.
 *
 * @throws DeserializationError if the bytes are not one of the given type.
 */
export function deserializeCiphertext(
  type: CiphertextType,
  input: Uint8Array,
  options: DeserializeOptions = {},
): SerializedCiphertext {
  return safeDeserialize(codecOf(type), input, options);
}
