import {
  COMPRESSION_SETS,
  type CompressionParameters,
  checkStoredBits,
  validateCompression,
} from "../../parameters/compression.ts";
import type { ValuesOf } from "../../parameters/known-sets.ts";
import { bigLweDimension, type ParameterSet } from "../../parameters/parameter-set.ts";
import { checkPacked } from "../../parameters/shapes.ts";
import type { PackedSecretKey } from "../../scheme/secret-key/secret-key.ts";
import type {
  ExpandedCompressionKey,
  ExpandedDecompressionKey,
} from "../../scheme/server-key/expanded-key.ts";
import type { CompressionKey, DecompressionKey } from "../../scheme/server-key/seeded-key.ts";
import { type Codec, type Fail, mapped, struct, variant, versioned } from "../bincode/codec.ts";
import { bootstrapInput, checked, expectEqual, glweKeyOf, packingInput } from "../core/checks.ts";
import { count } from "../core/core.ts";
import { match, tuniform } from "../core/parameters.ts";
import { core64 } from "../core/torus.ts";
import { bootstrapKey, type WireBootstrap } from "./bootstrap-key.ts";

/*
 * The keys with which ciphertexts are packed into lists of a few bits each, and unpacked again.
 */

/** `ClassicCompressionParameters`. */
const parameterFields = struct<ValuesOf<CompressionParameters>>({
  bootstrapLevel: count,
  bootstrapBaseLog: count,
  packingLevel: count,
  packingBaseLog: count,
  polynomialSize: count,
  glweDimension: count,
  ciphertextsPerGlwe: count,
  storedBits: count,
  noise: tuniform,
});

/** `CompressionParameters`. */
const compressionParameters: Codec<CompressionParameters> = mapped(
  versioned(
    1,
    variant(
      ["classic compression parameters", "multi-bit compression parameters"],
      0,
      versioned(0, parameterFields),
    ),
    { 0: parameterFields },
  ),
  (values, fail, format) => match(values, COMPRESSION_SETS, validateCompression, fail, format),
  (set) => set,
);

/** `CompressionPrivateKeys` of `integer` around that of `shortint`. */
export const compressionSecretKey: Codec<PackedSecretKey<CompressionParameters>> = mapped(
  versioned(0, versioned(0, struct({ key: core64.glweSecretKey, parameters: compressionParameters }))),
  ({ key, parameters }, fail) => ({
    key: glweKeyOf("compression key", key, parameters, fail),
    parameters,
  }),
  ({ key, parameters }) => ({
    key: { data: key, polynomialSize: parameters.polynomialSize },
    parameters,
  }),
);

/** `CompressedCompressionKey` of `integer` around that of `shortint`. */
export const compressionKey: Codec<CompressionKey> = versioned(
  2,
  versioned(
    2,
    struct<CompressionKey>({
      packing: core64.seededPackingKey,
      ciphertextsPerGlwe: count,
      storedBits: count,
    }),
  ),
);

/** A decompression key as it was before it said how the modulus is switched. */
export function formerDecompressionKey<Key>(
  key: Codec<Key>,
): Codec<{ bootstrap: { key: Key; modulusSwitch: "standard" }; ciphertextsPerGlwe: number }> {
  return mapped(
    struct<{ key: Key; ciphertextsPerGlwe: number }>({ key, ciphertextsPerGlwe: count }),
    ({ key, ciphertextsPerGlwe }) => ({ bootstrap: { key, modulusSwitch: "standard" }, ciphertextsPerGlwe }),
    ({ bootstrap: { key }, ciphertextsPerGlwe }) => ({ key, ciphertextsPerGlwe }),
  );
}

/**
 * Whose modulus switch is the standard one, as elements have been rounded already.
 *
 * @param ignored whether the key may say otherwise: in the first layout that meant nothing.
 */
export function decompressionFields<Key, Zeros>(
  bootstrap: Codec<WireBootstrap<Key, Zeros>>,
  ignored = false,
): Codec<{ bootstrap: { key: Key; modulusSwitch: "standard" }; ciphertextsPerGlwe: number }> {
  return mapped(
    struct<{ bootstrap: WireBootstrap<Key, Zeros>; ciphertextsPerGlwe: number }>({
      bootstrap,
      ciphertextsPerGlwe: count,
    }),
    ({ bootstrap: { key, modulusSwitch }, ciphertextsPerGlwe }, fail) =>
      ignored || modulusSwitch === "standard"
        ? { bootstrap: { key, modulusSwitch: "standard" }, ciphertextsPerGlwe }
        : fail("decompression key whose modulus switch is not the standard one"),
    (key) => key,
  );
}

/** `CompressionKey` of `integer` around that of `shortint`. */
export const expandedCompressionKey: Codec<ExpandedCompressionKey> = versioned(
  0,
  versioned(
    0,
    struct<ExpandedCompressionKey>({
      packing: core64.packingKey,
      ciphertextsPerGlwe: count,
      storedBits: count,
    }),
  ),
);

/** `CompressedDecompressionKey` of `integer` around that of `shortint`. */
export const decompressionKey: Codec<DecompressionKey> = versioned(
  1,
  versioned(2, decompressionFields(bootstrapKey), { 1: formerDecompressionKey(core64.seededBootstrapKey) }),
);

/** Refuses keys, in either form, that do not go with the parameters, or with each other. */
export function checkCompressionKeys(
  compression: CompressionKey | ExpandedCompressionKey | null,
  decompression: DecompressionKey | ExpandedDecompressionKey | null,
  parameters: ParameterSet,
  fail: Fail,
): void {
  if (compression !== null) {
    const { packing, ciphertextsPerGlwe, storedBits } = compression;
    const input = packingInput("compression key", packing, fail);
    expectEqual("input dimension of the compression key", input, bigLweDimension(parameters), fail);
    checked(packing, () => checkPacked("compression key", ciphertextsPerGlwe, packing.polynomialSize), fail);
    checked(storedBits, checkStoredBits, fail);
  }
  if (decompression !== null) {
    const { key } = decompression.bootstrap;
    const { glweDimension, polynomialSize } = parameters;
    const input = bootstrapInput("decompression key", key, fail);
    expectEqual("GLWE dimension of the decompression key", key.glweSize - 1, glweDimension, fail);
    expectEqual("polynomial size of the decompression key", key.polynomialSize, polynomialSize, fail);
    if (compression !== null) {
      const { packing, ciphertextsPerGlwe } = compression;
      const expected = (packing.glweSize - 1) * packing.polynomialSize;
      expectEqual("input dimension of the decompression key", input, expected, fail);
      expectEqual(
        "number of ciphertexts that the decompression key unpacks",
        decompression.ciphertextsPerGlwe,
        ciphertextsPerGlwe,
        fail,
      );
    }
  }
}
