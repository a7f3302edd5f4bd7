import { type CompactParameterSet, dedicatedEncryption } from "../parameters/compact-sets.ts";
import type { ProgressOptions } from "../progress.ts";
import { DOMAIN_SEPARATOR_BYTES, type MaskSeed } from "../random/mask-seed.ts";
import type { RandomSource } from "../random/platform.ts";
import { sampleBinary } from "../random/samplers.ts";
import { asciiBytes } from "../realm.ts";
import { streamRandom } from "./key-random.ts";
import { generateCompactKey, type SeededCompactKey } from "./public-key/compact-public-key.ts";
import { SMALLEST_POLYNOMIAL_SIZE } from "./secret-key/secret-generator.ts";
import {
  drawSecretKeys,
  type KeyConfiguration,
  type SecretKeys,
  type SecretName,
} from "./secret-key/secret-key.ts";
import { openSeededRandom } from "./seeded-random.ts";
import { castSize } from "./server-key/expanded-key.ts";
import type { NoiseSquashingKey, OtherKeys } from "./server-key/other-keys.ts";
import type {
  CarriedKeys,
  ReRandomizer,
  SeededCastingKey,
  SeededGlweKey,
  SeededServerKey,
} from "./server-key/seeded-key.ts";
import { type GeneratedServerKey, generateServerKey } from "./server-key/server-key.ts";
import { Workbench } from "./workbench.ts";

/*
 * Key sets of the threshold protocol ("Threshold (Fully) Homomorphic Encryption", ePrint 2025/699): one secret seed
 * gives the secret keys, the noise of all public keys, and the seed that all their masks are expanded from, one after
 * the other. So the parties that share the seed make the same keys. (TFHE-rs: `CompressedXofKeySet`.)
 */

/** What a key set is made from. */
export interface XofGeneration extends ProgressOptions {
  /** As secret as the keys. */
  readonly seed: Uint8Array;
  /** The domain separator of the secret seed: eight characters. */
  readonly secretSeparator: string;
  /** That of the seed of the masks. */
  readonly publicSeparator: string;
  /** Length of the seed of the masks. */
  readonly seedBytes: number;
  /** The largest share of ones in a secret key, and of zeros: above 0.5, at most 1. */
  readonly weightBound: number;
}

/** The public keys of a set. */
export interface XofKeys<ServerKey extends SeededParts = SeededParts> {
  readonly publicKey: SeededCompactKey;
  readonly serverKey: ServerKey;
}

/** A server key with all of its parts. */
type SeededParts = SeededServerKey & CarriedKeys & OtherKeys;

/** The order in which secret keys are drawn. */
const ORDER: readonly SecretName[] = [
  "compact",
  "lwe",
  "glwe",
  "compression",
  "noiseSquashing",
  "noiseSquashingCompression",
  "oprf",
  "transciphering",
];

/**
 * Makes the secrets and the public keys of a set.
 *
 * @param compactKey that of the configuration.
 * @throws the signal's reason when cancelled.
 */
export async function generateXofKeys(
  configuration: KeyConfiguration,
  compactKey: CompactParameterSet,
  { seed, secretSeparator, publicSeparator, seedBytes, weightBound, ...options }: XofGeneration,
): Promise<XofKeys<GeneratedServerKey> & { readonly secrets: SecretKeys; readonly seed: MaskSeed }> {
  const encryption = dedicatedEncryption(compactKey);
  const bench = await Workbench.for(encryption.lweDimension);
  const { random, dispose } = openSeededRandom(
    await Workbench.for(SMALLEST_POLYNOMIAL_SIZE),
    secretSeparator,
    seed,
  );
  try {
    const bytes = new Uint8Array(DOMAIN_SEPARATOR_BYTES + seedBytes);
    bytes.set(asciiBytes(publicSeparator));
    random(bytes.subarray(DOMAIN_SEPARATOR_BYTES));
    const secrets = await drawSecretKeys(configuration, ORDER, (lengths) =>
      lengths.map((length) => boundedKey(length, weightBound, random)),
    );
    const masks: MaskSeed = { kind: "xof", bytes, start: 0 };
    const keys = streamRandom(masks, random);
    const compact = secrets.compact!.key; // as the configuration has one
    const publicKey = generateCompactKey(bench, encryption, compact, keys);
    return { secrets, seed: masks, publicKey, serverKey: await generateServerKey(secrets, options, keys) };
  } finally {
    dispose();
  }
}

