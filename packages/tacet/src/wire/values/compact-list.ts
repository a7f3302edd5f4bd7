import { isCompactDimension } from "../../parameters/compact-encryption.ts";
import type { Moduli } from "../../parameters/moduli.ts";
import { binCount, type CompactCiphertexts } from "../../scheme/public-key/compact-public-key.ts";
import { type Codec, type Fail, mapped, struct, type ValueOf, versioned } from "../bincode/codec.ts";
import { wordVector } from "../bincode/primitives.ts";
import { commonModuli } from "../core/block.ts";
import { count, nativeModulus, taggedBytes } from "../core/core.ts";
import { expansionKind } from "../core/parameters.ts";
import { type DeserializeOptions, safeDeserialize, safeSerialize, standalone } from "../safe-serialize.ts";
import { blocksOfKinds, type DataKind, dataKinds } from "./data-kind.ts";

/** What TFHE-rs's `CompactCiphertextList` holds. */
export interface SerializedCompactList extends Moduli {
  /** The blocks of all values, least significant first, or their pairs. */
  readonly ciphertexts: CompactCiphertexts;
  /** Whether a ciphertext holds two blocks, the second weighing as much as the message modulus. */
  readonly packed: boolean;
  /** Whether the ciphertexts are under a secret key other than the one that is computed under. */
  readonly requiresCasting: boolean;
  /** What the values are, in order. */
  readonly kinds: readonly DataKind[];
  /** Bytes that an application attached. */
  readonly tag: Uint8Array;
}

/** `LweCompactCiphertextList`. */
const ciphertexts: Codec<CompactCiphertexts> = mapped(
  versioned(0, struct({ data: wordVector, lweSize: count, count, modulus: nativeModulus })),
  ({ data, lweSize, count }, fail) => {
    const lweDimension = lweSize - 1;
    if (!isCompactDimension(lweDimension)) {
      fail(`ciphertexts of dimension ${lweDimension}; expected a power of two up to 65536`);
    }
    const expected = binCount(lweDimension, count) * lweDimension + count;
    if (data.length !== expected) {
      fail(
        `${count} ciphertexts of dimension ${lweDimension} have ${expected} elements; found ${data.length}`,
      );
    }
    return { lweDimension, count, data };
  },
  ({ lweDimension, count, data }) => ({ data, lweSize: lweDimension + 1, count, modulus: null }),
);

/** `shortint::CompactCiphertextList`. */
const shortintList = versioned(
  2,
  struct({
    ciphertexts,
    degree: count,
    messageModulus: count,
    carryModulus: count,
    requiresCasting: expansionKind,
  }),
);

/** `integer::CompactCiphertextList`. */
const integerList = versioned(1, struct({ list: shortintList, kinds: dataKinds }));

/** `CompactCiphertextList`. */
const layout = versioned(1, struct({ list: integerList, tag: taggedBytes }));

type Layout = ValueOf<typeof layout>;

/** The largest value of a ciphertext: its degree. */
const degreeOf = (messageModulus: number, packed: boolean): number =>
  (packed ? messageModulus ** 2 : messageModulus) - 1;

/** Checks that blocks, kinds and moduli fit each other. */
function fromLayout({ list: { list, kinds }, tag }: Layout, fail: Fail): SerializedCompactList {
  const { ciphertexts, degree, requiresCasting } = list;
  const { messageModulus, carryModulus } = commonModuli([list], fail);
  const packed = degree >= messageModulus;
  if (degree !== degreeOf(messageModulus, packed)) {
    fail(
      `degree is ${degree}; expected ${degreeOf(messageModulus, false)} or ${degreeOf(messageModulus, true)}`,
    );
  }
  if (packed && carryModulus < messageModulus) fail("two blocks in a ciphertext that has room for one");
  const blocks = blocksOfKinds(kinds, messageModulus);
  const expected = packed ? Math.ceil(blocks / 2) : blocks;
  if (ciphertexts.count !== expected) {
    fail(`values of ${blocks} blocks take ${expected} ciphertexts; found ${ciphertexts.count}`);
  }
  return { messageModulus, carryModulus, ciphertexts, packed, requiresCasting, kinds, tag };
}

const toLayout = ({ messageModulus, packed, kinds, tag, ...list }: SerializedCompactList): Layout => ({
  list: {
    list: { ...list, messageModulus, degree: degreeOf(messageModulus, packed) },
    kinds: [...kinds],
  },
  tag,
});

const compactList: Codec<SerializedCompactList> = standalone(
  "high_level_api::CompactCiphertextList",
  mapped(layout, fromLayout, toLayout),
);

/** The bytes of a list in TFHE-rs's format. */
export function serializeCompactList(list: SerializedCompactList): Uint8Array<ArrayBuffer> {
  return safeSerialize(compactList, list);
}

/**
 * Reads a list in the format of TFHE-rs 1.0 to 1.8. Whether it fits a key is not for here to say.
 *
 * @throws DeserializationError if the bytes are not a list.
 */
export function deserializeCompactList(
  input: Uint8Array,
  options: DeserializeOptions = {},
): SerializedCompactList {
  return safeDeserialize(compactList, input, options);
}
