import { COMPACT_SETS } from "../../parameters/compact-sets.ts";
import type { ParameterSet } from "../../parameters/parameter-set.ts";
import { checkGadget } from "../../parameters/shapes.ts";
import { castSize, type ExpandedCastingKey } from "../../scheme/server-key/expanded-key.ts";
import type { CastingShape, SeededCastingKey } from "../../scheme/server-key/seeded-key.ts";
import { type Codec, constant, type Fail, nothing, struct, versioned } from "../bincode/codec.ts";
import { i8 } from "../bincode/primitives.ts";
import type { Format } from "../bincode/reader.ts";
import { checked, expectEqual } from "../core/checks.ts";
import { standardPattern } from "../core/core.ts";
import { keyChoice } from "../core/parameters.ts";
import { core64, type WireExpandedKeySwitchKey, type WireKeySwitchKey } from "../core/torus.ts";

/* The key switch from a dedicated compact key. */

/** What `KeySwitchingKeyMaterial` and its compressed form hold. */
export interface WireCastingKey<Key = WireKeySwitchKey> {
  key: Key;
  rightShift: null;
  destination: "big" | "small";
  destinationPattern: null;
}

export type WireExpandedCastingKey = WireCastingKey<WireExpandedKeySwitchKey>;

const sharedFields = {
  rightShift: constant(i8, 0),
  destination: keyChoice,
  destinationPattern: versioned(0, standardPattern(nothing)),
};

/** `CompressedKeySwitchingKeyMaterial` of `integer` around that of `shortint`. */
export const castingKey: Codec<WireCastingKey> = versioned(
  2,
  versioned(2, struct<WireCastingKey>({ key: core64.seededKeySwitchKey, ...sharedFields })),
);

const expandedFields = { key: core64.keySwitchKey, ...sharedFields };

/** `KeySwitchingKeyMaterial` of `shortint`. */
export const keySwitchMaterial: Codec<WireExpandedCastingKey> = versioned(
  1,
  struct<WireExpandedCastingKey>(expandedFields),
  { 0: struct<WireExpandedCastingKey>(expandedFields, { destinationPattern: null }) },
);

/** `KeySwitchingKeyMaterial` of `integer` around that of `shortint`. */
export const expandedCastingKey: Codec<WireExpandedCastingKey> = versioned(0, keySwitchMaterial);

/** Whether a key switch to the keys of a set has published parameters. */
export type IsPublished = (shape: CastingShape, parameters: ParameterSet) => boolean;

/** Whether it is that from a dedicated compact key. */
const fromCompactKey: IsPublished = ({ inputDimension, baseLog, level, destination }, parameters) =>
  COMPACT_SETS.some(
    ({ lweDimension, messageModulus, carryModulus, casting }) =>
      lweDimension === inputDimension &&
      messageModulus === parameters.messageModulus &&
      carryModulus === parameters.carryModulus &&
      casting.baseLog === baseLog &&
      casting.level === level &&
      casting.destination === destination,
  );

/**
 * A casting key that has been read. Refuses one that does not lead to its destination, has no whole rows, or is of no
 * published parameters, unless insecure ones are allowed.
 */
export function fromWireCasting(
  { key, destination }: WireCastingKey,
  parameters: ParameterSet,
  fail: Fail,
  format: Format,
): SeededCastingKey {
  const { bodies, seed } = key;
  const shape = shapeOf(key, destination, bodies.length, parameters, fail);
  return { bodies, seed, ...checkPublished(shape, parameters, fail, format, fromCompactKey) };
}

/** The same for an expanded one. */
export function fromWireExpandedCasting(
  { key, destination }: WireExpandedCastingKey,
  parameters: ParameterSet,
  fail: Fail,
  format: Format,
  isPublished: IsPublished = fromCompactKey,
): ExpandedCastingKey {
  const rows = key.data;
  const rowCount = rows.length / castSize(parameters, destination);
  const shape = shapeOf(key, destination, rowCount, parameters, fail);
  return { rows, ...checkPublished(shape, parameters, fail, format, isPublished) };
}

function checkPublished(
  shape: CastingShape,
  parameters: ParameterSet,
  fail: Fail,
  format: Format,
  isPublished: IsPublished,
): CastingShape {
  if (format.allowInsecureParameters === true || isPublished(shape, parameters)) return shape;
  const { inputDimension, baseLog, level } = shape;
  return fail(
    `casting key from dimension ${inputDimension} with ${level} levels of ${baseLog} bits, which no set has`,
  );
}

/** Bits of a gadget that a key switch takes: words of 32 bits to the small key, all but two bits to the big one. */
const GADGET_BITS = { small: 32, big: 62 } as const;

function shapeOf(
  { baseLog, level, outputLweSize }: Omit<WireKeySwitchKey, "bodies" | "seed">,
  destination: "big" | "small",
  rows: number,
  parameters: ParameterSet,
  fail: Fail,
): CastingShape {
  const size = castSize(parameters, destination);
  expectEqual(
    `size of the casting key's ciphertexts under the ${destination} key`,
    outputLweSize,
    size,
    fail,
  );
  checked(level, () => checkGadget("casting key", level, baseLog, GADGET_BITS[destination]), fail);
  if (baseLog > 31) fail(`casting key with levels of ${baseLog} bits; the most is 31`);
  const inputDimension = rows / level;
  if (!Number.isInteger(inputDimension) || inputDimension < 1 || inputDimension > 65536) {
    fail(`casting key of ${rows} rows in ${level} levels`);
  }
  return { baseLog, level, inputDimension, destination };
}

/** The reverse of `fromWireCasting`. */
export function toWireCasting(
  { bodies, seed, baseLog, level, destination }: SeededCastingKey,
  parameters: ParameterSet,
): WireCastingKey {
  const outputLweSize = castSize(parameters, destination);
  const key = { bodies, seed, baseLog, level, outputLweSize, modulus: null };
  return { key, rightShift: null, destination, destinationPattern: null };
}

/** The reverse of `fromWireExpandedCasting`. */
export function toWireExpandedCasting(
  { rows, baseLog, level, destination }: ExpandedCastingKey,
  parameters: ParameterSet,
): WireExpandedCastingKey {
  const outputLweSize = castSize(parameters, destination);
  const key = { data: rows, baseLog, level, outputLweSize, modulus: null };
  return { key, rightShift: null, destination, destinationPattern: null };
}
