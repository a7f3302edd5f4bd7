import { ParameterError } from "../errors.ts";
import { describeSetting } from "../opaque.ts";
import type { ParameterSet } from "./parameter-set.ts";

/**
 * The small LWE key that the streams of ciphers are drawn under, where it is smaller than the other, which is faster.
 * (TFHE-rs: `OprfParameters` of `TranscipheringParameters::DedicatedOprf`.)
 */
export interface TranscipheringParameters {
  /** n, at most that of the parameter set. */
  readonly lweDimension: number;
}

/** 128-bit security. TFHE-rs 1.8, `shortint::parameters::v1_8::V1_8_TRANSCIPHERING_PARAM_DEDICATED_OPRF`. */
export const TRANSCIPHERING_PARAM_DEDICATED_OPRF: TranscipheringParameters = Object.freeze({
  lweDimension: 600,
});

/** @throws ParameterError for a key of no size, of a greater one than the set allows for, or of one not known to be secure. */
export function checkTransciphering(
  { lweDimension }: TranscipheringParameters,
  { name, lweDimension: most }: ParameterSet,
  allowInsecureParameters: boolean,
): void {
  if (!Number.isSafeInteger(lweDimension) || lweDimension < 1 || lweDimension > most) {
    throw new ParameterError(
      `lweDimension of the transciphering key is ${describeSetting(lweDimension)}; expected 1 to ${most}, that of ${name}`,
    );
  }
  const known = [most, TRANSCIPHERING_PARAM_DEDICATED_OPRF.lweDimension];
  if (allowInsecureParameters || known.includes(lweDimension)) return;
  throw new ParameterError(
    `a transciphering key of dimension ${lweDimension} is not known to be secure; expected ${known.join(" or ")}, or allowInsecureParameters`,
  );
}
