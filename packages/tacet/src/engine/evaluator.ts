import { DisposedError } from "../errors.ts";
import { type Block, constantOf, type InputBlock, termsOf } from "../graph/block.ts";
import { Builder } from "../graph/builder.ts";
import type { KernelFlavour } from "../kernel/flavour.ts";
import { Heap } from "../kernel/heap.ts";
import { Kernel } from "../kernel/kernel.ts";
import { type KernelModule, loadKernel } from "../kernel/load.ts";
import type { ParameterSet } from "../parameters/parameter-set.ts";
import { checkProgressOptions, type ProgressOptions } from "../progress.ts";
import { Bootstrapper } from "../scheme/bootstrap.ts";
import { encode } from "../scheme/encoding.ts";
import { type EvaluationKey, loadEvaluationKey } from "../scheme/evaluation-key.ts";
import type { SeededServerKey } from "../scheme/server-key.ts";
import { Claim } from "./claim.ts";
import { mayBlock, processorCount, sharedMemorySupported } from "./platform.ts";
import { LocalPool, type Pool, type PoolListener, WorkerPool } from "./pool.ts";
import { QUEUE_BYTES } from "./queue.ts";
import { Scheduler } from "./scheduler.ts";
import { CiphertextStore } from "./store.ts";

/** The most lookups that a thread takes at once: they share each pass over the keys. */
const BATCH = 8;
const TERM_BYTES = 8;
const MAX_MEMORY_BYTES = 2 ** 32;

export interface EvaluatorOptions extends ProgressOptions {
  /** Number of worker threads; as many as there are processors unless given. */
  readonly threads?: number | undefined;
  /** Whether results must be the same bits on every machine, at the price of some speed. */
  readonly deterministic?: boolean | undefined;
  /** Upper bound of the memory that keys, ciphertexts and workers share. */
  readonly memoryLimitBytes?: number | undefined;
}

/** A ciphertext as it enters and leaves. */
export interface BlockCiphertext {
  /** Mask and body under the big key. */
  readonly lwe: BigUint64Array;
  /** Largest value. */
  readonly degree: number;
  /** Standard deviation of the noise in units of a fresh bootstrap's. */
  readonly noiseLevel: number;
}

/** What an evaluator holds until it is disposed of. */
interface Core {
  readonly heap: Heap;
  readonly kernel: Kernel;
  readonly store: CiphertextStore;
  readonly scheduler: Scheduler;
}

/** Computes the blocks of a graph under an evaluation key: the graph, the threads and the memory of an engine. */
export class Evaluator {
  readonly parameters: ParameterSet;
  readonly builder: Builder;
  /** Number of worker threads; 0 where the calling thread computes by itself. */
  readonly threads: number;
  readonly flavour: KernelFlavour;
  #core: Core | undefined;

  /**
   * Expands a server key into memory and starts the threads.
   *
   * @throws RangeError for a thread count or memory limit that is none, OutOfMemoryError, UnsupportedPlatformError.
   */
  static async create(serverKey: SeededServerKey, options: EvaluatorOptions = {}): Promise<Evaluator> {
    const { parameters } = serverKey;
    checkProgressOptions(options);
    const {
      threads = processorCount(),
      deterministic = false,
      memoryLimitBytes = MAX_MEMORY_BYTES,
    } = options;
    if (typeof threads !== "number" || typeof memoryLimitBytes !== "number") {
      throw new TypeError("threads and memoryLimitBytes are numbers");
    }
    if (typeof deterministic !== "boolean") throw new TypeError("deterministic is a boolean");
    if (!Number.isInteger(threads) || threads < 1 || threads > 1024) {
      throw new RangeError(`threads is ${threads}; expected an integer from 1 to 1024`);
    }
    if (!(memoryLimitBytes > 0)) {
      throw new RangeError(`memoryLimitBytes is ${memoryLimitBytes}; expected a positive number`);
    }
    const shared = sharedMemorySupported();
    const { polynomialSize } = parameters;
    const module = await loadKernel({ polynomialSize, deterministic, shared });
    const heap = new Heap({ shared, limitBytes: memoryLimitBytes });
    const tables = heap.allocate(Kernel.layout(parameters).tables);
    const kernel = new Kernel(module, heap.memory, tables, parameters, { writeTables: true });
    const key = await loadEvaluationKey(serverKey, heap, kernel, options);
    const evaluator = new Evaluator(heap, kernel, module, tables, key, parameters, shared ? threads : 0);
    try {
      await evaluator.#warmUp();
    } catch (error) {
      evaluator.dispose();
      throw error;
    }
    return evaluator;
  }

