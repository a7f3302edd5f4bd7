import {
  NOISE_SQUASHING_COMP_PARAM_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128,
  NOISE_SQUASHING_PARAM_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128,
  type NoiseSquashingCompressionParameters,
  type NoiseSquashingParameters,
  V1_8_META_PARAM_CPU_2_2_KS_PBS_PKE_TO_SMALL_ZKV2_TUNIFORM_2M128,
  type XofOptions,
} from "../src/index.ts";
import { INSECURE_TOY_MESSAGE_2_CARRY_2 } from "../src/parameters/sets.ts";
import { TOY_COMPACT } from "./toy.ts";

/* The key sets of which TFHE-rs's digests are at hand, at the parameters of `bench/peers/tfhe-rs-vectors`. */

const parameters = { ...INSECURE_TOY_MESSAGE_2_CARRY_2, name: "INSECURE", lweDimension: 4 };
const compactKey = { ...TOY_COMPACT, casting: { baseLog: 27, level: 1, destination: "big" as const } };
const noiseSquashing: NoiseSquashingParameters = {
  ...NOISE_SQUASHING_PARAM_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128,
  ...{ name: "INSECURE", insecure: true, glweDimension: 1, polynomialSize: 256 },
  ...{ level: 1, baseLog: 24, noise: 30 },
};
const noiseSquashingCompression: NoiseSquashingCompressionParameters = {
  ...NOISE_SQUASHING_COMP_PARAM_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128,
  ...{ name: "INSECURE", insecure: true, glweDimension: 1, polynomialSize: 256 },
  ...{ level: 1, baseLog: 24, noise: 3, ciphertextsPerGlwe: 8 },
};
const compression = {
  ...{ name: "INSECURE", insecure: true, bootstrapLevel: 1, bootstrapBaseLog: 23, packingLevel: 2 },
  ...{ packingBaseLog: 6, noise: 20, polynomialSize: 256, glweDimension: 1, ciphertextsPerGlwe: 20 },
  storedBits: 9,
};

const counted = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => i);

/** The options that make each set. */
export const KEY_SETS: Record<"everything" | "others" | "meta", XofOptions> = {
  everything: {
    ...{ parameters, compactKey, compression, noiseSquashing, noiseSquashingCompression },
    ...{ reRandomization: "derived", oprfKey: true, transciphering: { lweDimension: 3 } },
    ...{ seed: counted(16), tag: new TextEncoder().encode("xof"), allowInsecureParameters: true },
  },
  others: {
    ...{ parameters, allowInsecureParameters: true },
    compactKey: { ...compactKey, casting: { baseLog: 5, level: 3, destination: "big" } },
    reRandomization: compactKey.casting,
    ...{ seed: counted(45), securityBits: 257, weightBound: 0.51 },
    ...{ secretSeparator: "not used", publicSeparator: "by many." },
  },
  meta: {
    ...V1_8_META_PARAM_CPU_2_2_KS_PBS_PKE_TO_SMALL_ZKV2_TUNIFORM_2M128,
    seed: new Uint8Array(32).fill(9),
  },
};
