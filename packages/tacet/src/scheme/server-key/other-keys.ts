import { directEncryption } from "../../parameters/compact-encryption.ts";
import type { Moduli } from "../../parameters/moduli.ts";
import type { ParameterSet } from "../../parameters/parameter-set.ts";
import { generateCompactKey } from "../public-key/compact-public-key.ts";
import type { SecretKey, SecretKeys } from "../secret-key/secret-key.ts";
import { Workbench } from "../workbench.ts";
import { generateCastingKey, generateZeros } from "./key-switch.ts";
import { encryptBits, encryptWideBits, type Report, type Ring, shaped, withRing } from "./ring.ts";
import type {
  CompressionKey,
  DecompressionKey,
  NoiseSquashingCompressionKey,
  ReRandomizer,
  SeededBodies,
  SeededGlweKey,
} from "./seeded-key.ts";

/** Encryptions of zero for the drift technique, and its bounds. */
interface DriftZeros extends SeededBodies {
  readonly lweSize: number;
}
type Drift = Omit<Extract<ParameterSet["modulusSwitch"], object>, "zeros"> & { readonly zeros: DriftZeros };

/** Bootstraps from the small key to the torus of 128 bits. (TFHE-rs: `CompressedNoiseSquashingKey`.) */
export interface NoiseSquashingKey extends Moduli {
  readonly bootstrap: {
    readonly key: SeededGlweKey<Uint8Array<ArrayBuffer>>;
    readonly modulusSwitch: "standard" | "centred mean" | Drift;
  };
}

/** Keys for more than computing, each `null` if there is none. */
export interface OtherKeys {
  readonly compression: CompressionKey | null;
  readonly decompression: DecompressionKey | null;
  readonly noiseSquashing: NoiseSquashingKey | null;
  readonly noiseSquashingCompression: NoiseSquashingCompressionKey | null;
  readonly reRandomization: ReRandomizer | null;
}

/** The secrets of a part that there is. */
type Part<Name extends keyof SecretKeys> = NonNullable<SecretKeys[Name]>;

/** Encrypts the big key under that of compression. */
export function generateCompressionKey(
  { random }: Ring,
  { glwe }: SecretKeys,
  { key, parameters }: Part<"compression">,
  report: Report,
): Promise<CompressionKey> {
  const { packingLevel: level, packingBaseLog: baseLog, noise, ciphertextsPerGlwe, storedBits } = parameters;
  return withRing(parameters, key, random, async (ring) => {
    const bodies = await encryptBits(ring, { bits: glwe, level, baseLog, noise, rows: "one" }, report);
    return { packing: shaped(bodies, parameters, { level, baseLog }), ciphertextsPerGlwe, storedBits };
  });
}

/** Encrypts the key of compression under the big one. */
export async function generateDecompressionKey(
  ring: Ring,
  { parameters: compute }: SecretKey,
  { key: bits, parameters }: Part<"compression">,
  report: Report,
): Promise<DecompressionKey> {
  const { bootstrapLevel: level, bootstrapBaseLog: baseLog, ciphertextsPerGlwe } = parameters;
  const bodies = await encryptBits(
    ring,
    { bits, level, baseLog, noise: compute.glweNoise, rows: "ggsw" },
    report,
  );
  const key = shaped(bodies, compute, { level, baseLog });
  return { bootstrap: { key, modulusSwitch: "standard" }, ciphertextsPerGlwe };
}

/** Encrypts the small key under that of noise squashing; zeros under the small key, if it needs any. */
export async function generateNoiseSquashingKey(
  small: Ring,
  secrets: SecretKeys,
  { key: secret, parameters }: Part<"noiseSquashing">,
  report: Report,
): Promise<NoiseSquashingKey> {
  const { level, baseLog, noise, messageModulus, carryModulus, modulusSwitch } = parameters;
  return withRing(parameters, secret, small.random, async (ring) => {
    const bits = secrets.lwe;
    const bodies = await encryptWideBits(ring, { bits, level, baseLog, noise, rows: "ggsw" }, report);
    const key = shaped(bodies, parameters, parameters);
    if (typeof modulusSwitch === "string") {
      return { bootstrap: { key, modulusSwitch }, messageModulus, carryModulus };
    }
    const zeros = await generateZeros(small, secrets, modulusSwitch.zeros, async () => {});
    const drift = { ...modulusSwitch, zeros: { ...zeros, lweSize: bits.length + 1 } };
    return { bootstrap: { key, modulusSwitch: drift }, messageModulus, carryModulus };
  });
}

/** Encrypts the key of noise squashing under that which packs what is under it. */
export function generateSquashedPackingKey(
  { random }: Ring,
  { key: bits }: Part<"noiseSquashing">,
  { key, parameters }: Part<"noiseSquashingCompression">,
  report: Report,
): Promise<NoiseSquashingCompressionKey> {
  const { level, baseLog, noise, ciphertextsPerGlwe } = parameters;
  return withRing(parameters, key, random, async (ring) => {
    const bodies = await encryptWideBits(ring, { bits, level, baseLog, noise, rows: "one" }, report);
    return { packing: shaped(bodies, parameters, parameters), ciphertextsPerGlwe };
  });
}

/** Makes what re-randomises, of which a key switch that casts already is no key of its own. */
export async function generateReRandomizer(
  ring: Ring,
  secrets: SecretKeys,
  how: Part<"reRandomization">,
  report: Report,
): Promise<ReRandomizer> {
  const { parameters, glwe, compact } = secrets;
  if (how === "derived") {
    const bench = await Workbench.for(glwe.length);
    const key = generateCompactKey(bench, directEncryption(parameters), glwe, ring.random);
    await report(1);
    return { kind: "derived", key };
  }
  if (compact === null) throw new TypeError("no compact key"); // client keys are checked for it
  const { baseLog, level, destination } = compact.parameters.casting;
  if (how.baseLog === baseLog && how.level === level && how.destination === destination) {
    await report(1);
    return { kind: "casting" };
  }
  return { kind: "own", key: await generateCastingKey(ring, secrets, compact.key, how, report) };
}
