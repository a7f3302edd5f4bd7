import { ParameterError } from "../../errors.ts";
import { checkFlag, checkNumber, checkOptions, type OptionNames } from "../../options.ts";
import { checkProgressOptions } from "../../progress.ts";
import { DOMAIN_SEPARATOR_BYTES, MOST_SEED_BYTES } from "../../random/mask-seed.ts";
import { platformRandom } from "../../random/platform.ts";
import type { XofGeneration } from "../../scheme/xof-key-set.ts";
import { checkSeparator, copyBytes } from "../values/value.ts";
import { GENERATE_NAMES, type GenerateOptions } from "./generate-options.ts";

/** What a key set is made from: the options of `ClientKey.generate`, of which it needs `compactKey`. */
export interface XofOptions extends Omit<GenerateOptions, "seed" | "compactKey"> {
  readonly compactKey: NonNullable<GenerateOptions["compactKey"]>;
  /**
   * What all keys are drawn from: 16 to 1016 bytes; 32 of the platform's cryptographic generator unless given. The keys
   * are exactly as secret as the seed.
   */
  readonly seed?: Uint8Array | undefined;
  /** Length in bits of the seed of the masks, which travels with the keys; 128 unless given. (TFHE-rs: `security_bits`.) */
  readonly securityBits?: number | undefined;
  /**
   * The largest share of ones in a secret key, and of zeros; 0.8 unless given, which of keys as long as those in use none
   * exceeds. Above 0.5, at most 1. (TFHE-rs: `NormalizedHammingWeightBound`.)
   */
  readonly weightBound?: number | undefined;
  /** The domain separator of the secret seed, eight characters of ASCII; `"TFHEKGen"` unless given. */
  readonly secretSeparator?: string | undefined;
  /** The domain separator of the seed of the masks, eight characters of ASCII; `"TFHE_GEN"` unless given. */
  readonly publicSeparator?: string | undefined;
}

const { seed: _, ...OTHER_NAMES } = GENERATE_NAMES;
const NAMES: OptionNames<XofOptions> = {
  ...OTHER_NAMES,
  seed: true,
  securityBits: true,
  weightBound: true,
  secretSeparator: true,
  publicSeparator: true,
};

const LEAST_BYTES = 16;
const MOST_BYTES = MOST_SEED_BYTES - DOMAIN_SEPARATOR_BYTES;

/**
 * A user's options: those of key sets, with a seed that is the caller's to wipe, and those of `ClientKey.generate`.
 *
 * @throws TypeError, RangeError, ParameterError for less than 128 bits without `allowInsecureParameters`.
 */
export function checkXofOptions(options: XofOptions): {
  generation: Pick<
    XofGeneration,
    "seed" | "secretSeparator" | "publicSeparator" | "seedBytes" | "weightBound"
  >;
  general: Omit<GenerateOptions, "seed">;
} {
  const given = checkOptions(checkProgressOptions(options), NAMES);
  const { seed, securityBits = 128, weightBound = 0.8, ...others } = given;
  const { secretSeparator = "TFHEKGen", publicSeparator = "TFHE_GEN", ...general } = others;
  checkNumber("securityBits", securityBits);
  checkNumber("weightBound", weightBound);
  const insecure = checkFlag("allowInsecureParameters", general.allowInsecureParameters ?? false);
  if (!Number.isInteger(securityBits) || securityBits < 1 || securityBits > 8 * MOST_BYTES) {
    throw new RangeError(
      `securityBits is ${securityBits}; expected an integer from 128 to ${8 * MOST_BYTES}`,
    );
  }
  if (securityBits < 128 && !insecure) {
    throw new ParameterError(
      `securityBits is ${securityBits}, less than 128; set allowInsecureParameters to use it all the same`,
    );
  }
  if (!(weightBound > 0.5 && weightBound <= 1)) {
    throw new RangeError(`weightBound is ${weightBound}; expected more than 0.5, at most 1`);
  }
  return {
    generation: {
      seed: seed === undefined ? freshSeed() : checkSeed(seed),
      secretSeparator: checkSeparator("secretSeparator", secretSeparator),
      publicSeparator: checkSeparator("publicSeparator", publicSeparator),
      seedBytes: Math.ceil(securityBits / 8),
      weightBound,
    },
    general,
  };
}

function freshSeed(): Uint8Array<ArrayBuffer> {
  const seed = new Uint8Array(32);
  platformRandom(seed);
  return seed;
}

function checkSeed(seed: Uint8Array): Uint8Array<ArrayBuffer> {
  const copy = copyBytes(seed);
  if (copy.length >= LEAST_BYTES && copy.length <= MOST_BYTES) return copy;
  throw new RangeError(`seed of ${copy.length} bytes; expected ${LEAST_BYTES} to ${MOST_BYTES}`);
}
