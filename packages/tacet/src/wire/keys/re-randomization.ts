import type { CastingParameters } from "../../parameters/compact-sets.ts";
import { bigLweDimension, type ParameterSet } from "../../parameters/parameter-set.ts";
import type { ReRandomizationParameters } from "../../parameters/re-randomization.ts";
import type { ReRandomizer } from "../../scheme/server-key/other-keys.ts";
import type { SeededCastingKey } from "../../scheme/server-key/seeded-key.ts";
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
import { checkModuli, expectEqual } from "../core/checks.ts";
import {
  type CompactEncryptionValues,
  castingParameters,
  compactEncryptionValues,
} from "../core/parameters.ts";
import { castingKey, fromWireCasting, toWireCasting, type WireCastingKey } from "./casting-key.ts";
import { seededCompactKey, type WireSeededCompactKey } from "./compact-public-key.ts";

/*
 * What ciphertexts are re-randomised with: encryptions of zero by a compact public key.
 */

/** `ReRandomizationParameters`. */
export const reRandomizationParameters: Codec<ReRandomizationParameters> = mapped(
  versioned(
    0,
    union<{ dedicated: CastingParameters; derived: null }>({
      dedicated: castingParameters,
      derived: nothing,
    }),
  ),
  ({ kind, value }) => (kind === "derived" ? kind : value),
  (parameters) =>
    parameters === "derived"
      ? { kind: parameters, value: null }
      : { kind: "dedicated" as const, value: parameters },
);

/** What stood in its place in TFHE-rs 1.4 and 1.5. */
export const formerReRandomizationParameters: Codec<ReRandomizationParameters> = mapped(
  castingParameters,
  (parameters): ReRandomizationParameters => parameters,
  (parameters: ReRandomizationParameters) => {
    if (parameters === "derived") throw new TypeError("cannot write derived");
    return parameters;
  },
);

/** The key switch from the dedicated compact key: that which casts to the big key, or another. */
type KeySwitchChoice = Variant<{ casting: null; own: WireCastingKey }>;

/** `CompressedReRandomizationKeySwitchingKey`. */
const keySwitchChoice: Codec<KeySwitchChoice> = versioned(
  0,
  union<{ casting: null; own: WireCastingKey }>({ casting: nothing, own: castingKey }),
);

/** A compact public key of the big key, in seeded form. */
export interface DerivedCompactKey {
  body: WireSeededCompactKey;
  parameters: CompactEncryptionValues;
}

/** `CompressedCompactPublicKey` of `integer` around that of `shortint`. */
const derivedCompactKey: Codec<DerivedCompactKey> = versioned(
  0,
  versioned(1, struct<DerivedCompactKey>({ body: seededCompactKey, parameters: compactEncryptionValues })),
);

export type ReRandomizationKey = Variant<{ dedicated: KeySwitchChoice; derived: DerivedCompactKey }>;

/** `CompressedReRandomizationKey`. */
export const reRandomizationKey: Codec<ReRandomizationKey> = versioned(
  0,
  union<{ dedicated: KeySwitchChoice; derived: DerivedCompactKey }>({
    dedicated: keySwitchChoice,
    derived: derivedCompactKey,
  }),
);

/** What stood in its place in TFHE-rs 1.4 and 1.5. */
export const formerReRandomizationKey: Codec<ReRandomizationKey> = mapped(
  keySwitchChoice,
  (value) => ({ kind: "dedicated" as const, value }),
  ({ kind, value }) => {
    if (kind !== "dedicated") throw new TypeError(`cannot write ${kind}`);
    return value;
  },
);

/** Nothing is computed with keys that are only carried along, whatever their parameters. */
const CARRIED: Format = { versioned: true, allowInsecureParameters: true };

/** Refuses a key that does not go with the parameters, or with the casting key. */
export function checkReRandomizationKey(
  { kind, value }: ReRandomizationKey,
  casting: SeededCastingKey | null,
  parameters: ParameterSet,
  fail: Fail,
): void {
  if (kind === "derived") {
    const { body } = value;
    const dimension = bigLweDimension(parameters);
    checkModuli("re-randomisation key", value.parameters, parameters, fail);
    expectEqual("dimension of the re-randomisation key", value.parameters.lweDimension, dimension, fail);
    if (value.parameters.requiresCasting) fail("re-randomisation by the big key with a key switch");
    expectEqual("GLWE size of the re-randomisation key", body.glweSize, 2, fail);
    expectEqual("length of the re-randomisation key", body.data.length, dimension, fail);
    return;
  }
  if (casting === null) fail("re-randomisation of a dedicated compact key without the casting key");
  const used = value.kind === "own" ? fromWireCasting(value.value, parameters, fail, CARRIED) : casting;
  if (used.destination !== "big") fail("re-randomisation under the small key");
  expectEqual(
    "input dimension of the re-randomisation key",
    used.inputDimension,
    casting.inputDimension,
    fail,
  );
}

/** A key that has been made, as it is carried along. */
export function toWireReRandomization(key: ReRandomizer, parameters: ParameterSet): ReRandomizationKey {
  switch (key.kind) {
    case "casting":
      return { kind: "dedicated", value: { kind: "casting", value: null } };
    case "own":
      return { kind: "dedicated", value: { kind: "own", value: toWireCasting(key.key, parameters) } };
    case "derived": {
      const { encryption, seed, body } = key.key;
      return {
        kind: "derived",
        value: { body: { data: body, glweSize: 2, seed, modulus: null }, parameters: encryption },
      };
    }
  }
}
