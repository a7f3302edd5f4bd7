import { fourierPlaces } from "../../kernel/fourier-places.ts";
import { addKernel, openKernel } from "../../kernel/open.ts";
import type { ParameterSet } from "../../parameters/parameter-set.ts";
import type { ProgressOptions } from "../../progress.ts";
import { largeArray } from "../large-array.ts";
import { expandCompactKey } from "../public-key/compact-public-key.ts";
import { Workbench } from "../workbench.ts";
import { expandNoiseSquashingCompressionKey, expandNoiseSquashingKey, wideElements } from "./expand-wide.ts";
import {
  castSize,
  type ExpandedBootstrapKey,
  type ExpandedCastingKey,
  type ExpandedDecompressionKey,
  type ExpandedKey,
  type ExpandedPackingKey,
  type ExpandedReRandomizer,
  type FourierBootstrapKey,
  loadedElements,
} from "./expanded-key.ts";
import { elementCounter, ggswsOf, glwesOf, type KeyTool, ROWS_AT_ONCE, rowsOf } from "./key-source.ts";
import type { OtherKeys } from "./other-keys.ts";
import {
  type CarriedKeys,
  type DecompressionKey,
  ggswBodyCount,
  type ReRandomizer,
  type SeededBodies,
  type SeededCastingKey,
  type SeededGlweKey,
  type SeededServerKey,
} from "./seeded-key.ts";

/**
 * Expands a seeded server key with all of its parts. The result is the same bits on every machine.
 *
 * @throws OutOfMemoryError where the platform has no arrays of its size, the signal's reason when cancelled.
 */
export async function expandServerKey(
  seeded: SeededServerKey & CarriedKeys & OtherKeys,
  options: ProgressOptions = {},
): Promise<ExpandedKey> {
  const { parameters, casting, driftZeros, oprf, transciphering, compression, decompression } = seeded;
  const { reRandomization, noiseSquashing, noiseSquashingCompression } = seeded;
  const lweSize = parameters.lweDimension + 1;
  const carried =
    (driftZeros?.bodies.length ?? 0) * lweSize +
    (transciphering?.bodies.length ?? 0) * (parameters.glweDimension + 1) +
    (noiseSquashing === null ? 0 : wideElements(noiseSquashing.bootstrap.key)) +
    (noiseSquashingCompression === null ? 0 : wideElements(noiseSquashingCompression.packing));
  const elements = loadedElements(seeded) + carried;
  return withKeyTool(parameters, elements, options, async (tool) => ({
    parameters,
    keySwitch: await expandRows(seeded.keySwitch, lweSize, tool),
    bootstrap: await expandBootstrapKey(seeded.bootstrap, tool),
    casting: casting && (await expandCasting(casting, parameters, tool)),
    driftZeros: driftZeros && (await expandRows(driftZeros, lweSize, tool)),
    oprf: oprf && (await expandBootstrapKey(oprf, tool)),
    compression: compression && {
      ...compression,
      packing: await expandPackingKey(compression.packing, tool),
    },
    decompression: decompression && (await expandDecompressionKey(decompression, tool)),
    transciphering: transciphering && (await expandBootstrapKey(transciphering, tool)),
    reRandomization: reRandomization && (await expandReRandomizer(reRandomization, parameters, tool)),
    noiseSquashing:
      noiseSquashing &&
      (await expandNoiseSquashingKey(noiseSquashing, (zeros) => expandRows(zeros, lweSize, tool), tool)),
    noiseSquashingCompression:
      noiseSquashingCompression &&
      (await expandNoiseSquashingCompressionKey(noiseSquashingCompression, tool)),
  }));
}

const REQUEST = { deterministic: true, shared: false };

/** Lends what expands keys of a parameter set, `elements` of them, in the same bits on every machine. */
export async function withKeyTool<T>(
  parameters: ParameterSet,
  elements: number,
  options: ProgressOptions,
  use: (tool: KeyTool) => Promise<T>,
): Promise<T> {
  const advance = elementCounter(elements, options);
  const { heap, kernel } = await openKernel(parameters, REQUEST);
  try {
    return await use({ heap, kernel, advance });
  } finally {
    await heap.release();
  }
}

