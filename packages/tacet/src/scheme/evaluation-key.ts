import type { Heap } from "../kernel/heap.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { Pace, type ProgressOptions } from "../progress.ts";
import { MaskStream } from "./mask-stream.ts";
import type { SeededServerKey } from "./server-key.ts";

/** Where a server key lies in a kernel's memory, in the form that the kernel computes with. */
export interface EvaluationKey {
  /** n GGSW ciphertexts in the Fourier domain. */
  readonly bootstrapKey: number;
  /** The key-switching key, rounded to 32 bits: its own noise is far above 2^-32. */
  readonly keySwitchKey: number;
}

/** Share of the key-switching key in the time that loading takes. */
const KEY_SWITCH_SHARE = 0.5;

/**
 * Expands a seeded server key into the memory of a kernel.
 *
 * @throws OutOfMemoryError if the memory cannot hold it.
 */
export async function loadEvaluationKey(
  seeded: SeededServerKey,
  heap: Heap,
  kernel: Kernel,
  options: ProgressOptions = {},
): Promise<EvaluationKey> {
  const pace = new Pace(options);
  const keySwitchKey = heap.allocate(kernel.layout.keySwitchKey);
  const bootstrapKey = heap.allocate(kernel.layout.bootstrapKey);
  await loadKeySwitchKey(seeded, heap, kernel, keySwitchKey, pace);
  await loadBootstrapKey(seeded, heap, kernel, bootstrapKey, pace);
  return { bootstrapKey, keySwitchKey };
}

/** One element of the big key at a time. */
async function loadKeySwitchKey(
  { parameters, keySwitch }: SeededServerKey,
  heap: Heap,
  kernel: Kernel,
  target: number,
  pace: Pace,
): Promise<void> {
  const { lweDimension: n, ksLevel } = parameters;
  const masks = new MaskStream(kernel, heap, keySwitch.seed, ksLevel * n);
  const rowElements = n + 1;
  const rowsBytes = ksLevel * kernel.layout.keySwitchRow;
  const rowsAddress = heap.allocate(rowsBytes);
  for (let first = 0; first < keySwitch.bodies.length; first += ksLevel) {
    const mask = new BigUint64Array(heap.memory.buffer, masks.next(ksLevel * n), ksLevel * n);
    const rows = new BigUint64Array(heap.memory.buffer, rowsAddress, ksLevel * rowElements);
    for (let j = 0; j < ksLevel; j++) {
      const at = j * rowElements;
      rows.set(mask.subarray(j * n, (j + 1) * n), at);
      rows[at + n] = keySwitch.bodies[first + j];
    }
    kernel.roundKeySwitchKey(rowsAddress, first, ksLevel, target);
    await pace.done((KEY_SWITCH_SHARE * (first + ksLevel)) / keySwitch.bodies.length);
  }
  heap.free(rowsAddress, rowsBytes);
  masks.free();
}

/** One GGSW ciphertext at a time. */
async function loadBootstrapKey(
  { parameters, bootstrap }: SeededServerKey,
  heap: Heap,
  kernel: Kernel,
  target: number,
  pace: Pace,
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
    await pace.done(KEY_SWITCH_SHARE + ((1 - KEY_SWITCH_SHARE) * (i + 1)) / lweDimension);
  }
  heap.free(ggswAddress, kernel.layout.ggsw);
  heap.free(scratch, scratchBytes);
  masks.free();
}
