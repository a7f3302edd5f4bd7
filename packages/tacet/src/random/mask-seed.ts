import { platformRandom } from "./platform.ts";
import { type CounterStream, expandXofSeed } from "./xof.ts";

/**
 * What public masks are expanded from, so that they need not travel: the start of a stream of AES-128 in counter mode.
 * (TFHE-rs: `CompressionSeed`.)
 */
export interface MaskSeed {
  /**
   * How key and first counter of the stream come from `bytes`: as they are (`ctr`: a key of 16 bytes, counters from
   * 0), or by the expansion of ePrint 2025/699 (`xof`: a domain separator of 8 bytes, then the seed).
   */
  readonly kind: "ctr" | "xof";
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Number of bytes of the stream that come before the first mask. */
  readonly start: number;
}

/** Number of bytes of the domain separator in front of a seed of the `xof` kind. */
export const DOMAIN_SEPARATOR_BYTES = 8;

/** Most bytes of such a seed, with its separator, that keys may have. */
export const MOST_SEED_BYTES = 1024;

/** A new seed from the platform's cryptographic generator. */
export function newMaskSeed(): MaskSeed {
  const bytes = new Uint8Array(16);
  platformRandom(bytes);
  return { kind: "ctr", bytes, start: 0 };
}

/** The stream that a seed points into. */
export function streamOf({ kind, bytes }: MaskSeed): CounterStream {
  return kind === "ctr" ? { key: bytes, counter: 0n } : expandXofSeed(bytes);
}
