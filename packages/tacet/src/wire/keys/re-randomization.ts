import { type CompactEncryption, validateCompactEncryption } from "../../parameters/compact-encryption.ts";
import type { CastingParameters } from "../../parameters/compact-sets.ts";
import { bigLweDimension, type ParameterSet } from "../../parameters/parameter-set.ts";
import type { ReRandomizationParameters } from "../../parameters/re-randomization.ts";
import type { ExpandedReRandomizer } from "../../scheme/server-key/expanded-key.ts";
import type { CastingShape, ReRandomizer } from "../../scheme/server-key/seeded-key.ts";
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
import { checked, checkModuli, expectEqual } from "../core/checks.ts";
import {
  type CompactEncryptionValues,
  castingParameters,
  compactEncryptionValues,
} from "../core/parameters.ts";
import {
  castingKey,
  expandedCastingKey,
  fromWireCasting,
  fromWireExpandedCasting,
  toWireCasting,
  toWireExpandedCasting,
  type WireCastingKey,
  type WireExpandedCastingKey,
} from "./casting-key.ts";
import {
  expandedCompactKey,
  seededCompactKey,
  type WireCompactKey,
  type WireSeededCompactKey,
} from "./compact-public-key.ts";

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

/**
 * The key switch from the dedicated compact key: that which casts to the big key, or another.
 * (`ReRandomizationKeySwitchingKey`, or its compressed form.)
 */
type KeySwitchChoice<Casting> = Variant<{ casting: null; own: Casting }>;

function keySwitchChoice<Casting>(casting: Codec<Casting>): Codec<KeySwitchChoice<Casting>> {
  return versioned(0, union<{ casting: null; own: Casting }>({ casting: nothing, own: casting }));
}

/** A compact public key of the big key. */
interface DerivedKey<Key> {
  body: Key;
  parameters: CompactEncryptionValues;
}

/** `ReRandomizationKey`, or its compressed form. */
type WireReRandomizer<Key, Casting> = Variant<{
  dedicated: KeySwitchChoice<Casting>;
  derived: DerivedKey<Key>;
}>;

export type WireSeededReRandomizer = WireReRandomizer<WireSeededCompactKey, WireCastingKey>;
export type WireExpandedReRandomizer = WireReRandomizer<WireCompactKey, WireExpandedCastingKey>;

function reRandomizer<Key, Casting>(
  key: Codec<Key>,
  casting: Codec<Casting>,
): Codec<WireReRandomizer<Key, Casting>> {
  return versioned(
    0,
    union<{ dedicated: KeySwitchChoice<Casting>; derived: DerivedKey<Key> }>({
      dedicated: keySwitchChoice(casting),
      // `CompactPublicKey` of `integer` around that of `shortint`.
      derived: versioned(
        0,
        versioned(1, struct<DerivedKey<Key>>({ body: key, parameters: compactEncryptionValues })),
      ),
    }),
  );
}

/** What stood in its place in TFHE-rs 1.4 and 1.5. */
function formerReRandomizer<Key, Casting>(casting: Codec<Casting>): Codec<WireReRandomizer<Key, Casting>> {
  return mapped(
    keySwitchChoice(casting),
    (value) => ({ kind: "dedicated" as const, value }),
    ({ kind, value }) => {
      if (kind !== "dedicated") throw new TypeError(`cannot write ${kind}`);
      return value;
    },
  );
}

/** `CompressedReRandomizationKey`. */
export const seededReRandomizer: Codec<WireSeededReRandomizer> = reRandomizer(seededCompactKey, castingKey);
export const formerSeededReRandomizer: Codec<WireSeededReRandomizer> = formerReRandomizer(castingKey);

/** `ReRandomizationKey`. */
export const expandedReRandomizer: Codec<WireExpandedReRandomizer> = reRandomizer(
  expandedCompactKey,
  expandedCastingKey,
);
export const formerExpandedReRandomizer: Codec<WireExpandedReRandomizer> =
  formerReRandomizer(expandedCastingKey);

/** Nothing is bootstrapped after its key switch, whose parameters add to noise alone. */
const UNPUBLISHED: Format = { versioned: true, allowInsecureParameters: true };

