import { usualKeySwitch } from "../../kernel/layout.ts";
import { openKernel } from "../../kernel/open.ts";
import { Pace, type ProgressOptions } from "../../progress.ts";
import type { SecretKey, SecretKeys } from "../secret-key/secret-key.ts";
import { generateCastingKey, generateKeySwitchKey, generateZeros } from "./key-switch.ts";
import { generateOtherKeys, type OtherKeys, otherKeyCount } from "./other-keys.ts";
import { encryptBits, openRing, type Report } from "./ring.ts";
import type { CarriedKeys, SeededBodies, SeededServerKey } from "./seeded-key.ts";

/** What a server key is made from: all but the first may be missing. */
export type EvaluationSecrets = SecretKey & Partial<SecretKeys>;

/** All parts of a server key, each `null` if there is none. */
export interface GeneratedServerKey extends SeededServerKey, CarriedKeys, OtherKeys {}

/**
 * Makes the evaluation key of a secret key: every bit of either key, encrypted under the other; of a dedicated compact
 * key, if there is one, under that which its ciphertexts are cast to; of the small keys that random generation and
 * transciphering have to themselves under the GLWE key; and the keys of `generateOtherKeys`. It works on a copy of the
 * secrets, which it wipes.
 */
export async function generateServerKey(
  secrets: EvaluationSecrets,
  options: ProgressOptions = {},
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
    return await generateParts(copies, options);
  } finally {
    for (const copy of copied) copy.fill(0);
  }
}

/** Makes the parts in a memory that is wiped afterwards. */
async function generateParts(secrets: SecretKeys, options: ProgressOptions): Promise<GeneratedServerKey> {
  const { parameters, lwe, glwe, compact, oprf, transciphering } = secrets;
  const { heap, kernel } = await openKernel(parameters, { deterministic: false, shared: false });
  try {
    const ring = openRing(heap, kernel, glwe);
    const { pbsLevel: level, pbsBaseLog: baseLog, glweNoise: noise, lweNoise, modulusSwitch } = parameters;
    const drift = typeof modulusSwitch === "object" ? modulusSwitch : null;
    const parts = 2 + [compact, oprf, transciphering, drift].filter(Boolean).length + otherKeyCount(secrets);
    const part = partsOf(parts, options);
    const bootstrapKey = (bits: Uint8Array): Promise<SeededBodies> =>
      encryptBits(ring, { bits, level, baseLog, noise, rows: "ggsw" }, part());
    return {
      parameters,
      keySwitch: await generateKeySwitchKey(ring, glwe, lwe, lweNoise, usualKeySwitch(parameters), part()),
      bootstrap: await bootstrapKey(lwe),
      casting:
        compact && (await generateCastingKey(ring, secrets, compact, compact.parameters.casting, part())),
      oprf: oprf && (await bootstrapKey(oprf)),
      transciphering: transciphering && (await bootstrapKey(transciphering.key)),
      driftZeros: drift && (await generateZeros(ring, secrets, drift.zeros, part())),
      ...(await generateOtherKeys(ring, secrets, part)),
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
