import { largeArray } from "../large-array.ts";
import { MaskStream } from "../lwe/mask-stream.ts";
import type {
  ExpandedNoiseSquashingCompressionKey,
  ExpandedNoiseSquashingKey,
  SeededDrift,
  WideFourierKey,
} from "./expanded-key.ts";
import type { KeyTool } from "./key-source.ts";
import type { NoiseSquashingKey } from "./other-keys.ts";
import type { NoiseSquashingCompressionKey, SeededGlweKey } from "./seeded-key.ts";
import { placeCoefficients, transformWide, widePoints } from "./wide-fourier.ts";

/* The keys on the torus of 128 bits with their masks, as TFHE-rs's servers hold them. Tacet carries them along. */

const ELEMENT_BYTES = 16;

/** Number of elements of the keys with their masks. */
export function wideElements(key: SeededGlweKey<Uint8Array>): number {
  return (key.bodies.length / ELEMENT_BYTES) * key.glweSize;
}

/** Expands a noise squashing key; `zeros` expands encryptions of zero. */
export async function expandNoiseSquashingKey(
  { bootstrap: { key, modulusSwitch }, ...moduli }: NoiseSquashingKey,
  zeros: (seeded: SeededDrift["zeros"]) => Promise<BigUint64Array<ArrayBuffer>>,
  tool: KeyTool,
): Promise<ExpandedNoiseSquashingKey> {
  const expanded = await expandBootstrapKey(key, tool);
  if (typeof modulusSwitch === "string") return { ...moduli, bootstrap: { key: expanded, modulusSwitch } };
  const { lweSize } = modulusSwitch.zeros;
  const data = await zeros(modulusSwitch.zeros);
  const drift = { ...modulusSwitch, zeros: { data, lweSize, modulus: null } };
  return { ...moduli, bootstrap: { key: expanded, modulusSwitch: drift } };
}

/** Expands the key that packs what has been squashed. */
export async function expandNoiseSquashingCompressionKey(
  { packing: { bodies, seed, ...shape }, ciphertextsPerGlwe }: NoiseSquashingCompressionKey,
  tool: KeyTool,
): Promise<ExpandedNoiseSquashingCompressionKey> {
  const size = shape.polynomialSize * ELEMENT_BYTES;
  const length = bodies.length * shape.glweSize;
  const rows = largeArray("an expanded key", length, () => new Uint8Array(length));
  let at = 0;
  await overRows({ bodies, seed, ...shape }, tool, (mask, body) => {
    rows.set(mask, at);
    rows.set(body, at + mask.length);
    at += mask.length + size;
  });
  return { packing: { rows, ...shape }, ciphertextsPerGlwe };
}

async function expandBootstrapKey(
  key: SeededGlweKey<Uint8Array<ArrayBuffer>>,
  tool: KeyTool,
): Promise<WideFourierKey> {
  const { bodies, seed: _, ...shape } = key;
  const { polynomialSize: N, glweSize, level } = shape;
  const count = (bodies.length / ELEMENT_BYTES / 2) * glweSize;
  const points = largeArray("an expanded key", 32 * count, () => widePoints(count));
  let at = 0;
  const place = (bytes: Uint8Array): void => {
    const words = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
    placeCoefficients(words, points, at);
    transformWide(points, at, N / 2);
    at += N / 2;
  };
  await overRows(key, tool, (mask, body) => {
    for (let from = 0; from < mask.length; from += ELEMENT_BYTES * N) {
      place(mask.subarray(from, from + ELEMENT_BYTES * N));
    }
    place(body);
  });
  const lweDimension = count / (level * glweSize ** 2 * (N / 2));
  return { ...points, lweDimension, ...shape };
}

/** Gives each body polynomial to `use`, with its mask polynomials in front. */
async function overRows(
  { bodies, seed, glweSize, polynomialSize }: SeededGlweKey<Uint8Array<ArrayBuffer>>,
  { heap, kernel, advance }: KeyTool,
  use: (mask: Uint8Array, body: Uint8Array) => void,
): Promise<void> {
  const size = polynomialSize * ELEMENT_BYTES;
  const words = (2 * (glweSize - 1) * size) / ELEMENT_BYTES;
  const masks = new MaskStream(kernel, heap, seed, words);
  for (let at = 0; at < bodies.length; at += size) {
    const address = masks.next(words);
    use(new Uint8Array(heap.memory.buffer, address, 8 * words), bodies.subarray(at, at + size));
    await advance(glweSize * polynomialSize);
  }
  masks.free();
}
