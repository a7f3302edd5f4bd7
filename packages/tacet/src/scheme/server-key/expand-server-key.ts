import { fourierPlaces } from "../../kernel/fourier-places.ts";
import { openKernel } from "../../kernel/open.ts";
import type { ProgressOptions } from "../../progress.ts";
import { largeArray } from "../large-array.ts";
import { castSize, type ExpandedKey, type FourierBootstrapKey, loadedElements } from "./expanded-key.ts";
import { elementCounter, ggswsOf, type KeyTool, ROWS_AT_ONCE, rowsOf } from "./key-source.ts";
import { type CarriedKeys, ggswBodyCount, type SeededBodies, type SeededServerKey } from "./seeded-key.ts";

/**
 * Expands a seeded server key with all of its parts. The result is the same bits on every machine.
 *
 * @throws OutOfMemoryError where the platform has no arrays of its size, the signal's reason when cancelled.
 */
export async function expandServerKey(
  seeded: SeededServerKey & CarriedKeys,
  options: ProgressOptions = {},
): Promise<ExpandedKey> {
  const { parameters, casting, driftZeros, oprf, transciphering } = seeded;
  const lweSize = parameters.lweDimension + 1;
  const carried =
    (driftZeros?.bodies.length ?? 0) * lweSize +
    (transciphering?.bodies.length ?? 0) * (parameters.glweDimension + 1);
  const elements = loadedElements(seeded) + carried;
  const advance = elementCounter(elements, options);
  const { heap, kernel } = await openKernel(parameters, { deterministic: true, shared: false });
  const tool = { heap, kernel, advance };
  try {
    return {
      parameters,
      keySwitch: await expandRows(seeded.keySwitch, lweSize, tool),
      bootstrap: await expandBootstrapKey(seeded.bootstrap, tool),
      casting: casting && {
        baseLog: casting.baseLog,
        level: casting.level,
        inputDimension: casting.inputDimension,
        destination: casting.destination,
        rows: await expandRows(casting, castSize(parameters, casting.destination), tool),
      },
      driftZeros: driftZeros && (await expandRows(driftZeros, lweSize, tool)),
      oprf: oprf && (await expandBootstrapKey(oprf, tool)),
      transciphering: transciphering && (await expandBootstrapKey(transciphering, tool)),
    };
  } finally {
    await heap.release();
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
