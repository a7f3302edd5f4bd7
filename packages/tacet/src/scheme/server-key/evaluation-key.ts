import { ParameterError } from "../../errors.ts";
import type { Heap } from "../../kernel/heap.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import { keySwitchRows, usualKeySwitch } from "../../kernel/layout.ts";
import type { ProgressOptions } from "../../progress.ts";
import { castSize, type ExpandedCastingKey, type ExpandedKey, loadedElements } from "./expanded-key.ts";
import { elementCounter, type KeyTool, loadGgsws, ROWS_AT_ONCE, rowsOf } from "./key-source.ts";
import {
  type ListKernels,
  type LoadedPackingKey,
  type LoadedUnpackingKey,
  loadListKeys,
  NO_LIST_KERNELS,
} from "./list-keys.ts";
import type { CastingShape, SeededBodies, SeededCastingKey, SeededServerKey } from "./seeded-key.ts";

/** Where a server key lies in a kernel's memory, in the form that the kernel computes with. */
export interface EvaluationKey {
  /** n GGSW ciphertexts in the Fourier domain. */
  readonly bootstrapKey: number;
  /** The key-switching key, rounded to 32 bits: its own noise is far above 2^-32. */
  readonly keySwitchKey: number;
  /** The key switch from a dedicated compact key, if there is one. */
  readonly casting: CastingKey | null;
  /** The bootstrap key that random generation has to itself, like the other; `null` if it shares that one. */
  readonly oprfKey: number | null;
  /** What packs results into lists, if there is a key for it. */
  readonly packing: LoadedPackingKey | null;
  /** What unpacks them, if there is a key for it. */
  readonly unpacking: LoadedUnpackingKey | null;
}

/** Where a casting key lies: rounded like the usual key-switching key if it leads to the small key, else as it is. */
export interface CastingKey extends CastingShape {
  readonly address: number;
}

/**
 * Puts a server key, in either form, into the memory of a kernel, as the kernel computes with it.
 *
 * @param listKernels those that `openListKernels` gives for it; without them, its keys of lists are left out.
 * @throws OutOfMemoryError if the memory cannot hold it, ParameterError for a casting key with a gadget too fine, the
 *   signal's reason when cancelled.
 */
export async function loadEvaluationKey(
  key: SeededServerKey | ExpandedKey,
  heap: Heap,
  kernel: Kernel,
  options: ProgressOptions = {},
  listKernels: ListKernels = NO_LIST_KERNELS,
): Promise<EvaluationKey> {
  const { parameters, casting, oprf } = key;
  const { lweDimension } = parameters;
  const shape = usualKeySwitch(parameters);
  const advance = elementCounter(loadedElements(key), options);
  const tool = { heap, kernel, advance };
  const keySwitchKey = heap.allocate(kernel.layout.keySwitchKey);
  const bootstrapKey = heap.allocate(kernel.layout.bootstrapKey);
  const cast = casting && reserveCastingKey(casting, heap, kernel);
  const oprfKey = oprf && heap.allocate(kernel.layout.bootstrapKey);
  const write: RowWriter = (rows, first, count) => kernel.roundKeySwitchKey(rows, first, count, keySwitchKey);
  await loadRows(key.keySwitch, keySwitchRows(shape), lweDimension + 1, write, tool);
  await loadGgsws(key.bootstrap, bootstrapKey, tool);
  if (cast) {
    const rows = "rows" in casting ? casting.rows : casting;
    await loadRows(rows, keySwitchRows(casting), castSize(parameters, casting.destination), cast.write, tool);
  }
  if (oprf && oprfKey) await loadGgsws(oprf, oprfKey, tool);
  const lists = await loadListKeys(key, listKernels, heap, advance);
  return { bootstrapKey, keySwitchKey, casting: cast?.key ?? null, oprfKey, ...lists };
}

/** Puts a casting key alone into the memory of a kernel. Throws as `loadEvaluationKey`. */
export async function loadCastingKey(
  casting: SeededCastingKey | ExpandedCastingKey,
  tool: KeyTool,
): Promise<CastingKey> {
  const { parameters } = tool.kernel;
  const { key, write } = reserveCastingKey(casting, tool.heap, tool.kernel);
  const size = castSize(parameters, casting.destination);
  const rows = "rows" in casting ? casting.rows : casting;
  await loadRows(rows, keySwitchRows(casting), size, write, tool);
  return key;
}

/** Takes `count` rows of a key-switching key, number `first` being the first, that lie at an address in the memory. */
type RowWriter = (rows: number, first: number, count: number) => void;

/** Makes room for a casting key. @throws OutOfMemoryError, ParameterError if its gadget is too fine. */
function reserveCastingKey(
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

/** Takes the rows of a key-switching key, LWE ciphertexts of `size` elements, through the kernel's memory. */
async function loadRows(
  key: SeededBodies | BigUint64Array,
  count: number,
  size: number,
  write: RowWriter,
  tool: KeyTool,
): Promise<void> {
  const { heap, advance } = tool;
  const source = rowsOf(key, size, tool);
  const bytes = 8 * ROWS_AT_ONCE * size;
  const address = heap.allocate(bytes);
  for (let first = 0; first < count; first += ROWS_AT_ONCE) {
    const rows = Math.min(ROWS_AT_ONCE, count - first);
    source.next(new BigUint64Array(heap.memory.buffer, address, rows * size));
    write(address, first, rows);
    await advance(rows * size);
  }
  heap.free(address, bytes);
  source.free();
}