/** Expands a decompression key. */
export async function expandDecompressionKey(
  { bootstrap: { key, modulusSwitch }, ciphertextsPerGlwe }: DecompressionKey,
  tool: KeyTool,
): Promise<ExpandedDecompressionKey> {
  return { bootstrap: { key: await expandWithGadget(key, tool), modulusSwitch }, ciphertextsPerGlwe };
}

/** Expands a casting key. */
export async function expandCasting(
  casting: SeededCastingKey,
  parameters: ParameterSet,
  tool: KeyTool,
): Promise<ExpandedCastingKey> {
  const { baseLog, level, inputDimension, destination } = casting;
  const rows = await expandRows(casting, castSize(parameters, destination), tool);
  return { baseLog, level, inputDimension, destination, rows };
}

async function expandReRandomizer(
  key: ReRandomizer,
  parameters: ParameterSet,
  tool: KeyTool,
): Promise<ExpandedReRandomizer> {
  switch (key.kind) {
    case "casting":
      return key;
    case "own":
      return { kind: key.kind, key: await expandCasting(key.key, parameters, tool) };
    case "derived":
      return {
        kind: key.kind,
        key: expandCompactKey(await Workbench.for(key.key.encryption.lweDimension), key.key),
      };
  }
}

/** For each body its mask of `size` − 1 elements, and then the body. */
async function expandRows(
  key: SeededBodies,
  size: number,
  tool: KeyTool,
): Promise<BigUint64Array<ArrayBuffer>> {
  const source = rowsOf(key, size, tool);
  const length = key.bodies.length * size;
  const out = largeArray("an expanded key", 8 * length, () => new BigUint64Array(length));
  for (let at = 0; at < out.length; at += ROWS_AT_ONCE * size) {
    const rows = out.subarray(at, at + ROWS_AT_ONCE * size);
    source.next(rows);
    await tool.advance(rows.length);
  }
  source.free();
  return out;
}

/** For each body polynomial its mask polynomials, and then the body. */
async function expandPackingKey(
  key: SeededGlweKey<BigUint64Array>,
  { heap, kernel, advance }: KeyTool,
): Promise<ExpandedPackingKey> {
  const { bodies, seed, ...shape } = key;
  const size = shape.glweSize * shape.polynomialSize;
  const length = bodies.length * shape.glweSize;
  const source = glwesOf(key, { heap, kernel, advance });
  const address = heap.allocate(8 * size);
  const rows = largeArray("an expanded key", 8 * length, () => new BigUint64Array(length));
  for (let at = 0; at < length; at += size) {
    source.next(address);
    rows.set(new BigUint64Array(heap.memory.buffer, address, size), at);
    await advance(size);
  }
  heap.free(address, 8 * size);
  source.free();
  return { rows, ...shape };
}

/** The same as `expandBootstrapKey`, of a key with a gadget of its own. */
async function expandWithGadget(
  key: SeededGlweKey<BigUint64Array<ArrayBuffer>>,
  { heap, kernel, advance }: KeyTool,
): Promise<ExpandedBootstrapKey> {
  const { bodies, seed, ...shape } = key;
  const parameters = { ...kernel.parameters, pbsBaseLog: key.baseLog, pbsLevel: key.level };
  const own = await addKernel(heap, parameters, REQUEST);
  return { values: await expandBootstrapKey({ bodies, seed }, { ...own, advance }), ...shape };
}

/** Takes each value from its place in the kernel's layout. */
async function expandBootstrapKey(key: SeededBodies, tool: KeyTool): Promise<FourierBootstrapKey> {
  const { heap, kernel, advance } = tool;
  const { parameters, layout, memory } = kernel;
  const source = ggswsOf(key, tool);
  const address = heap.allocate(layout.fourierGgsw);
  const places = fourierPlaces(kernel);
  const scale = parameters.polynomialSize / 2;
  const length = (key.bodies.length / ggswBodyCount(parameters)) * places.length;
  const out = largeArray("an expanded key", 8 * length, () => new Float64Array(length));
  for (let at = 0; at < out.length; at += places.length) {
    source.next(address);
    const ggsw = new Float64Array(memory.buffer, address, layout.fourierGgsw / 8);
    const target = out.subarray(at, at + places.length);
    for (let i = 0; i < places.length; i++) target[i] = scale * ggsw[places[i]];
    await advance(places.length);
  }
  heap.free(address, layout.fourierGgsw);
  source.free();
  return out;
}