  private constructor(
    heap: Heap,
    kernel: Kernel,
    module: KernelModule,
    tables: number,
    key: EvaluationKey,
    parameters: ParameterSet,
    threads: number,
  ) {
    const { memory } = heap;
    const { layout } = kernel;
    this.parameters = parameters;
    this.threads = threads;
    this.flavour = module.flavour;
    this.builder = new Builder(parameters);
    const store = new CiphertextStore(heap, layout.bigLwe);
    this.builder.onDrop = (block) => store.drop(block);

    const queue = heap.allocate(QUEUE_BYTES);
    const batch = threads === 0 ? 1 : BATCH; // a single thread has the event loop to think of
    const sharers = Math.max(1, threads);
    const setups = Array.from({ length: sharers }, () => {
      const area = heap.allocate(Bootstrapper.areaBytes(layout, batch));
      return { memory, module, parameters, tables, key, queue, area, batch, threads: sharers };
    });
    const startPool = (): Pool => {
      const listener: PoolListener = {
        onCompletion: (completion) => scheduler.onCompletion(completion),
        onCrash: (reason) => scheduler.onCrash(reason),
      };
      return threads === 0 ? new LocalPool(setups[0], listener) : new WorkerPool(setups, listener);
    };
    const scheduler = new Scheduler(this.builder, store, heap, queue, mayBlock(), startPool);
    this.#core = { heap, kernel, store, scheduler };
  }

  /** @throws DisposedError if the evaluator has been disposed of. */
  checkAlive(): void {
    this.#alive();
  }

  /** Bytes of memory that are in use: keys, ciphertexts, tables, jobs and scratch. */
  get usedBytes(): number {
    return this.#alive().heap.usedBytes;
  }

  /** Number of ciphertexts held. */
  get ciphertextCount(): number {
    return this.#alive().store.size;
  }

  /**
   * Makes ciphertexts blocks of the graph, all or none. The caller retains them.
   *
   * @throws GraphError if a degree or noise level is beyond the parameter set, OutOfMemoryError.
   */
  load(ciphertexts: readonly BlockCiphertext[]): InputBlock[] {
    const { store } = this.#alive();
    const claim = new Claim();
    try {
      return ciphertexts.map(({ lwe, degree, noiseLevel }) => {
        const slot = claim.take(store.reserve(), (taken) => store.discard(taken));
        store.viewSlot(slot).set(lwe);
        const block = this.builder.input({ max: degree, noise: noiseLevel ** 2 });
        store.assign(block, slot);
        return claim.take(block, (taken) => store.forget(taken));
      });
    } catch (error) {
      claim.giveBack();
      throw error;
    }
  }

  /** The ciphertexts of blocks, computed if need be; see `Scheduler.compute` for when and what it throws. */
  async compute(blocks: readonly Block[], options: ProgressOptions = {}): Promise<BlockCiphertext[]> {
    const { scheduler } = this.#alive();
    this.builder.retain(blocks);
    try {
      await scheduler.compute(blocks, options);
      return blocks.map((block) => this.#read(block));
    } finally {
      this.builder.release(blocks);
    }
  }

  /** Number of bootstraps that some blocks still need, the longest chain of them, and the time that they will take. */
  explain(blocks: readonly Block[]): { bootstraps: number; depth: number; milliseconds: number } {
    const { scheduler } = this.#alive();
    const { rotations, depth } = scheduler.plan(blocks);
    const rounds = Math.max(depth, rotations.length / Math.max(1, this.threads));
    return { bootstraps: rotations.length, depth, milliseconds: rounds * scheduler.millisecondsPerLookup };
  }

  /** Stops the threads and lets go of all memory. Open computations are rejected with DisposedError. */
  dispose(): void {
    this.#core?.scheduler.dispose();
    this.#core = undefined;
    this.builder.onDrop = undefined;
  }

  /** The ciphertext of a block whose sources have been computed. */
  #read(block: Block): BlockCiphertext {
    const { store, heap, kernel } = this.#alive();
    const terms = termsOf(block);
    const claim = new Claim();
    try {
      const out = claim.take(store.reserve(), (slot) => store.discard(slot));
      const termsBytes = terms.length * TERM_BYTES;
      const termsAddress = claim.take(heap.allocate(termsBytes), (at) => heap.free(at, termsBytes));
      const view = new DataView(heap.memory.buffer, termsAddress, termsBytes);
      for (const [i, { source, coefficient }] of terms.entries()) {
        view.setUint32(i * TERM_BYTES, store.address(source), true);
        view.setInt32(i * TERM_BYTES + 4, coefficient, true);
      }
      const constant = encode(constantOf(block), this.parameters);
      kernel.linearCombination(out, termsAddress, terms.length, constant, kernel.layout.bigLwe / 8);
      const lwe = new BigUint64Array(store.viewSlot(out)); // a copy that shares no memory
      return { lwe, degree: block.max, noiseLevel: Math.ceil(Math.sqrt(block.noise)) };
    } finally {
      claim.giveBack();
    }
  }

  #alive(): Core {
    if (this.#core === undefined) throw new DisposedError("the engine has been disposed of");
    return this.#core;
  }

  /** Has every thread compute something, so that code is compiled and times are known before they matter. */
  async #warmUp(): Promise<void> {
    const size = this.#alive().kernel.layout.bigLwe / 8;
    const [zero] = this.load([{ lwe: new BigUint64Array(size), degree: 1, noiseLevel: 1 }]);
    this.builder.retain([zero]);
    const lookups = Array.from({ length: Math.max(1, this.threads) }, (_, i) =>
      this.builder.lookup(this.builder.linear([[1, zero]], i), (value) => value ^ 1),
    );
    await this.compute(lookups);
    this.builder.release([zero]);
  }
}
