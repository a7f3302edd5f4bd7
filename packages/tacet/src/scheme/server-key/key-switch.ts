import { type KeySwitchShape, keySwitchRows } from "../../kernel/layout.ts";
import type { CastingParameters } from "../../parameters/compact-sets.ts";
import { MaskStream } from "../lwe/mask-stream.ts";
import type { SecretKey } from "../secret-key/secret-key.ts";
import { place, type Report, type Ring } from "./ring.ts";
import type { SeededBodies, SeededCastingKey } from "./seeded-key.ts";

/** The weight 2^64 / base^level of a gadget level, counted from 1. */
function gadgetWeight(baseLog: number, level: number): bigint {
  return 1n << BigInt(64 - baseLog * level);
}

/** Encrypts each element of a key, at each gadget level, under another. */
export async function generateKeySwitchKey(
  { heap, kernel, scratch, random }: Ring,
  from: Uint8Array,
  to: Uint8Array,
  bound: number,
  shape: KeySwitchShape,
  report: Report,
): Promise<SeededBodies> {
  const { baseLog, level } = shape;
  const bodies = new BigUint64Array(keySwitchRows(shape));
  const seed = random.masks(bodies.length * to.length * 8);
  const chunk = 256;
  const masks = new MaskStream(kernel, heap, seed, chunk * to.length);
  const key = place(heap, to);
  const products = heap.allocate(chunk * 8);
  for (let row = 0; row < bodies.length; row += chunk) {
    const rows = Math.min(chunk, bodies.length - row);
    kernel.lweDot(masks.next(rows * to.length), rows, to.length, key, products, scratch);
    const masked = new BigUint64Array(heap.memory.buffer, products, rows);
    const noise = new BigUint64Array(rows);
    random.noise(bound, noise);
    for (let i = 0; i < rows; i++) {
      const bit = BigInt(from[Math.floor((row + i) / level)]);
      const message = bit * gadgetWeight(baseLog, level - ((row + i) % level));
      bodies[row + i] = masked[i] + noise[i] + message; // stores modulo 2^64
    }
    noise.fill(0n);
    await report((row + rows) / bodies.length);
  }
  return { seed, bodies };
}

/** Encrypts zeros under the small key. */
export function generateZeros(
  ring: Ring,
  { lwe, parameters }: SecretKey,
  count: number,
  report: Report,
): Promise<SeededBodies> {
  const shape = { inputDimension: count, baseLog: 1, level: 1 };
  return generateKeySwitchKey(ring, new Uint8Array(count), lwe, parameters.lweNoise, shape, report);
}

/** Encrypts the key that ciphertexts come from under that which they are switched to, with the noise of that one. */
export async function generateCastingKey(
  ring: Ring,
  { parameters, lwe, glwe }: SecretKey,
  from: Uint8Array,
  { destination, baseLog, level }: CastingParameters,
  report: Report,
): Promise<SeededCastingKey> {
  const shape = { inputDimension: from.length, baseLog, level };
  const [to, bound] = destination === "small" ? [lwe, parameters.lweNoise] : [glwe, parameters.glweNoise];
  const bodies = await generateKeySwitchKey(ring, from, to, bound, shape, report);
  return { ...bodies, ...shape, destination };
}
