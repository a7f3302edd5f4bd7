import { usualKeySwitch } from "../../kernel/layout.ts";
import { openKernel } from "../../kernel/open.ts";
import { Pace, type ProgressOptions } from "../../progress.ts";
import { freshRandom, type KeyRandom } from "../key-random.ts";
import type { SecretKey, SecretKeys } from "../secret-key/secret-key.ts";
import { generateCastingKey, generateKeySwitchKey, generateZeros } from "./key-switch.ts";
import {
  generateCompressionKey,
  generateDecompressionKey,
  generateNoiseSquashingKey,
  generateReRandomizer,
  generateSquashedPackingKey,
  type OtherKeys,
} from "./other-keys.ts";
import { encryptBits, openRing, type Report } from "./ring.ts";
import type { CarriedKeys, SeededBodies, SeededServerKey } from "./seeded-key.ts";

/** What a server key is made from: all but the first may be missing. */
export type EvaluationSecrets = SecretKey & Partial<SecretKeys>;

/** All parts of a server key, each `null` if there is none. */
export interface GeneratedServerKey extends SeededServerKey, CarriedKeys, OtherKeys {}

/**
 * Makes the evaluation key of a secret key: every bit of either key, encrypted under the other; of a dedicated compact
 * key, if there is one, under that which its ciphertexts are cast to; of the small keys that random generation and
 * transciphering have to themselves under the GLWE key; and the keys for more than computing. It works on a copy of the secrets,
 * which it wipes.
 *
 * @throws RangeError for polynomials of less than 256 coefficients.
 */
export async function generateServerKey(
  secrets: EvaluationSecrets,
  options: ProgressOptions = {},
  random: KeyRandom = freshRandom,
): Promise<GeneratedServerKey> {
  const copied: Uint8Array[] = [];
  const copyOf = (key: Uint8Array): Uint8Array => {
    const copy = key.slice();
    copied.push(copy);
    return copy;
  };
  const withCopy = <Part extends { readonly key: Uint8Array }>(part: Part | null | undefined): Part | null =>
    part ? { ...part, key: copyOf(part.key) } : null;
  const { parameters, lwe, glwe, oprf, reRandomization = null } = secrets;
  const copies: SecretKeys = {
    parameters,
    lwe: copyOf(lwe),
    glwe: copyOf(glwe),
    compact: withCopy(secrets.compact),
    compression: withCopy(secrets.compression),
    noiseSquashing: withCopy(secrets.noiseSquashing),
    noiseSquashingCompression: withCopy(secrets.noiseSquashingCompression),
    reRandomization,
    oprf: oprf ? copyOf(oprf) : null,
    transciphering: withCopy(secrets.transciphering),
  };
  try {
    return await generateParts(copies, random, options);
  } finally {
    for (const copy of copied) copy.fill(0);
  }
}

/**
 * Makes the parts in a memory that is wiped afterwards, and in the order in which TFHE-rs draws for those of its
 * `CompressedXofKeySet`.
 */
async function generateParts(
  secrets: SecretKeys,
  random: KeyRandom,
  options: ProgressOptions,
): Promise<GeneratedServerKey> {
  const { parameters, lwe, glwe, compact, compression, oprf, transciphering, reRandomization } = secrets;
  const { noiseSquashing, noiseSquashingCompression } = secrets;
  const { pbsLevel: level, pbsBaseLog: baseLog, glweNoise: noise, lweNoise, modulusSwitch } = parameters;
  const drift = typeof modulusSwitch === "object" ? modulusSwitch : null;
  const packing: unknown[] = [compression, compression, noiseSquashing, noiseSquashingCompression];
  const wanted = [...packing, drift, compact, reRandomization, oprf, transciphering];
  const part = partsOf(2 + wanted.filter(Boolean).length, options);
  const { heap, kernel } = await openKernel(parameters, { deterministic: false, shared: false });
  try {
    const ring = openRing(heap, kernel, glwe, random);
    const bootstrapKey = (bits: Uint8Array): Promise<SeededBodies> =>
      encryptBits(ring, { bits, level, baseLog, noise, rows: "ggsw" }, part());
    return {
      parameters,
      compression: compression && (await generateCompressionKey(ring, secrets, compression, part())),
      decompression: compression && (await generateDecompressionKey(ring, secrets, compression, part())),
      keySwitch: await generateKeySwitchKey(ring, glwe, lwe, lweNoise, usualKeySwitch(parameters), part()),
      bootstrap: await bootstrapKey(lwe),
      driftZeros: drift && (await generateZeros(ring, secrets, drift.zeros, part())),
      noiseSquashing:
        noiseSquashing && (await generateNoiseSquashingKey(ring, secrets, noiseSquashing, part())),
      casting:
        compact && (await generateCastingKey(ring, secrets, compact.key, compact.parameters.casting, part())),
      reRandomization:
        reRandomization && (await generateReRandomizer(ring, secrets, reRandomization, part())),
      noiseSquashingCompression:
        noiseSquashing &&
        noiseSquashingCompression &&
        (await generateSquashedPackingKey(ring, noiseSquashing, noiseSquashingCompression, part())),
      oprf: oprf && (await bootstrapKey(oprf)),
      transciphering: transciphering && (await bootstrapKey(transciphering.key)),
    };
  } finally {
    await heap.release(); // which wipes it
  }
}

/** Gives what reports the progress of the next of some parts, which take about the same time. */
function partsOf(count: number, options: ProgressOptions): () => Report {
  const pace = new Pace(options);
  let begun = 0;
  return () => {
    const index = begun++;
    return (fraction) => pace.done((index + fraction) / count);
  };
}
