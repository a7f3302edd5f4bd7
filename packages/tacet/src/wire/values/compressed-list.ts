import { MismatchError } from "../../errors.ts";
import type { Moduli } from "../../parameters/moduli.ts";
import type { ParameterSet } from "../../parameters/parameter-set.ts";
import { checkGlwe, checkPacked } from "../../parameters/shapes.ts";
import type { ListKeyShape, ListShape } from "../../scheme/server-key/list-keys.ts";
import {
  type Codec,
  type Fail,
  mapped,
  optional,
  struct,
  type ValueOf,
  vector,
  versioned,
} from "../bincode/codec.ts";
import { commonModuli, packedIntegers, type WirePacked } from "../core/block.ts";
import { checked, expectEqual } from "../core/checks.ts";
import { atomicPattern, count, nativeModulus, pbsOrder, taggedBytes } from "../core/core.ts";
import { type DeserializeOptions, safeDeserialize, safeSerialize, standalone } from "../safe-serialize.ts";
import { blocksOfKinds, type DataKind, dataKinds } from "./data-kind.ts";

/** What TFHE-rs's `CompressedCiphertextList` holds. */
export interface SerializedCompressedList {
  /** The blocks of all values, least significant first; `null` if there are none. */
  readonly blocks: PackedBlocks | null;
  /** What the values are, in order. */
  readonly kinds: readonly DataKind[];
  /** Bytes that an application attached. */
  readonly tag: Uint8Array;
  /** For each value the bytes that go into the hash from which it is re-randomised. */
  readonly reRandomizationMetadata: readonly Uint8Array[];
}

/** Blocks packed into GLWE ciphertexts under a key of their own, whose elements are rounded. */
export interface PackedBlocks extends Moduli, ListShape {
  readonly glweDimension: number;
  readonly polynomialSize: number;
  readonly ciphertexts: readonly PackedGlwe[];
}

/** `CompressedModulusSwitchedGlweCiphertext`. */
export interface PackedGlwe {
  /** The mask's elements and then the bodies, one after the other in words of 64 bits, lowest bits first. */
  readonly packed: BigUint64Array<ArrayBuffer>;
  /** Number of bodies: of blocks. */
  readonly count: number;
}

/** Most GLWE ciphertexts of a list. */
const MOST_CIPHERTEXTS = 2 ** 20;

/** The same as it stands on the wire, where each has the shape of all. */
interface WireGlwe {
  integers: WirePacked;
  glweDimension: number;
  polynomialSize: number;
  bodies: number;
  modulus: null;
}

const glwes: Codec<WireGlwe[]> = vector(
  versioned(
    0,
    struct<WireGlwe>({
      integers: packedIntegers,
      glweDimension: count,
      polynomialSize: count,
      bodies: count,
      modulus: nativeModulus,
    }),
  ),
  MOST_CIPHERTEXTS,
);

const moduli = { messageModulus: count, carryModulus: count };

/** `CompressedCiphertextListMeta`. */
interface Meta extends Moduli {
  modulus: null;
  atomicPattern: null;
  ciphertextsPerGlwe: number;
}

const meta: Codec<Meta> = versioned(
  0,
  struct<Meta>({ modulus: nativeModulus, ...moduli, atomicPattern, ciphertextsPerGlwe: count }),
);

/** `CompressedCiphertextList` of `shortint`. */
interface ShortintList {
  glwes: WireGlwe[];
  meta: Meta | null;
}

/** `CompressedCiphertextList` of `integer`. */
export interface IntegerList {
  list: ShortintList;
  kinds: DataKind[];
}

/** As it was before lists without blocks had no moduli. */
const former = (pattern: Codec<null>): Codec<ShortintList> =>
  mapped(
    struct({
      glwes,
      modulus: nativeModulus,
      ...moduli,
      atomicPattern: pattern,
      ciphertextsPerGlwe: count,
      count,
    }),
    ({ glwes, count, ...meta }, fail) => {
      const bodies = glwes.reduce((sum, { bodies }) => sum + bodies, 0);
      expectEqual("number of ciphertexts of the list", count, bodies, fail);
      return { glwes, meta: glwes.length === 0 ? null : meta };
    },
    ({ glwes, meta }) => {
      if (meta === null) throw new TypeError("a list without moduli");
      return { glwes, ...meta, count: glwes.reduce((sum, { bodies }) => sum + bodies, 0) };
    },
  );

/** `CompressedCiphertextList` of `integer` around that of `shortint`. */
export const integerList: Codec<IntegerList> = versioned(
  0,
  struct<IntegerList>({
    list: versioned(2, struct({ glwes, meta: optional(meta) }), {
      1: former(atomicPattern),
      0: former(pbsOrder),
    }),
    kinds: dataKinds,
  }),
);

const MOST_VALUES = 2 ** 20;

/** `CompressedCiphertextList`. */
const layout = versioned(
  3,
  struct({
    list: integerList,
    tag: taggedBytes,
    reRandomizationMetadata: vector(taggedBytes, MOST_VALUES) as Codec<readonly Uint8Array[]>,
  }),
  {
    2: mapped(
      struct({ list: integerList, tag: taggedBytes }),
      ({ list, tag }) => ({
        list,
        tag,
        reRandomizationMetadata: list.kinds.map(() => new Uint8Array(0)) as readonly Uint8Array[],
      }),
      ({ list, tag }) => ({ list, tag }),
    ),
  },
);