/** A key whose share of ones is within bounds: the first such. (TFHE-rs: `NormalizedHammingWeightBound`.) */
function boundedKey(length: number, bound: number, random: RandomSource): Uint8Array {
  const key = new Uint8Array(length);
  let weight: number;
  do {
    sampleBinary(key, random);
    weight = 0;
    for (const bit of key) weight += bit;
  } while (weight < Math.floor((1 - bound) * length) || weight > Math.floor(bound * length));
  return key;
}

/**
 * The public keys of a set with their masks where the set has them: in one stream without gaps, in the order in which
 * `generateXofKeys` draws them, whatever seeds the keys have.
 */
export function inOneStream<ServerKey extends SeededParts>(
  stream: MaskSeed,
  { publicKey, serverKey }: XofKeys<ServerKey>,
): XofKeys<ServerKey> {
  let { start } = stream;
  const next = (bytes: number): MaskSeed => {
    const seed = { ...stream, start };
    start += bytes;
    return seed;
  };
  /** Ciphertexts with so many elements of masks for each of bodies. */
  const placed = <Part extends { readonly bodies: ArrayBufferView }>(part: Part, ratio: number): Part => ({
    ...part,
    seed: next(ratio * part.bodies.byteLength),
  });
  const placedGlwes = <Bodies extends ArrayBufferView>(key: SeededGlweKey<Bodies>): SeededGlweKey<Bodies> =>
    placed(key, key.glweSize - 1);
  const compactKey = (key: SeededCompactKey): SeededCompactKey => ({
    ...key,
    seed: next(key.body.byteLength),
  });
  const { parameters, compression, decompression, driftZeros, noiseSquashing, casting } = serverKey;
  const { reRandomization, noiseSquashingCompression, oprf, transciphering } = serverKey;
  const { lweDimension, glweDimension } = parameters;
  const castingKey = (key: SeededCastingKey): SeededCastingKey =>
    placed(key, castSize(parameters, key.destination) - 1);
  // Each call takes the next place in the stream.
  return {
    publicKey: compactKey(publicKey),
    serverKey: {
      ...serverKey,
      compression: compression && { ...compression, packing: placedGlwes(compression.packing) },
      decompression: decompression && {
        ...decompression,
        bootstrap: { ...decompression.bootstrap, key: placedGlwes(decompression.bootstrap.key) },
      },
      keySwitch: placed(serverKey.keySwitch, lweDimension),
      bootstrap: placed(serverKey.bootstrap, glweDimension),
      driftZeros: driftZeros && placed(driftZeros, lweDimension),
      noiseSquashing: noiseSquashing && {
        ...noiseSquashing,
        bootstrap: placedSquashing(noiseSquashing.bootstrap, placedGlwes, (zeros) =>
          placed(zeros, lweDimension),
        ),
      },
      casting: casting && castingKey(casting),
      reRandomization: reRandomization && placedReRandomizer(reRandomization, compactKey, castingKey),
      noiseSquashingCompression: noiseSquashingCompression && {
        ...noiseSquashingCompression,
        packing: placedGlwes(noiseSquashingCompression.packing),
      },
      oprf: oprf && placed(oprf, glweDimension),
      transciphering: transciphering && placed(transciphering, glweDimension),
    },
  };
}

type Squashing = NoiseSquashingKey["bootstrap"];
type DriftZeros = Extract<Squashing["modulusSwitch"], object>["zeros"];

function placedSquashing(
  { key, modulusSwitch }: Squashing,
  bootstrap: (key: Squashing["key"]) => Squashing["key"],
  zeros: (zeros: DriftZeros) => DriftZeros,
): Squashing {
  return {
    key: bootstrap(key),
    modulusSwitch:
      typeof modulusSwitch === "string"
        ? modulusSwitch
        : { ...modulusSwitch, zeros: zeros(modulusSwitch.zeros) },
  };
}

function placedReRandomizer(
  key: ReRandomizer,
  compact: (key: SeededCompactKey) => SeededCompactKey,
  casting: (key: SeededCastingKey) => SeededCastingKey,
): ReRandomizer {
  switch (key.kind) {
    case "casting":
      return key;
    case "own":
      return { kind: key.kind, key: casting(key.key) };
    case "derived":
      return { kind: key.kind, key: compact(key.key) };
  }
}
