import { ParameterError } from "../errors.ts";
import type { Heap } from "../kernel/heap.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { bigLweDimension } from "../parameters/parameter-set.ts";
import { Pace, type ProgressOptions } from "../progress.ts";
import { MaskStream } from "./mask-stream.ts";
import type { CastingShape, SeededBodies, SeededServerKey } from "./server-key.ts";

/** Where a server key lies in a kernel's memory, in the form that the kernel computes with. */
export interface EvaluationKey {
  /** n GGSW ciphertexts in the Fourier domain. */
  readonly bootstrapKey: number;
  /** The key-switching key, rounded to 32 bits: its own noise is far above 2^-32. */
  readonly keySwitchKey: number;
  /** The key switch from a dedicated compact key, if there is one. */
  readonly casting: CastingKey | null;
}

/** Where a casting key lies: rounded like the usual key-switching key if it leads to the small key, else as it is. */
export interface CastingKey extends CastingShape {
  readonly address: number;
}

/**
 * Expands a seeded server key into the memory of a kernel.
 *
 * @throws OutOfMemoryError if the memory cannot hold it, ParameterError for a casting key with a gadget too fine.
 */
export async function loadEvaluationKey(
  seeded: SeededServerKey,
  heap: Heap,
  kernel: Kernel,
  options: ProgressOptions = {},
): Promise<EvaluationKey> {
  const pace = new Pace(options);
  const parts = seeded.casting ? 3 : 2;
  /** Tells how far part number `index` has come. */
  const part = (index: number) => (fraction: number) => pace.done((index + fraction) / parts);
  const { lweDimension, ksLevel } = seeded.parameters;
  const keySwitchKey = heap.allocate(kernel.layout.keySwitchKey);
  const bootstrapKey = heap.allocate(kernel.layout.bootstrapKey);
  const casting = seeded.casting && reserveCastingKey(seeded.casting, heap, kernel);
  const write: RowWriter = (rows, first, count) => kernel.roundKeySwitchKey(rows, first, count, keySwitchKey);
  await loadRows(seeded.keySwitch, lweDimension, ksLevel, heap, kernel, write, part(0));
  await loadBootstrapKey(seeded, heap, kernel, bootstrapKey, part(1));
  if (casting) {
    const { level, destination } = casting.key;
    const dimension = destination === "small" ? lweDimension : bigLweDimension(seeded.parameters);
    await loadRows(seeded.casting, dimension, level, heap, kernel, casting.write, part(2));
  }
  return { bootstrapKey, keySwitchKey, casting: casting?.key ?? null };
}

type Progress = (fraction: number) => Promise<void>;

/** Takes `count` rows of a key-switching key, number `first` being the first, that lie at an address in the memory. */
export type RowWriter = (rows: number, first: number, count: number) => void;

/** Makes room for a casting key. @throws OutOfMemoryError, ParameterError if its gadget is too fine. */
export function reserveCastingKey(
  { inputDimension, baseLog, level, destination }: CastingShape,
  heap: Heap,
  kernel: Kernel,
): { key: CastingKey; write: RowWriter } {
  const finest = destination === "small" ? 32 : 62;
  if (baseLog > 31 || baseLog * level > finest) {
    throw new ParameterError(
      `a casting key to the ${destination} key has ${level} levels of ${baseLog} bits; expected at most 31 bits, and ${finest} together`,
    );
  }
  const { layout } = kernel;
  const shape = { inputDimension, baseLog, level };
  if (destination === "small") {
    const address = heap.allocate(layout.castToSmallKey(shape));
    return {
      key: { ...shape, destination, address },
      write: (rows, first, count) => kernel.roundKeySwitchKey(rows, first, count, address, shape),
    };
  }
  const address = heap.allocate(layout.castToBigKey(shape));
  return {
    key: { ...shape, destination, address },
    write: (rows, first, count) => {
      const memory = new Uint8Array(heap.memory.buffer);
      memory.copyWithin(address + first * layout.bigLwe, rows, rows + count * layout.bigLwe);
    },
  };
}

/** Expands the rows of a seeded key-switching key, those of one element of the key that it comes from at a time. */
async function loadRows(
  { seed, bodies }: SeededBodies,
  dimension: number,
  level: number,
  heap: Heap,
  kernel: Kernel,
  write: RowWriter,
  progress: Progress,
): Promise<void> {
  const masks = new MaskStream(kernel, heap, seed, level * dimension);
  const size = dimension + 1;
  const bytes = 8 * level * size;
  const address = heap.allocate(bytes);
  for (let first = 0; first < bodies.length; first += level) {
    const mask = new BigUint64Array(heap.memory.buffer, masks.next(level * dimension), level * dimension);
    const rows = new BigUint64Array(heap.memory.buffer, address, level * size);
    for (let j = 0; j < level; j++) {
      rows.set(mask.subarray(j * dimension, (j + 1) * dimension), j * size);
      rows[j * size + dimension] = bodies[first + j];
    }
    write(address, first, level);
    await progress((first + level) / bodies.length);
  }
  heap.free(address, bytes);
  masks.free();
}

/** One GGSW ciphertext at a time. */
async function loadBootstrapKey(
  { parameters, bootstrap }: SeededServerKey,
  heap: Heap,
  kernel: Kernel,
  target: number,
  progress: Progress,
): Promise<void> {
  const { lweDimension, glweDimension: k, polynomialSize: N, pbsLevel } = parameters;
  const masks = new MaskStream(kernel, heap, bootstrap.seed, k * N);
  const ggswAddress = heap.allocate(kernel.layout.ggsw);
  const scratchBytes = kernel.layout.scratch(1);
  const scratch = heap.allocate(scratchBytes);
  let at = 0;
  for (let i = 0; i < lweDimension; i++) {
    const ggsw = new BigUint64Array(heap.memory.buffer, ggswAddress, kernel.layout.ggsw / 8);
    for (let row = 0; row < pbsLevel * (k + 1); row++, at += N) {
      const place = row * (k + 1) * N;
      ggsw.set(new BigUint64Array(heap.memory.buffer, masks.next(k * N), k * N), place);
      ggsw.set(bootstrap.bodies.subarray(at, at + N), place + k * N);
    }
    kernel.toFourier(ggswAddress, target + i * kernel.layout.fourierGgsw, scratch);
    await progress((i + 1) / lweDimension);
  }
  heap.free(ggswAddress, kernel.layout.ggsw);
  heap.free(scratch, scratchBytes);
  masks.free();
}
