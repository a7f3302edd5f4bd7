import { bigLweDimension, type ParameterSet } from "../parameters/parameter-set.ts";
import type { SeededCastingKey } from "../scheme/server-key.ts";
import { type Codec, constant, type Fail, nothing, struct, versioned } from "./codec.ts";
import { seededKeySwitchKey, standardPattern, type WireKeySwitchKey } from "./core.ts";
import { keyChoice } from "./parameters.ts";
import { i8 } from "./primitives.ts";

/** `CompressedKeySwitchingKeyMaterial` of `integer` around that of `shortint`. */
export interface WireCastingKey {
  key: WireKeySwitchKey;
  rightShift: null;
  destination: "big" | "small";
  destinationPattern: null;
}

export const castingKey: Codec<WireCastingKey> = versioned(
  2,
  versioned(
    2,
    struct<WireCastingKey>({
      key: seededKeySwitchKey,
      rightShift: constant(i8, 0),
      destination: keyChoice,
      destinationPattern: versioned(0, standardPattern(nothing)),
    }),
  ),
);

/** A casting key that has been read. Refuses one that does not lead to its destination, or has no whole rows. */
export function fromWireCasting(
  { key, destination }: WireCastingKey,
  parameters: ParameterSet,
  fail: Fail,
): SeededCastingKey {
  const { bodies, seed, baseLog, level, outputLweSize } = key;
  const expected = outputDimension(destination, parameters) + 1;
  if (outputLweSize !== expected) {
    fail(
      `casting key to LWE ciphertexts of ${outputLweSize} elements; the ${destination} key's have ${expected}`,
    );
  }
  if (level < 1 || baseLog < 1 || level * baseLog > 63) {
    fail(`casting key with ${level} levels of ${baseLog} bits`);
  }
  const inputDimension = bodies.length / level;
  if (!Number.isInteger(inputDimension) || inputDimension < 1 || inputDimension > 65536) {
    fail(`casting key of ${bodies.length} rows in ${level} levels`);
  }
  return { bodies, seed, baseLog, level, inputDimension, destination };
}

/** The reverse of `fromWireCasting`. */
export function toWireCasting(
  { bodies, seed, baseLog, level, destination }: SeededCastingKey,
  parameters: ParameterSet,
): WireCastingKey {
  const outputLweSize = outputDimension(destination, parameters) + 1;
  const key = { bodies, seed, baseLog, level, outputLweSize, modulus: null };
  return { key, rightShift: null, destination, destinationPattern: null };
}

const outputDimension = (destination: "big" | "small", parameters: ParameterSet): number =>
  destination === "small" ? parameters.lweDimension : bigLweDimension(parameters);
