import { DisposedError } from "../errors.ts";
import { type Block, constantOf, type InputBlock, termsOf } from "../graph/block.ts";
import { Builder } from "../graph/builder.ts";
import { Heap } from "../kernel/heap.ts";
import { Kernel, type KernelModule } from "../kernel/kernel.ts";
import type { ParameterSet } from "../parameters/parameter-set.ts";
import type { ProgressOptions } from "../progress.ts";
import { Bootstrapper } from "../scheme/bootstrap.ts";
import { encode } from "../scheme/encoding.ts";
import { type EvaluationKey, loadEvaluationKey } from "../scheme/evaluation-key.ts";
import type { SeededServerKey } from "../scheme/server-key.ts";
import { Claim } from "./claim.ts";
import type { ThreadSetup } from "./executor.ts";
import { mayBlock, processorCount, sharedMemorySupported } from "./platform.ts";
import { LocalPool, type Pool, type PoolListener, WorkerPool } from "./pool.ts";
import { QUEUE_BYTES } from "./queue.ts";
import { type ComputeOptions, Scheduler } from "./scheduler.ts";
import { CiphertextStore } from "./store.ts";

/** The most lookups that a thread takes at once: they share each pass over the keys. */
const BATCH = 4;
const TERM_BYTES = 8;

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

/** Computes the blocks of a graph under an evaluation key: the graph, the threads and the memory of an engine. */
export class Evaluator {
  readonly parameters: ParameterSet;
  readonly builder: Builder;
  /** Number of worker threads; 0 where the calling thread computes by itself. */
  readonly threads: number;
  readonly module: KernelModule;
  readonly #heap: Heap;
  readonly #kernel: Kernel;
  readonly #store: CiphertextStore;
  readonly #scheduler: Scheduler;
  readonly #setups: readonly ThreadSetup[];
  #disposed = false;

