import { type Codec, struct, variant, versioned } from "./codec.ts";
import {
  type ModulusSwitch,
  modulusSwitch,
  optionalDrift,
  real,
  seededBootstrapKey,
  seededLweCiphertextList,
  type WireBootstrapKey,
  type WireSeededLweList,
} from "./core.ts";

/** `CompressedModulusSwitchNoiseReductionKey`. */
export interface WireDrift {
  zeros: WireSeededLweList;
  bound: number;
  sigmaFactor: number;
  inputVariance: number;
}

const driftFields = struct<WireDrift>({
  zeros: seededLweCiphertextList,
  bound: real,
  sigmaFactor: real,
  inputVariance: real,
});

export const driftKey: Codec<WireDrift> = versioned(1, driftFields, { 0: driftFields });

/** A bootstrap key with the modulus switch that comes before it. */
export interface WireBootstrap<Key = WireBootstrapKey> {
  key: Key;
  modulusSwitch: ModulusSwitch<WireDrift>;
}

/** The enums that tell bootstrap keys apart, of which Tacet has the classic one. */
export function classic<T>(inner: Codec<T>): Codec<T> {
  return variant(["classic bootstrap key", "multi-bit bootstrap key"], 0, inner);
}

const fields = { key: seededBootstrapKey, modulusSwitch: modulusSwitch(driftKey) };

/** `ShortintCompressedBootstrappingKey`. */
export const bootstrapKey: Codec<WireBootstrap> = versioned(3, classic(struct<WireBootstrap>(fields)), {
  2: classic(struct<WireBootstrap>({ ...fields, modulusSwitch: optionalDrift(driftKey) })),
  1: classic(struct<WireBootstrap>(fields, { modulusSwitch: "standard" })),
});