/** Checks that ciphertexts, kinds and moduli fit each other. */
function fromLayout(
  { list, tag, reRandomizationMetadata }: ValueOf<typeof layout>,
  fail: Fail,
): SerializedCompressedList {
  const { kinds } = list;
  const blocks = fromIntegerList(list, fail);
  expectEqual("number of re-randomisation metadata", reRandomizationMetadata.length, kinds.length, fail);
  return { blocks, kinds, tag, reRandomizationMetadata };
}

/** The blocks of a list. Refuses one whose ciphertexts, kinds and moduli do not fit each other. */
export function fromIntegerList(
  { list: { glwes, meta }, kinds }: IntegerList,
  fail: Fail,
): PackedBlocks | null {
  const [first] = glwes;
  if (first === undefined || meta === null) {
    if (first !== undefined) fail("a list of blocks without moduli");
    const withBlocks = kinds.some((data) => data.kind !== "string" || data.value.characters > 0);
    if (withBlocks) fail("values without blocks");
    return null;
  }
  const { messageModulus, carryModulus } = commonModuli([meta], fail);
  const { ciphertextsPerGlwe } = meta;
  const { glweDimension, polynomialSize } = first;
  const storedBits = first.integers.logModulus;
  checked(first, () => checkGlwe("list", glweDimension, polynomialSize), fail);
  checked(meta, () => checkPacked("list", ciphertextsPerGlwe, polynomialSize), fail);
  const count = blocksOfKinds(kinds, messageModulus);
  const ciphertexts = glwes.map(({ integers, bodies, ...shape }, i) => {
    const expected = Math.min(ciphertextsPerGlwe, count - i * ciphertextsPerGlwe);
    if (expected < 1) fail(`${glwes.length} ciphertexts of ${count} blocks`);
    expectEqual(`number of blocks of ciphertext ${i}`, bodies, expected, fail);
    expectEqual(`GLWE dimension of ciphertext ${i}`, shape.glweDimension, glweDimension, fail);
    expectEqual(`polynomial size of ciphertext ${i}`, shape.polynomialSize, polynomialSize, fail);
    expectEqual(`bits of an element of ciphertext ${i}`, integers.logModulus, storedBits, fail);
    const elements = glweDimension * polynomialSize + bodies;
    expectEqual(`number of elements of ciphertext ${i}`, integers.length, elements, fail);
    return { packed: integers.packed, count: bodies };
  });
  const most = glwes.length * ciphertextsPerGlwe;
  if (count > most) fail(`values of ${count} blocks in ciphertexts of at most ${most}`);
  const ring = { glweDimension, polynomialSize };
  return { messageModulus, carryModulus, ciphertextsPerGlwe, storedBits, ...ring, ciphertexts };
}

function toLayout({
  blocks,
  kinds,
  tag,
  reRandomizationMetadata,
}: SerializedCompressedList): ValueOf<typeof layout> {
  return { list: toIntegerList(blocks, kinds), tag, reRandomizationMetadata };
}

/** The reverse of `fromIntegerList`. */
export function toIntegerList(blocks: PackedBlocks | null, kinds: readonly DataKind[]): IntegerList {
  if (blocks === null) return { list: { glwes: [], meta: null }, kinds: [...kinds] };
  const { messageModulus, carryModulus, ciphertextsPerGlwe, storedBits } = blocks;
  const { glweDimension, polynomialSize, ciphertexts } = blocks;
  const glwes = ciphertexts.map(({ packed, count }) => ({
    integers: { packed, logModulus: storedBits, length: glweDimension * polynomialSize + count },
    glweDimension,
    polynomialSize,
    bodies: count,
    modulus: null,
  }));
  const meta = { modulus: null, messageModulus, carryModulus, atomicPattern: null, ciphertextsPerGlwe };
  return { list: { glwes, meta }, kinds: [...kinds] };
}

/**
 * Checks that packed blocks are as a parameter set and the key of lists have it.
 *
 * @throws MismatchError naming what differs.
 */
export function checkListConformance(
  blocks: PackedBlocks,
  parameters: ParameterSet,
  { elements, ciphertextsPerGlwe, packing }: ListKeyShape,
): void {
  const expect = (what: string, found: number, expected: number): void => {
    if (found === expected) return;
    throw new MismatchError(`${what} of the list is ${found}; the key has ${expected}`);
  };
  expect("message modulus", blocks.messageModulus, parameters.messageModulus);
  expect("carry modulus", blocks.carryModulus, parameters.carryModulus);
  expect("number of mask elements", blocks.glweDimension * blocks.polynomialSize, elements);
  expect("number of blocks in a ciphertext", blocks.ciphertextsPerGlwe, ciphertextsPerGlwe);
  if (packing === null) return;
  expect("polynomial size", blocks.polynomialSize, packing.polynomialSize);
  expect("number of stored bits", blocks.storedBits, packing.storedBits);
}

const compressedList: Codec<SerializedCompressedList> = standalone(
  "high_level_api::CompressedCiphertextList",
  mapped(layout, fromLayout, toLayout),
);

/** The bytes of a list in TFHE-rs's format. */
export function serializeCompressedList(list: SerializedCompressedList): Uint8Array<ArrayBuffer> {
  return safeSerialize(compressedList, list);
}

/**
 * Reads a list in the format of TFHE-rs 1.0 to 1.8. Whether it fits a key is for `checkListConformance` to say.
 *
 * @throws DeserializationError if the bytes are not a list.
 */
export function deserializeCompressedList(
  input: Uint8Array,
  options: DeserializeOptions = {},
): SerializedCompressedList {
  return safeDeserialize(compressedList, input, options);
}
