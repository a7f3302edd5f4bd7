import { openKernel } from "../../kernel/open.ts";
import type { CastingParameters } from "../../parameters/compact-sets.ts";
import type { CompressionParameters } from "../../parameters/compression.ts";
import { Pace, type ProgressOptions } from "../../progress.ts";
import { freshRandom } from "../key-random.ts";
import type { PackedSecretKey, SecretKey } from "../secret-key/secret-key.ts";
import { expandCasting, expandDecompressionKey, withKeyTool } from "./expand-server-key.ts";
import {
  bootstrapElements,
  castSize,
  type ExpandedCastingKey,
  type ExpandedDecompressionKey,
} from "./expanded-key.ts";
import { generateCastingKey } from "./key-switch.ts";
import { generateDecompressionKey } from "./other-keys.ts";
import { openRing, type Report, type Ring } from "./ring.ts";

/* Keys that take what is under the keys of one client to those of another. */

/**
 * Encrypts the big key of one client under a key of another. (TFHE-rs: `KeySwitchingKeyMaterial`.)
 *
 * @throws OutOfMemoryError, the signal's reason when cancelled.
 */
export async function switchingKey(
  former: Pick<SecretKey, "glwe">,
  to: SecretKey,
  casting: CastingParameters,
  options: ProgressOptions,
): Promise<ExpandedCastingKey> {
  const { parameters } = to;
  const from = former.glwe.slice();
  try {
    const seeded = await withSecrets(to, halfOf(options), (ring, copy, report) =>
      generateCastingKey(ring, copy, from, casting, report),
    );
    const elements = seeded.bodies.length * castSize(parameters, casting.destination);
    return await withKeyTool(parameters, elements, otherHalf(options), (tool) =>
      expandCasting(seeded, parameters, tool),
    );
  } finally {
    from.fill(0);
  }
}

/**
 * Encrypts the key that the lists of one client are under, under the big key of another.
 *
 * @param lists that key, with the parameters by which it is bootstrapped.
 * @throws OutOfMemoryError, the signal's reason when cancelled.
 */
export async function unpackingKey(
  lists: PackedSecretKey<CompressionParameters>,
  to: SecretKey,
  options: ProgressOptions,
): Promise<ExpandedDecompressionKey> {
  const from = { ...lists, key: lists.key.slice() };
  try {
    const seeded = await withSecrets(to, halfOf(options), (ring, copy, report) =>
      generateDecompressionKey(ring, copy, from, report),
    );
    const elements = bootstrapElements(seeded.bootstrap.key);
    return await withKeyTool(to.parameters, elements, otherHalf(options), (tool) =>
      expandDecompressionKey(seeded, tool),
    );
  } finally {
    from.key.fill(0);
  }
}

/** Lends the ring of a big key, and copies of the secrets, in a memory that is wiped afterwards. */
async function withSecrets<T>(
  { parameters, lwe, glwe }: SecretKey,
  options: ProgressOptions,
  use: (ring: Ring, secrets: SecretKey, report: Report) => Promise<T>,
): Promise<T> {
  const copy = { parameters, lwe: lwe.slice(), glwe: glwe.slice() };
  const pace = new Pace(options);
  const { heap, kernel } = await openKernel(parameters, { deterministic: false, shared: false });
  try {
    const ring = openRing(heap, kernel, copy.glwe, freshRandom);
    return await use(ring, copy, (fraction) => pace.done(fraction));
  } finally {
    await heap.release(); // which wipes it
    copy.lwe.fill(0);
    copy.glwe.fill(0);
  }
}

/** The options of the first of two parts, whose progress is half of all. */
const halfOf = ({ signal, onProgress }: ProgressOptions): ProgressOptions => ({
  signal,
  onProgress: onProgress && ((fraction) => onProgress(fraction / 2)),
});

const otherHalf = ({ signal, onProgress }: ProgressOptions): ProgressOptions => ({
  signal,
  onProgress: onProgress && ((fraction) => onProgress((1 + fraction) / 2)),
});