  /**
   * Expands a server key into memory and starts the threads.
   *
   * @throws RangeError for a thread count or memory limit that is none, OutOfMemoryError, UnsupportedPlatformError.
   */
  static async create(serverKey: SeededServerKey, options: EvaluatorOptions = {}): Promise<Evaluator> {
    const { parameters } = serverKey;
    const { threads = processorCount(), deterministic = false, memoryLimitBytes } = options;
    if (!Number.isInteger(threads) || threads < 1 || threads > 1024) {
      throw new RangeError(`threads is ${threads}; expected an integer from 1 to 1024`);
    }
    if (memoryLimitBytes !== undefined && !(memoryLimitBytes > 0)) {
      throw new RangeError(`memoryLimitBytes is ${memoryLimitBytes}; expected a positive number`);
    }
    const shared = sharedMemorySupported();
    const { polynomialSize } = parameters;
    const module = await Kernel.load({ polynomialSize, deterministic, shared });
    const heap = new Heap({ shared, limitBytes: memoryLimitBytes });
    const tables = heap.allocate(Kernel.layout(parameters).tables);
    const kernel = new Kernel(module, heap.memory, tables, parameters, { writeTables: true });
    const key = await loadEvaluationKey(serverKey, heap, kernel, options);
    const evaluator = new Evaluator(heap, kernel, module, tables, key, parameters, shared ? threads : 0);
    await evaluator.#warmUp();
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
    this.parameters = parameters;
    this.threads = threads;
    this.module = module;
    this.#heap = heap;
    this.#kernel = kernel;
    this.#store = new CiphertextStore(heap, kernel.layout.bigLwe);
    this.builder = new Builder(parameters);
    this.builder.onDrop = (block) => this.#store.drop(block);
    const queue = heap.allocate(QUEUE_BYTES);
    const batch = threads === 0 ? 1 : BATCH; // a single thread has the event loop to think of
    const areaBytes = Bootstrapper.areaBytes(kernel.layout, batch);
    const { memory } = heap;
    this.#setups = Array.from({ length: Math.max(1, threads) }, () => {
      const area = heap.allocate(areaBytes);
      return { memory, module, parameters, tables, key, queue, area, batch, threads: Math.max(1, threads) };
    });
    const start = (): Pool => this.#startPool();
    this.#scheduler = new Scheduler(this.builder, this.#store, heap, queue, mayBlock(), start);
  }

  /** Bytes of memory that are in use: keys, ciphertexts, tables, jobs and scratch. */
  get usedBytes(): number {
    return this.#heap.usedBytes;
  }

  /** Number of ciphertexts held. */
  get ciphertextCount(): number {
    return this.#store.size;
  }

  /**
   * Makes ciphertexts blocks of the graph, all or none. The caller retains them.
   *
   * @throws GraphError if a degree or noise level is beyond the parameter set, OutOfMemoryError.
   */
  load(ciphertexts: readonly BlockCiphertext[]): InputBlock[] {
    this.#checkAlive();
    const claim = new Claim();
    try {
      return ciphertexts.map(({ lwe, degree, noiseLevel }) => {
        const slot = claim.take(this.#store.reserve(), (taken) => this.#store.discard(taken));
        this.#store.viewSlot(slot).set(lwe);
        const block = this.builder.input({ max: degree, noise: noiseLevel ** 2 });
        this.#store.assign(block, slot);
        return claim.take(block, (taken) => this.#store.forget(taken));
      });
    } catch (error) {
      claim.giveBack();
      throw error;
    }
  }

  /** The ciphertexts of blocks, computed if need be; see `Scheduler.compute` for when and what it throws. */
  async compute(blocks: readonly Block[], options: ComputeOptions = {}): Promise<BlockCiphertext[]> {
    this.#checkAlive();
    this.builder.retain(blocks);
    try {
      await this.#scheduler.compute(blocks, options);
      this.#checkAlive();
      return blocks.map((block) => this.#read(block));
    } finally {
      this.builder.release(blocks);
    }
  }

  /** The ciphertext of a block whose sources have been computed. */
  #read(block: Block): BlockCiphertext {
    const terms = termsOf(block);
    const out = this.#store.reserve();
    const termsBytes = Math.max(1, terms.length) * TERM_BYTES;
    const termsAddress = this.#heap.allocate(termsBytes);
    try {
      const view = new DataView(this.#heap.memory.buffer, termsAddress, termsBytes);
      for (const [i, { source, coefficient }] of terms.entries()) {
        view.setUint32(i * TERM_BYTES, this.#store.address(source), true);
        view.setInt32(i * TERM_BYTES + 4, coefficient, true);
      }
      const constant = encode(constantOf(block), this.parameters);
      const lweSize = this.#kernel.layout.bigLwe / 8;
      this.#kernel.linearCombination(out, termsAddress, terms.length, constant, lweSize);
      const lwe = this.#store.viewSlot(out).slice();
      return {
        lwe: new BigUint64Array(lwe),
        degree: block.max,
        noiseLevel: Math.ceil(Math.sqrt(block.noise)),
      };
    } finally {
      this.#heap.free(termsAddress, termsBytes);
      this.#store.discard(out);
    }
  }

  /** Number of bootstraps that some blocks still need, the longest chain of them, and the time that they will take. */
  explain(blocks: readonly Block[]): { bootstraps: number; depth: number; milliseconds: number } {
    this.#checkAlive();
    const { rotations, depth } = this.#scheduler.plan(blocks);
    const rounds = Math.max(depth, rotations.length / Math.max(1, this.threads));
    return {
      bootstraps: rotations.length,
      depth,
      milliseconds: rounds * this.#scheduler.millisecondsPerLookup,
    };
  }

  /** Stops the threads and lets go of all memory. Open computations are rejected with DisposedError. */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#scheduler.dispose();
  }

  #checkAlive(): void {
    if (this.#disposed) throw new DisposedError("the engine has been disposed of");
  }

  #startPool(): Pool {
    const listener: PoolListener = {
      onCompletion: (completion) => this.#scheduler.onCompletion(completion),
      onCrash: (reason) => this.#scheduler.onCrash(reason),
    };
    return this.threads === 0
      ? new LocalPool(this.#setups[0], listener)
      : new WorkerPool(this.#setups, listener);
  }

  /** Has every thread compute something, so that code is compiled and times are known before they matter. */
  async #warmUp(): Promise<void> {
    const size = this.#kernel.layout.bigLwe / 8;
    const [zero] = this.load([{ lwe: new BigUint64Array(size), degree: 1, noiseLevel: 1 }]);
    this.builder.retain([zero]);
    const rounds = Array.from({ length: Math.max(1, this.threads) }, (_, i) =>
      this.builder.lookup(this.builder.linear([[1, zero]], i), (value) => value ^ 1),
    );
    await this.compute(rounds);
    this.builder.release([zero]);
  }
}
