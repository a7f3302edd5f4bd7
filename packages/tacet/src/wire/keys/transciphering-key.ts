import type { ParameterSet } from "../../parameters/parameter-set.ts";
import { checkTransciphering } from "../../parameters/transciphering.ts";
import type { TranscipheringSecretKey } from "../../scheme/secret-key/secret-key.ts";
import {
  type Codec,
  type Fail,
  mapped,
  nothing,
  struct,
  union,
  type Variant,
  versioned,
} from "../bincode/codec.ts";
import type { Format } from "../bincode/reader.ts";
import { checked, expectEqual } from "../core/checks.ts";
import { count } from "../core/core.ts";
import type { WireBootstrapKey } from "../core/torus.ts";
import type { WireFourierKey } from "./fourier-key.ts";
import { expandedOprfKey, oprfSecretKey, seededOprfKey } from "./oprf-key.ts";

/*
 * The keys that the streams of ciphers are drawn with, where TFHE-rs turns what a cipher of bits has encrypted into
 * ciphertexts. They are those of random generation once more, drawn on their own. Tacet carries them along.
 */

type Dimension = Variant<{ same: null; own: { lweDimension: number } }>;

/** `TranscipheringParameters`. */
const transcipheringParameters: Codec<Dimension> = versioned(
  0,
  union<{ same: null; own: { lweDimension: number } }>({
    same: nothing,
    own: versioned(0, struct({ lweDimension: count })),
  }),
);

/** `TranscipheringPrivateKey`. */
export const transcipheringSecretKey: Codec<TranscipheringSecretKey> = versioned(
  0,
  mapped(
    struct({ key: oprfSecretKey, dimension: transcipheringParameters }),
    ({ key, dimension: { kind, value } }, fail) => {
      if (kind === "own")
        expectEqual("length of the transciphering key", key.length, value.lweDimension, fail);
      return { key, dedicated: kind === "own" };
    },
    ({ key, dedicated }) => ({
      key,
      dimension: dedicated
        ? { kind: "own" as const, value: { lweDimension: key.length } }
        : { kind: "same" as const, value: null },
    }),
  ),
);

/** `CompressedTranscipheringServerKey`. */
export const seededTranscipheringKey: Codec<WireBootstrapKey> = versioned(0, seededOprfKey);

/** `TranscipheringServerKey`. */
export const expandedTranscipheringKey: Codec<WireFourierKey> = versioned(0, expandedOprfKey);

/** Refuses a dimension that does not go with the parameters, or is not known to be secure and not allowed. */
export function checkTranscipheringDimension(
  lweDimension: number,
  parameters: ParameterSet,
  fail: Fail,
  { allowInsecureParameters = false }: Format,
): void {
  checked({ lweDimension }, (key) => checkTransciphering(key, parameters, allowInsecureParameters), fail);
}
