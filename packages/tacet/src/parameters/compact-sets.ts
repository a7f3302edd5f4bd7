import type { CompactEncryption, ZkScheme } from "./compact-encryption.ts";

/**
 * Parameters of a compact public key that has a secret key to itself, and of the key switch that takes what it
 * encrypts to the keys that are computed under. (TFHE-rs: `CompactPublicKeyEncryptionParameters` with
 * `ShortintKeySwitchingParameters`.)
 */
export interface CompactParameterSet extends CompactEncryption {
  readonly requiresCasting: true;
  /** The key switch. */
  readonly casting: CastingParameters;
}

/** A key switch. (TFHE-rs: `ShortintKeySwitchingParameters`.) */
export interface CastingParameters {
  /** log2 of the gadget base. */
  readonly baseLog: number;
  /** Number of gadget levels. */
  readonly level: number;
  /** The key that it switches to: the big one, or the small one with a bootstrap to follow. */
  readonly destination: "big" | "small";
}

const TO_SMALL: CastingParameters = Object.freeze({ baseLog: 4, level: 4, destination: "small" });
const TO_BIG: CastingParameters = Object.freeze({ baseLog: 24, level: 1, destination: "big" });

const set = (
  destination: string,
  zkScheme: ZkScheme,
  lweDimension: number,
  noise: number,
): CompactParameterSet =>
  Object.freeze({
    name: `PARAM_PKE_${destination}_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128_ZK${zkScheme}`,
    lweDimension,
    noise,
    messageModulus: 4,
    carryModulus: 4,
    requiresCasting: true,
    zkScheme,
    casting: destination === "TO_SMALL" ? TO_SMALL : TO_BIG,
    insecure: false,
  });

/**
 * The dedicated compact key of the default set. 128-bit security.
 * TFHE-rs 1.7, `shortint::parameters::v1_7::compact_public_key_only::p_fail_2_minus_128`.
 */
export const PARAM_PKE_TO_SMALL_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128_ZKV2: CompactParameterSet = set(
  "TO_SMALL",
  "V2",
  2048,
  17,
);

/** The same, with a key switch to the big key. */
export const PARAM_PKE_TO_BIG_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128_ZKV2: CompactParameterSet = set(
  "TO_BIG",
  "V2",
  2048,
  17,
);

/** The dedicated compact key for proofs of the first scheme. */
export const PARAM_PKE_TO_SMALL_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128_ZKV1: CompactParameterSet = set(
  "TO_SMALL",
  "V1",
  1024,
  43,
);

/** The same, with a key switch to the big key. */
export const PARAM_PKE_TO_BIG_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128_ZKV1: CompactParameterSet = set(
  "TO_BIG",
  "V1",
  2048,
  17,
);

/** The dedicated compact key that TFHE-rs takes unless another is named. */
export const PARAM_PKE_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128: CompactParameterSet =
  PARAM_PKE_TO_SMALL_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128_ZKV2;

/** The sets above. */
export const COMPACT_SETS: readonly CompactParameterSet[] = [
  PARAM_PKE_TO_SMALL_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128_ZKV2,
  PARAM_PKE_TO_BIG_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128_ZKV2,
  PARAM_PKE_TO_SMALL_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128_ZKV1,
  PARAM_PKE_TO_BIG_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128_ZKV1,
];

/** How compact keys with a secret key of their own encrypt. */
export function dedicatedEncryption({ casting: _, ...encryption }: CompactParameterSet): CompactEncryption {
  return Object.freeze(encryption);
}
