import { type MaskSeed, newMaskSeed } from "../random/mask-seed.ts";
import type { RandomSource } from "../random/platform.ts";
import { byteAligned, sampleTuniform } from "../random/samplers.ts";

/** Where the masks and the noise of keys come from. */
export interface KeyRandom {
  /** A seed for the next masks, `bytes` of them. */
  masks(bytes: number): MaskSeed;
  /** Fills an array with samples of TUniform(`bound`), as `sampleTuniform` does. */
  noise(bound: number, out: BigUint64Array): void;
}

/** A new seed for every part of a key, and noise of the platform's cryptographic generator. */
export const freshRandom: KeyRandom = {
  masks: newMaskSeed,
  noise: (bound, out) => sampleTuniform(bound, out),
};

/**
 * Masks of all parts from one stream without gaps, and noise from another, of which each sample takes no more bytes than
 * TFHE-rs takes for it. (TFHE-rs: `EncryptionRandomGenerator`.)
 *
 * @param seed where the stream of masks begins.
 */
export function streamRandom(seed: MaskSeed, noise: RandomSource): KeyRandom {
  let { start } = seed;
  return {
    masks: (bytes) => {
      const part = { ...seed, start };
      start += bytes;
      return part;
    },
    noise: (bound, out) => sampleTuniform(bound, out, byteAligned(bound, noise)),
  };
}
