import type { MaskSeed } from "../../random/mask-seed.ts";
import { bodyBytes } from "../noise.ts";
import { type RingShape, SEED_BYTES } from "./format.ts";

/* Seeded ciphertexts: a seed of all masks, and bodies without what of them lies below the noise. */

/** Ciphertexts as they travel. */
export interface Seeded {
  readonly seed: Uint8Array<ArrayBuffer>;
  /** `bodyBytes` bytes of each element, lowest first, of which the torus element has others of 0 below. */
  readonly bodies: Uint8Array<ArrayBuffer>;
}

/** Bytes of `count` seeded elements. */
export function seededBytes(ring: RingShape, count: number): number {
  return SEED_BYTES + count * bodyBytes(ring);
}

/** Rounds bodies to the bytes that travel. */
export function roundBodies(
  ring: RingShape,
  { seed, bodies }: { seed: MaskSeed; bodies: BigUint64Array },
): Seeded {
  const size = bodyBytes(ring);
  const out = new Uint8Array(bodies.length * size);
  const half = size === 8 ? 0n : 1n << BigInt(63 - 8 * size);
  const rounded = bodies.map((body) => body + half);
  const bytes = new Uint8Array(rounded.buffer);
  for (let i = 0, at = 0; i < bytes.length; i += 8) {
    for (let byte = 8 - size; byte < 8; byte++) out[at++] = bytes[i + byte];
  }
  return { seed: seed.bytes, bodies: out };
}

/** Elements number `first` and on as torus elements. */
export function bodiesOf(ring: RingShape, { bodies }: Seeded, first: number, out: BigUint64Array): void {
  const size = bodyBytes(ring);
  const bytes = new Uint8Array(out.buffer, out.byteOffset, out.byteLength).fill(0);
  for (let i = 0, at = first * size; i < bytes.length; i += 8) {
    for (let byte = 8 - size; byte < 8; byte++) bytes[i + byte] = bodies[at++];
  }
}

/** The seed as what masks are expanded from. */
export function maskSeedOf({ seed }: Seeded): MaskSeed {
  return { kind: "ctr", bytes: seed, start: 0 };
}

/** Writes seed and bodies from byte `at` on. */
export function writeSeeded({ seed, bodies }: Seeded, out: Uint8Array, at: number): void {
  out.set(seed, at);
  out.set(bodies, at + SEED_BYTES);
}

/** Reads them, up to the end. */
export function readSeeded(bytes: Uint8Array<ArrayBuffer>, at: number): Seeded {
  return { seed: bytes.slice(at, at + SEED_BYTES), bodies: bytes.slice(at + SEED_BYTES) };
}
