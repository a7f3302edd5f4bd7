import { UnsupportedPlatformError } from "../errors.ts";

/** Fills an array with random bytes. */
export type RandomSource = (bytes: Uint8Array<ArrayBuffer>) => void;

/** Most bytes that `crypto.getRandomValues` gives in one call (Web Cryptography API, section 10.1.1). */
const QUOTA = 65536;

/**
 * The platform's cryptographic generator, for at most 65536 bytes at a time.
 *
 * @throws UnsupportedPlatformError where there is none.
 */
export const platformRandom: RandomSource = (bytes) => {
  // Test runners that show a page's globals may lack this one, on a Node.js that has it.
  const crypto = globalThis.crypto ?? globalThis.process?.getBuiltinModule?.("node:crypto")?.webcrypto;
  if (typeof crypto?.getRandomValues !== "function") {
    throw new UnsupportedPlatformError(
      "this platform has no cryptographic generator: no crypto.getRandomValues",
    );
  }
  crypto.getRandomValues(bytes);
};

/**
 * Draws `length` random bytes and hands them to `use` in chunks that split no unit of `unit` bytes; `start`
 * counts the bytes before the chunk. The buffer behind all chunks is wiped before this returns or throws.
 */
export function drawRandom(
  length: number,
  unit: number,
  source: RandomSource,
  use: (chunk: Uint8Array<ArrayBuffer>, start: number) => void,
): void {
  const buffer = new Uint8Array(Math.min(length, QUOTA - (QUOTA % unit)));
  try {
    for (let start = 0; start < length; start += buffer.length) {
      const chunk = buffer.subarray(0, Math.min(buffer.length, length - start));
      source(chunk);
      use(chunk, start);
    }
  } finally {
    buffer.fill(0);
  }
}