/** A key that has been read. Refuses one that does not go with the parameters, or with the casting key. */
export function fromSeededReRandomizer(
  wire: WireSeededReRandomizer,
  casting: CastingShape | null,
  parameters: ParameterSet,
  fail: Fail,
): ReRandomizer {
  if (wire.kind === "derived") {
    const { body, parameters: values } = wire.value;
    const encryption = derivedEncryption(values, parameters, fail);
    expectEqual("GLWE size of the re-randomisation key", body.glweSize, 2, fail);
    expectEqual("length of the re-randomisation key", body.data.length, encryption.lweDimension, fail);
    return { kind: wire.kind, key: { encryption, seed: body.seed, body: body.data } };
  }
  const own =
    wire.value.kind === "own" ? fromWireCasting(wire.value.value, parameters, fail, UNPUBLISHED) : null;
  checkKeySwitch(own ?? casting, casting, fail);
  return own === null ? { kind: "casting" } : { kind: "own", key: own };
}

/** The same of one with its masks. */
export function fromExpandedReRandomizer(
  wire: WireExpandedReRandomizer,
  casting: CastingShape | null,
  parameters: ParameterSet,
  fail: Fail,
): ExpandedReRandomizer {
  if (wire.kind === "derived") {
    const { body, parameters: values } = wire.value;
    const encryption = derivedEncryption(values, parameters, fail);
    const { lweDimension } = encryption;
    expectEqual("polynomial size of the re-randomisation key", body.polynomialSize, lweDimension, fail);
    expectEqual("length of the re-randomisation key", body.data.length, 2 * lweDimension, fail);
    return { kind: wire.kind, key: { encryption, data: body.data } };
  }
  const own =
    wire.value.kind === "own"
      ? fromWireExpandedCasting(wire.value.value, parameters, fail, UNPUBLISHED)
      : null;
  checkKeySwitch(own ?? casting, casting, fail);
  return own === null ? { kind: "casting" } : { kind: "own", key: own };
}

function derivedEncryption(
  values: CompactEncryptionValues,
  parameters: ParameterSet,
  fail: Fail,
): CompactEncryption {
  const { name, insecure } = parameters;
  checkModuli("re-randomisation key", values, parameters, fail);
  const dimension = bigLweDimension(parameters);
  expectEqual("dimension of the re-randomisation key", values.lweDimension, dimension, fail);
  if (values.requiresCasting) fail("re-randomisation by the big key with a key switch");
  const encryption = { ...values, name, insecure };
  return checked(encryption, validateCompactEncryption, fail);
}

function checkKeySwitch(used: CastingShape | null, casting: CastingShape | null, fail: Fail): void {
  if (casting === null || used === null) {
    fail("re-randomisation of a dedicated compact key without the casting key");
    return;
  }
  if (used.destination !== "big") fail("re-randomisation under the small key");
  expectEqual(
    "input dimension of the re-randomisation key",
    used.inputDimension,
    casting.inputDimension,
    fail,
  );
}

/** The reverse of `fromSeededReRandomizer`. */
export function toSeededReRandomizer(key: ReRandomizer, parameters: ParameterSet): WireSeededReRandomizer {
  if (key.kind === "derived") {
    const { encryption, seed, body } = key.key;
    const wire = { data: body, glweSize: 2, seed, modulus: null };
    return { kind: key.kind, value: { body: wire, parameters: encryption } };
  }
  const casting = key.kind === "own" ? toWireCasting(key.key, parameters) : null;
  return { kind: "dedicated", value: choiceOf(casting) };
}

/** The reverse of `fromExpandedReRandomizer`. */
export function toExpandedReRandomizer(
  key: ExpandedReRandomizer,
  parameters: ParameterSet,
): WireExpandedReRandomizer {
  if (key.kind === "derived") {
    const { encryption, data } = key.key;
    const wire = { data, polynomialSize: encryption.lweDimension, modulus: null };
    return { kind: key.kind, value: { body: wire, parameters: encryption } };
  }
  const casting = key.kind === "own" ? toWireExpandedCasting(key.key, parameters) : null;
  return { kind: "dedicated", value: choiceOf(casting) };
}

const choiceOf = <Casting>(own: Casting | null): KeySwitchChoice<Casting> =>
  own === null ? { kind: "casting", value: null } : { kind: "own", value: own };
