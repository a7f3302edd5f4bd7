import { MismatchError } from "../errors.ts";
import type { OptionNames } from "../options.ts";
import type { ParameterSet } from "../parameters/parameter-set.ts";
import type { ProgressOptions } from "../progress.ts";
import { costOf, evaluate } from "./circuit/evaluate.ts";
import { ClearTable, checkSelectors, fetchRow, placeTable, tableContentOf } from "./circuit/fetch.ts";
import { checkProgram, type Program } from "./circuit/program.ts";
import { checkSum, costOfSum, SUM_NAMES, type SumOptions, sum } from "./circuit/sum.ts";
import { type TableOptions, tableShape } from "./circuit/table-shape.ts";
import type { FlagResult } from "./client/flag-result.ts";
import { checkRing } from "./client/format.ts";
import { PackedVector, vectorContentOf } from "./client/packed-vector.ts";
import type { RowResult } from "./client/row-result.ts";
import { bodiesOf, maskSeedOf, type Seeded } from "./client/seeded.ts";
import { elementsOf, SelectorList, selectorContentOf } from "./client/selector-list.ts";
import type { SumResult } from "./client/sum-result.ts";
import { LeveledCore } from "./core.ts";
import { INSIDE, introduce, Opaque, PERMIT, type Permit } from "./inside.ts";
import { LoadedSelectors, LoadedVector, loadedSelectorsOf } from "./loaded.ts";

/** How a levelled engine is made. */
export interface LeveledEngineOptions extends ProgressOptions {
  /** Those of the clients' keys; the default ones unless given. */
  readonly parameters?: ParameterSet | undefined;
  /** Accepts parameters other than those of at least 128 bits that Tacet publishes; `false` unless given. */
  readonly allowInsecureParameters?: boolean | undefined;
  /**
   * Number of worker threads; as many as there are processors unless given. With 0, and where there can be no workers, the
   * calling thread computes alone.
   */
  readonly threads?: number | undefined;
  /** Upper bound of the memory that ciphertexts and workers share; 4 GiB unless given. */
  readonly memoryLimitBytes?: number | undefined;
}

/** What an engine is. */
export interface LeveledEngineInfo {
  readonly parameters: ParameterSet;
  readonly threads: number;
  /** Why the threads are not workers on shared memory, but the calling one alone; `undefined` if they are. */
  readonly whyNoWorkers: string | undefined;
  /** Bytes of memory that are in use. */
  readonly memoryBytes: number;
}

/** What a computation takes. */
export interface LeveledCost {
  /** Number of external products, of some microseconds each. */
  readonly products: number;
  /** Bytes of the serialized result, about. */
  readonly bytes: number;
}

const MAX_MEMORY_BYTES = 2 ** 32;
const OPTION_NAMES: OptionNames<LeveledEngineOptions> = {
  ...{ parameters: true, allowInsecureParameters: true, threads: true, memoryLimitBytes: true },
  ...{ onProgress: true, signal: true },
};
const PROGRESS_NAMES = { onProgress: true, signal: true } as const;

/**
 * Computes on encrypted values without any server key and without bootstraps: what clients choose with selectors, in levelled
 * circuits (Chillotti et al., "TFHE: Fast Fully Homomorphic Encryption over the Torus", section 5). Each client's values go
 * with its own selectors: an engine serves all clients of one parameter set, and only results of what belongs together can be
 * read.
 *
 * What is asked for at the same time is computed one after the other, on all threads.
 */
export class LeveledEngine extends Opaque {
  readonly #core: LeveledCore;

  static {
    introduce(LeveledEngine, {
      name: "LeveledEngine",
      noun: "an engine",
      source: "await LeveledEngine.create() makes one",
      instead: "engine.info tells about it",
      written: "engine.info tells about it",
    });
  }

  private constructor(permit: Permit, core: LeveledCore) {
    super(permit);
    this.#core = core;
  }

  /**
   * Makes an engine and starts its threads.
   *
   * @throws TypeError, RangeError for options that are none or out of range, ParameterError for parameters that are malformed,
   *   or insecure without being allowed to be, OutOfMemoryError, UnsupportedPlatformError, the signal's reason.
   */
  static async create(options: LeveledEngineOptions = {}): Promise<LeveledEngine> {
    INSIDE.checkOptions(INSIDE.checkProgressOptions(options), OPTION_NAMES);
    const { parameters = INSIDE.DEFAULT_PARAMETERS, allowInsecureParameters = false } = options;
    const { threads = INSIDE.processorCount(), memoryLimitBytes = MAX_MEMORY_BYTES } = options;
    const { signal } = options;
    INSIDE.checkFlag("allowInsecureParameters", allowInsecureParameters);
    if (!(Number.isInteger(INSIDE.checkNumber("threads", threads)) && threads >= 0 && threads <= 1024))
      throw new RangeError(`threads is ${threads}; expected an integer from 0 to 1024`);
    if (!(INSIDE.checkNumber("memoryLimitBytes", memoryLimitBytes) > 0))
      throw new RangeError(`memoryLimitBytes is ${memoryLimitBytes}; expected a positive number`);
    const checked = INSIDE.checkParameters(parameters, allowInsecureParameters);
    return new LeveledEngine(
      PERMIT,
      await LeveledCore.create({ parameters: checked, threads, memoryLimitBytes, signal }),
    );
  }

