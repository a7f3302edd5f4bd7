import { describe, expect, test } from "vitest";
import { PARAM_MESSAGE_3_CARRY_3_KS_PBS_TUNIFORM_2M128 as SET_3_3 } from "../../src/parameters/sets.ts";
import { packIntegers } from "../../src/scheme/lwe/packed-integers.ts";
import {
  deserializeCompressedCiphertext,
  type SerializedCompressedCiphertext,
  serializeCompressedCiphertext,
} from "../../src/wire/values/compressed-ciphertext.ts";

/** A modulus-switched value under the 3_3 set, whose blocks do not divide most widths. */
function switched(
  type: SerializedCompressedCiphertext["type"],
  blocks: number,
): SerializedCompressedCiphertext {
  const { lweDimension, messageModulus, carryModulus } = SET_3_3;
  const block = {
    packed: packIntegers(new Uint32Array(lweDimension + 1).fill(5), 14),
    logModulus: 14,
    lweDimension,
    degree: 1,
  };
  const content = { form: "switched", blocks: new Array(blocks).fill(block) } as const;
  return { type, messageModulus, carryModulus, content, tag: new Uint8Array(0) };
}

describe("modulus-switched values", () => {
  test.each([
    ["FheUint8", 2], // three digits: a pair and one alone
    ["FheUint16", 3], // six: three pairs
    ["FheInt64", 11], // 22: eleven pairs
    ["FheUint2", 1],
    ["FheBool", 1],
  ] as const)("%s in %d blocks come back as they were, whatever their number of digits", (type, blocks) => {
    const value = switched(type, blocks);
    const bytes = serializeCompressedCiphertext(value);
    expect(deserializeCompressedCiphertext(type, bytes)).toEqual(value);
  });
});
