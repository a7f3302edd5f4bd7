import { AES_BLOCK_BYTES } from "../../random/aes.ts";
import { DOMAIN_SEPARATOR_BYTES, type MaskSeed, MOST_SEED_BYTES } from "../../random/mask-seed.ts";
import {
  type Codec,
  constant,
  frequent,
  mapped,
  nothing,
  optional,
  struct,
  union,
  variant,
  versioned,
} from "../bincode/codec.ts";
import { bytes, byteVector, f64, payloadBytes, u64 } from "../bincode/primitives.ts";

/* The small types of TFHE-rs that all else is made of. */

/** Any of TFHE-rs's wrapped integers, such as `LweDimension` or `Degree`. */
export const count: Codec<number> = versioned(0, u64);

/** Any of its wrapped doubles, such as `Variance`. */
export const real: Codec<number> = versioned(0, f64);

/** `Tag` and all else that wraps bytes of any number. */
export const taggedBytes: Codec<Uint8Array> = versioned(0, byteVector);

/** A 128-bit integer that must be zero. */
const zero128: Codec<null> = mapped(
  bytes(16),
  (value, fail) => (value.every((byte) => byte === 0) ? null : fail("128-bit integer other than 0")),
  () => new Uint8Array(16),
);

/** `CiphertextModulus` of integers of some width that wrap: 2^width, which is written as 0. */
export function fullModulus(bits: 32 | 64 | 128): Codec<null> {
  return mapped(
    versioned(0, struct({ modulus: zero128, scalarBits: constant(u64, bits) })),
    () => null,
    () => ({ modulus: null, scalarBits: null }),
  );
}

/** `CiphertextModulus` 2^64. */
export const nativeModulus: Codec<null> = frequent(fullModulus(64), null);

/** `CiphertextModulus` 2^128. */
export const wideModulus: Codec<null> = fullModulus(128);

/** Bytes of a stream that may come before its first mask: more than any key takes. */
const MOST_SKIPPED_BYTES = 2 ** 48;

/** `TableIndex`: where in its stream a seed's masks start, as a number of bytes. */
const streamStart: Codec<number> = frequent(
  mapped(
    versioned(
      0,
      struct({ aesIndex: versioned(0, struct({ low: u64, high: u64 })), byteIndex: versioned(0, u64) }),
    ),
    ({ aesIndex: { low, high }, byteIndex }, fail) => {
      if (byteIndex >= AES_BLOCK_BYTES) fail(`byte ${byteIndex} of a block of ${AES_BLOCK_BYTES}`);
      if (high > 0 || low * AES_BLOCK_BYTES > MOST_SKIPPED_BYTES)
        fail("masks start too far into their stream");
      return low * AES_BLOCK_BYTES + byteIndex;
    },
    (start) => ({
      aesIndex: { low: Math.floor(start / AES_BLOCK_BYTES), high: 0 },
      byteIndex: start % AES_BLOCK_BYTES,
    }),
  ),
  0,
);

/** `XofSeed`, its domain separator in front. */
export const xofSeed: Codec<Uint8Array<ArrayBuffer>> = versioned(
  0,
  mapped(
    byteVector as Codec<Uint8Array<ArrayBuffer>>,
    (seed, fail) =>
      seed.length < DOMAIN_SEPARATOR_BYTES || seed.length > MOST_SEED_BYTES
        ? fail(`seed of ${seed.length} bytes; expected ${DOMAIN_SEPARATOR_BYTES} to ${MOST_SEED_BYTES}`)
        : seed,
    (seed) => seed,
  ),
);

/** `SeedKind`. */
const seedKind = versioned(
  0,
  union<{ ctr: Uint8Array<ArrayBuffer>; xof: Uint8Array<ArrayBuffer> }>({
    ctr: versioned(0, payloadBytes(16)),
    xof: xofSeed,
  }),
);

/** `CompressionSeed`. Its first layout left out that masks start at the second byte. */
export const compressionSeed: Codec<MaskSeed> = mapped(
  versioned(1, versioned(0, struct({ seed: seedKind, start: streamStart })), {
    0: mapped(
      bytes(16),
      (value) => ({ seed: { kind: "ctr" as const, value }, start: 1 }),
      ({ seed }) => seed.value,
    ),
  }),
  ({ seed, start }) => ({ kind: seed.kind, bytes: seed.value, start }),
  ({ kind, bytes, start }) => ({ seed: { kind, value: bytes }, start }),
);

/** `PBSOrder`: key switch first, so that ciphertexts rest under the big key. */
export const pbsOrder: Codec<null> = versioned(
  0,
  variant(["key switch before bootstrap", "bootstrap before key switch"], 0, nothing),
);

/** The enums that tell TFHE-rs's atomic patterns apart, of which Tacet has the standard one. */
export function standardPattern<T>(inner: Codec<T>): Codec<T> {
  return variant(["standard atomic pattern", "32-bit key switch"], 0, inner);
}

/** `AtomicPatternKind`; before TFHE-rs 1.2, ciphertexts had a `PBSOrder` in its place. */
export const atomicPattern: Codec<null> = frequent(versioned(0, standardPattern(pbsOrder)), null);

/** How a modulus switch is kept from adding too much noise; `T` is what the drift technique needs. */
export type ModulusSwitch<T> = "standard" | "centred mean" | T;

const isDrift = <T extends object>(value: ModulusSwitch<T>): value is T => typeof value === "object";

/** `ModulusSwitchType` and the configurations that go with it. */
export function modulusSwitch<T extends object>(drift: Codec<T>): Codec<ModulusSwitch<T>> {
  return mapped(
    versioned(
      0,
      union<{ standard: null; drift: T; "centred mean": null }>({
        standard: nothing,
        drift,
        "centred mean": nothing,
      }),
    ),
    (found) => (found.kind === "drift" ? found.value : found.kind),
    (value) => (isDrift(value) ? { kind: "drift" as const, value } : { kind: value, value: null }),
  );
}

/** What stood in its place in TFHE-rs 1.0 to 1.2. */
export function optionalDrift<T extends object>(drift: Codec<T>): Codec<ModulusSwitch<T>> {
  return mapped(
    optional(drift),
    (found) => found ?? "standard",
    (value) => (isDrift(value) ? value : null),
  );
}
