import type { ParameterSet } from "../../parameters/parameter-set.ts";
import { type Codec, struct, variant, versioned } from "../bincode/codec.ts";
import { type ModulusSwitch, modulusSwitch, optionalDrift, real } from "../core/core.ts";
import { core64, type WireBootstrapKey, type WireLweList, type WireSeededLweList } from "../core/torus.ts";

/* A bootstrap key with the modulus switch that comes before it. */

/** What the drift technique needs, with its encryptions of zero. */
export interface WireDrift<Zeros = WireSeededLweList> {
  zeros: Zeros;
  bound: number;
  sigmaFactor: number;
  inputVariance: number;
}

/** `ModulusSwitchNoiseReductionKey`, or `CompressedModulusSwitchNoiseReductionKey`, around its encryptions of zero. */
export function driftKey<Zeros>(zeros: Codec<Zeros>): Codec<WireDrift<Zeros>> {
  const fields = struct<WireDrift<Zeros>>({ zeros, bound: real, sigmaFactor: real, inputVariance: real });
  return versioned(1, fields, { 0: fields });
}

export const seededDriftKey: Codec<WireDrift> = driftKey(core64.seededLweCiphertextList);
export const expandedDriftKey: Codec<WireDrift<WireLweList>> = driftKey(core64.lweCiphertextList);

export interface WireBootstrap<Key = WireBootstrapKey, Zeros = WireSeededLweList> {
  key: Key;
  modulusSwitch: ModulusSwitch<WireDrift<Zeros>>;
}

/** The enums that tell bootstrap keys apart, of which Tacet has the classic one. */
export function classic<T>(inner: Codec<T>): Codec<T> {
  return variant(["classic bootstrap key", "multi-bit bootstrap key"], 0, inner);
}

/** The same around a key and the modulus switch before it. */
export function classicBootstrap<Key, Zeros>(
  key: Codec<Key>,
  modulusSwitch: Codec<ModulusSwitch<WireDrift<Zeros>>>,
): Codec<WireBootstrap<Key, Zeros>> {
  return classic(struct<WireBootstrap<Key, Zeros>>({ key, modulusSwitch }));
}

/** `ShortintCompressedBootstrappingKey`. */
export const bootstrapKey: Codec<WireBootstrap> = versioned(
  3,
  classicBootstrap(core64.seededBootstrapKey, modulusSwitch(seededDriftKey)),
  { 2: classicBootstrap(core64.seededBootstrapKey, optionalDrift(seededDriftKey)) },
);

/** The modulus switch of the parameter set of a key that has been read. */
export function fromWireModulusSwitch<Zeros>(
  found: ModulusSwitch<WireDrift<Zeros>>,
  zeroCount: (zeros: Zeros) => number,
): ParameterSet["modulusSwitch"] {
  if (typeof found === "string") return found;
  const { zeros, ...bounds } = found;
  return { zeros: zeroCount(zeros), ...bounds };
}

/** The reverse of `fromWireModulusSwitch`, for a key with the given encryptions of zero. */
export function toWireModulusSwitch<Zeros>(
  { modulusSwitch }: ParameterSet,
  zeros: Zeros | null,
): ModulusSwitch<WireDrift<Zeros>> {
  if (typeof modulusSwitch === "string") return modulusSwitch;
  if (zeros === null) throw new TypeError("no encryptions of zero for the drift technique");
  return { ...modulusSwitch, zeros };
}