  /**
   * Takes in what a client has encrypted, for as long as the engine lives or until `unload`.
   *
   * @throws TypeError for anything else, MismatchError for ciphertexts of other parameters, OutOfMemoryError, DisposedError,
   *   the signal's reason; as rejections.
   */
  async load(encrypted: PackedVector, options?: ProgressOptions): Promise<LoadedVector>;
  async load(encrypted: SelectorList, options?: ProgressOptions): Promise<LoadedSelectors>;
  async load(
    encrypted: PackedVector | SelectorList,
    options: ProgressOptions = {},
  ): Promise<LoadedVector | LoadedSelectors> {
    INSIDE.checkOptions(INSIDE.checkProgressOptions(options), PROGRESS_NAMES);
    this.#core.checkAlive();
    if (encrypted instanceof PackedVector) return loadVector(this.#core, encrypted, options);
    if (encrypted instanceof SelectorList) return loadSelectors(this.#core, encrypted, options);
    throw new TypeError(`expected a PackedVector or SelectorList, not ${INSIDE.describe(encrypted)}`);
  }

  /**
   * Evaluates a program for all of its items. Without a vector, 2048 flags share one ciphertext, in which they take some 5 KB;
   * with one, there is a ciphertext for each different list of digits.
   *
   * @throws TypeError, RangeError for what is no program, MismatchError for parts of another engine or a vector of integers,
   *   GraphError if the result could be read wrongly with a probability above 2^-100, OutOfMemoryError, WorkerError,
   *   DisposedError, the signal's reason; as rejections.
   */
  async evaluate(program: Program, options: ProgressOptions = {}): Promise<FlagResult> {
    INSIDE.checkOptions(INSIDE.checkProgressOptions(options), PROGRESS_NAMES);
    this.#core.checkAlive();
    return evaluate(this.#core, checkProgram(this.#core, program), options);
  }

  /**
   * Adds up, over the items of a program, integers that are each multiplied by the item's flag: counts, if they are all 1.
   * Sums are counted modulo the product of the moduli of vectors, or of those that are given. Throws as `evaluate`.
   */
  async sum(program: Program, options: SumOptions = {}): Promise<SumResult> {
    INSIDE.checkOptions(INSIDE.checkProgressOptions(options), SUM_NAMES);
    this.#core.checkAlive();
    const { onProgress, signal } = options;
    const plain = checkSum(this.#core, checkProgram(this.#core, program), options);
    return sum(this.#core, plain, { onProgress, signal });
  }

  /** What `evaluate` would take. Throws as it does. */
  async explain(program: Program): Promise<LeveledCost> {
    this.#core.checkAlive();
    return costOf(this.#core, checkProgram(this.#core, program));
  }

  /** What `sum` would take. Throws as it does. */
  async explainSum(program: Program, options: SumOptions = {}): Promise<LeveledCost> {
    INSIDE.checkOptions(INSIDE.checkProgressOptions(options), SUM_NAMES);
    this.#core.checkAlive();
    return costOfSum(this.#core, checkSum(this.#core, checkProgram(this.#core, program), options));
  }

  /**
   * Takes a table in, in the clear, of which clients fetch rows.
   *
   * @param data the rows, one after the other.
   * @throws TypeError, RangeError for a table that is none, or data of another size, MismatchError for other parameters,
   *   OutOfMemoryError, DisposedError, the signal's reason; as rejections.
   */
  async table(shape: TableOptions, data: Uint8Array, options: ProgressOptions = {}): Promise<ClearTable> {
    INSIDE.checkOptions(INSIDE.checkProgressOptions(options), PROGRESS_NAMES);
    this.#core.checkAlive();
    const { parameters } = this.#core;
    const { rows, rowBytes, gadget } = INSIDE.checkOptions(shape);
    const own = tableShape({ rows, rowBytes, gadget, parameters });
    if (INSIDE.checkBytes(data).length !== rows * rowBytes)
      throw new RangeError(`data of ${data.length} bytes; expected ${rows * rowBytes}`);
    return new ClearTable(PERMIT, await placeTable(this.#core, own, new Uint8Array(data), options));
  }

  /**
   * Fetches the row of a table that selectors say, without learning which it is: all rows are read (Chillotti et al., "TFHE",
   * section 5.1: look-up tables as trees of CMux gates, horizontally packed). The selectors are those of `tableShape`.
   *
   * @throws TypeError for what is no table or are no selectors, MismatchError for those of another engine, or as many or of
   *   such a gadget as the table does not take, OutOfMemoryError, WorkerError, DisposedError, the signal's reason; as
   *   rejections.
   */
  async fetch(
    table: ClearTable,
    selectors: LoadedSelectors,
    options: ProgressOptions = {},
  ): Promise<RowResult> {
    INSIDE.checkOptions(INSIDE.checkProgressOptions(options), PROGRESS_NAMES);
    if (!(table instanceof ClearTable))
      throw new TypeError(`expected a ClearTable, not ${INSIDE.describe(table)}`);
    if (!(selectors instanceof LoadedSelectors))
      throw new TypeError(`expected LoadedSelectors, not ${INSIDE.describe(selectors)}`);
    const content = tableContentOf(table);
    if (content.core !== this.#core || loadedSelectorsOf(selectors).core !== this.#core)
      throw new MismatchError("the table or the selectors belong to another engine");
    checkSelectors(this.#core, content.shape, selectors);
    return fetchRow(this.#core, content, selectors, options);
  }

  get info(): LeveledEngineInfo {
    this.#core.checkAlive();
    const { parameters, crew, heap } = this.#core;
    const { threads, whyNoWorkers } = crew;
    return { parameters, threads, whyNoWorkers, memoryBytes: heap.usedBytes };
  }

  /** Stops all threads and wipes all memory. What is being computed is rejected with DisposedError. */
  dispose(): void {
    this.#core.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}

/** Masks of seeded ciphertexts, one after the other. */
async function withMasks<T>(
  core: LeveledCore,
  seeded: Seeded,
  size: number,
  use: (next: () => number) => Promise<T>,
): Promise<T> {
  const masks = new INSIDE.MaskStream(core.kernels[0], core.heap, maskSeedOf(seeded), size);
  try {
    return await use(() => masks.next(size));
  } finally {
    core.checkAlive();
    masks.free();
  }
}

async function loadVector(
  core: LeveledCore,
  vector: PackedVector,
  options: ProgressOptions,
): Promise<LoadedVector> {
  const { ring, length, modulus, seeded } = vectorContentOf(vector);
  checkRing(ring, core.parameters);
  const { polynomialSize: N, glweDimension: k } = ring;
  const pace = new INSIDE.Pace(options);
  const count = Math.ceil(length / N);
  const { accumulatorBytes: size, heap } = core;
  const address = heap.allocate(count * size);
  try {
    await core.lend(8 * (k + 1) * N, (glwe) =>
      withMasks(core, seeded, k * N, async (next) => {
        for (let i = 0; i < count; i++) {
          const mask = new BigUint64Array(heap.memory.buffer, next(), k * N);
          const elements = new BigUint64Array(heap.memory.buffer, glwe, (k + 1) * N);
          elements.set(mask);
          bodiesOf(ring, seeded, i * N, elements.subarray(k * N));
          core.kernels[0].loadAccumulator(glwe, address + i * size);
          await pace.done((i + 1) / count);
          core.checkAlive();
        }
      }),
    );
  } catch (error) {
    core.release([[address, count * size]]);
    throw error;
  }
  const chunks = Array.from({ length: count }, (_, i) => address + i * size);
  return new LoadedVector(PERMIT, { core, length, modulus, chunks });
}

async function loadSelectors(
  core: LeveledCore,
  list: SelectorList,
  options: ProgressOptions,
): Promise<LoadedSelectors> {
  const { ring, length, gadget, seeded } = selectorContentOf(list);
  checkRing(ring, core.parameters);
  const index = core.gadgetIndex(gadget);
  const kernel = core.kernels[index];
  const { polynomialSize: N, glweDimension: k } = ring;
  const { fourierGgsw: stride, ggsw: ggswBytes } = kernel.layout;
  const pace = new INSIDE.Pace(options);
  const { heap } = core;
  const rows = elementsOf(ring, gadget) / N;
  const address = heap.allocate(length * stride);
  const scratch = kernel.layout.scratch(1);
  try {
    await core.lend(ggswBytes + scratch, (ggsw) =>
      withMasks(core, seeded, k * N, async (next) => {
        for (let i = 0; i < length; i++) {
          for (let row = 0; row < rows; row++) {
            const mask = new BigUint64Array(heap.memory.buffer, next(), k * N);
            const elements = new BigUint64Array(
              heap.memory.buffer,
              ggsw + 8 * row * (k + 1) * N,
              (k + 1) * N,
            );
            elements.set(mask);
            bodiesOf(ring, seeded, (i * rows + row) * N, elements.subarray(k * N));
          }
          kernel.toFourier(ggsw, address + i * stride, ggsw + ggswBytes);
          await pace.done((i + 1) / length);
          core.checkAlive();
        }
      }),
    );
  } catch (error) {
    core.release([[address, length * stride]]);
    throw error;
  }
  return new LoadedSelectors(PERMIT, { core, length, gadget: index, address, stride });
}
