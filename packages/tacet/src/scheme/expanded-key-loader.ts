import { fourierPlaces } from "../kernel/fourier-places.ts";
import type { Heap } from "../kernel/heap.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { Pace, type ProgressOptions } from "../progress.ts";
import { type EvaluationKey, type RowWriter, reserveCastingKey } from "./evaluation-key.ts";
import { castSize, type ExpandedServerKey, type FourierBootstrapKey } from "./expanded-key.ts";

/**
 * Puts an expanded server key into the memory of a kernel, in the form that the kernel computes with.
 *
 * @throws OutOfMemoryError if the memory cannot hold it, ParameterError for a casting key with a gadget too fine, the
 *   signal's reason when cancelled.
 */
export async function loadExpandedKey(
  { parameters, keySwitch, bootstrap, casting }: ExpandedServerKey,
  heap: Heap,
  kernel: Kernel,
  options: ProgressOptions = {},
): Promise<EvaluationKey> {
  const pace = new Pace(options);
  const elements = keySwitch.length + bootstrap.length + (casting?.rows.length ?? 0);
  let done = 0;
  const advance = (count: number): Promise<void> => {
    done += count;
    return pace.done(done / elements);
  };
  const keySwitchKey = heap.allocate(kernel.layout.keySwitchKey);
  const bootstrapKey = heap.allocate(kernel.layout.bootstrapKey);
  const cast = casting && reserveCastingKey(casting, heap, kernel);
  const write: RowWriter = (rows, first, count) => kernel.roundKeySwitchKey(rows, first, count, keySwitchKey);
  await loadRows(keySwitch, parameters.lweDimension + 1, heap, write, advance);
  await loadBootstrapKey(bootstrap, kernel, bootstrapKey, advance);
  if (cast)
    await loadRows(casting.rows, castSize(parameters, casting.destination), heap, cast.write, advance);
  return { bootstrapKey, keySwitchKey, casting: cast === null ? null : cast.key };
}

/** Takes the number of elements that have been loaded, between small pieces of work. */
type Advance = (elements: number) => Promise<void>;

const ROWS_AT_ONCE = 16;

/** Takes the rows of a key-switching key, LWE ciphertexts of `size` elements, through the kernel's memory. */
async function loadRows(
  elements: BigUint64Array,
  size: number,
  heap: Heap,
  write: RowWriter,
  advance: Advance,
): Promise<void> {
  const bytes = 8 * ROWS_AT_ONCE * size;
  const address = heap.allocate(bytes);
  for (let at = 0; at < elements.length; at += ROWS_AT_ONCE * size) {
    const rows = elements.subarray(at, at + ROWS_AT_ONCE * size);
    new BigUint64Array(heap.memory.buffer, address, rows.length).set(rows);
    write(address, at / size, rows.length / size);
    await advance(rows.length);
  }
  heap.free(address, bytes);
}

/** Moves each value to its place in the kernel's layout, one GGSW ciphertext at a time. */
async function loadBootstrapKey(
  values: FourierBootstrapKey,
  { memory, parameters, layout }: Kernel,
  target: number,
  advance: Advance,
): Promise<void> {
  const places = fourierPlaces(parameters);
  const scale = 2 / parameters.polynomialSize;
  for (let at = 0, address = target; at < values.length; at += places.length, address += layout.fourierGgsw) {
    const source = values.subarray(at, at + places.length);
    const ggsw = new Float64Array(memory.buffer, address, layout.fourierGgsw / 8).fill(0);
    for (let i = 0; i < places.length; i++) ggsw[places[i]] = scale * source[i];
    await advance(places.length);
  }
}
