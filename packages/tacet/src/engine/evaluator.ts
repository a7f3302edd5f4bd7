import { DisposedError, GraphError, MismatchError } from "../errors.ts";
import { type Block, type BlockForm, constantOf, type InputBlock, termsOf } from "../graph/block.ts";
import { Builder } from "../graph/builder.ts";
import type { KernelFlavour } from "../kernel/flavour.ts";
import { Heap } from "../kernel/heap.ts";
import { Kernel } from "../kernel/kernel.ts";
import { type KernelModule, loadKernel } from "../kernel/load.ts";
import { bigLweDimension, type ParameterSet } from "../parameters/parameter-set.ts";
import { checkProgressOptions, nextTask, type ProgressOptions } from "../progress.ts";
import { Bootstrapper, compactBytes } from "../scheme/bootstrap.ts";
import { encode } from "../scheme/encoding.ts";
import { type EvaluationKey, loadEvaluationKey } from "../scheme/evaluation-key.ts";
import { type ExpandedServerKey, isExpanded } from "../scheme/expanded-key.ts";
import { loadExpandedKey } from "../scheme/expanded-key-loader.ts";
import { expandLwe, type SeededLwe } from "../scheme/seeded-lwe.ts";
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
  /** Mask and body under the big key; or, of one that enters, under the compact key. */
  readonly lwe: BigUint64Array;
  /** Largest value. */
  readonly degree: number;
  /** Standard deviation of the noise in units of a fresh bootstrap's. */
  readonly noiseLevel: number;
}

/** A ciphertext after the modulus switch: small, and to be bootstrapped before anything can be done with it. */
export interface SwitchedCiphertext {
  /** Mask and body under the small key: integers modulo 2N. */
  readonly elements: Uint32Array;
  /** Largest value. */
  readonly degree: number;
}

/** What an evaluator holds until it is disposed of. */
interface Core {
  readonly heap: Heap;
  readonly kernel: Kernel;
  readonly key: EvaluationKey;
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
  static async create(
    serverKey: SeededServerKey | ExpandedServerKey,
    options: EvaluatorOptions = {},
  ): Promise<Evaluator> {
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
    const key = isExpanded(serverKey)
      ? await loadExpandedKey(serverKey, heap, kernel, options)
      : await loadEvaluationKey(serverKey, heap, kernel, options);
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
    const store = new CiphertextStore(heap, {
      big: layout.bigLwe,
      compact: key.casting === null ? 0 : compactBytes(key.casting),
      switched: layout.smallLwe,
    });
    this.builder.onDrop = (block) => store.drop(block);

    const queue = heap.allocate(QUEUE_BYTES);
    const batch = threads === 0 ? 1 : BATCH; // a single thread has the event loop to think of
    const sharers = Math.max(1, threads);
    const setups = Array.from({ length: sharers }, () => {
      const area = heap.allocate(Bootstrapper.areaBytes(layout, key, batch));
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
    this.#core = { heap, kernel, key, store, scheduler };
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
   * Makes ciphertexts blocks of the graph, all or none. The caller retains them. Those under the compact key, and those
   * whose modulus has been switched, can only be looked up.
   *
   * @throws GraphError if a degree or noise level is beyond the parameter set, MismatchError for ciphertexts that the
   *   server key is not for, OutOfMemoryError.
   */
  load(ciphertexts: readonly BlockCiphertext[], form?: "big" | "compact"): InputBlock[];
  load(ciphertexts: readonly SwitchedCiphertext[], form: "switched"): InputBlock[];
  load(
    ciphertexts: readonly (BlockCiphertext | SwitchedCiphertext)[],
    form: BlockForm = "big",
  ): InputBlock[] {
    const { store } = this.#alive();
    const claim = new Claim();
    try {
      return ciphertexts.map((ciphertext) => {
        const content = "lwe" in ciphertext ? ciphertext.lwe : ciphertext.elements;
        this.#check(content, form);
        const slot = claim.take(store.reserve(form), (taken) => store.discard(taken, form));
        store.write(slot, content);
        const noise = "lwe" in ciphertext ? ciphertext.noiseLevel ** 2 : 1;
        const block = this.builder.input({ max: ciphertext.degree, noise, form });
        store.assign(block, slot);
        return claim.take(block, (taken) => store.forget(taken));
      });
    } catch (error) {
      claim.giveBack();
      throw error;
    }
  }

  /** A seeded ciphertext under the big key with its mask. */
  expand(seeded: SeededLwe): BigUint64Array<ArrayBuffer> {
    const { heap, kernel } = this.#alive();
    return expandLwe(kernel, heap, seeded, bigLweDimension(this.parameters));
  }

  /**
   * The ciphertexts of blocks, computed if need be; see `Scheduler.compute` for when and what it throws besides.
   *
   * @throws GraphError for what has been loaded in another form than `big`: it has to be looked up first.
   */
  async compute(blocks: readonly Block[], options: ProgressOptions = {}): Promise<BlockCiphertext[]> {
    return this.#computed(blocks, options, () => blocks.map((block) => this.#read(block)));
  }

  /**
   * The same, after the key switch and the modulus switch: a fiftieth of the size, but to be bootstrapped before use.
   * (TFHE-rs: `switch_modulus_and_compress`.)
   */
  async compress(blocks: readonly Block[], options: ProgressOptions = {}): Promise<SwitchedCiphertext[]> {
    return this.#computed(blocks, options, async () => {
      const switched: SwitchedCiphertext[] = [];
      for (let first = 0; first < blocks.length; first += BATCH) {
        if (first > 0) await nextTask();
        switched.push(...this.#switch(blocks.slice(first, first + BATCH)));
      }
      return switched;
    });
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

  /** Computes the sources of blocks, and keeps them until `read` is done. */
  async #computed<T>(
    blocks: readonly Block[],
    options: ProgressOptions,
    read: () => T | Promise<T>,
  ): Promise<T> {
    const { scheduler } = this.#alive();
    if (blocks.some(({ noise }) => noise === Infinity)) {
      throw new GraphError("a ciphertext that is not under the big key can only be looked up");
    }
    this.builder.retain(blocks);
    try {
      await scheduler.compute(blocks, options);
      return await read();
    } finally {
      this.builder.release(blocks);
    }
  }

  /** Checks that a ciphertext has the size, and elements in the range, that the key needs. */
  #check(content: BigUint64Array | Uint32Array, form: BlockForm): void {
    const { key, kernel } = this.#alive();
    if (form === "compact" && key.casting === null) {
      throw new MismatchError("the server key has no key to cast ciphertexts of a compact public key with");
    }
    const bytes = form === "compact" && key.casting ? compactBytes(key.casting) : kernel.layout.bigLwe;
    const expected = form === "switched" ? this.parameters.lweDimension + 1 : bytes / 8;
    if (content.length !== expected) {
      throw new MismatchError(
        `a ${form} ciphertext of ${content.length} elements; those for the server key have ${expected}`,
      );
    }
    const modulus = 2 * this.parameters.polynomialSize;
    if (form === "switched" && content.some((element) => element >= modulus)) {
      throw new MismatchError(`a switched ciphertext with elements beyond its modulus ${modulus}`);
    }
  }

  /** The ciphertext of a block whose sources have been computed. */
  #read(block: Block): BlockCiphertext {
    const { store } = this.#alive();
    const claim = new Claim();
    try {
      const out = claim.take(store.reserve(), (slot) => store.discard(slot));
      this.#combine(block, out);
      const lwe = new BigUint64Array(store.viewSlot(out)); // a copy that shares no memory
      return { lwe, degree: block.max, noiseLevel: Math.ceil(Math.sqrt(block.noise)) };
    } finally {
      claim.giveBack();
    }
  }

  /** The same for some blocks, but with their key and modulus switched. */
  #switch(blocks: readonly Block[]): SwitchedCiphertext[] {
    const { heap, kernel, key } = this.#alive();
    const { bigLwe, smallLwe, scratch } = kernel.layout;
    const claim = new Claim();
    const allocate = (bytes: number): number =>
      claim.take(heap.allocate(bytes), (at) => heap.free(at, bytes));
    try {
      const input = allocate(blocks.length * bigLwe);
      const output = allocate(blocks.length * smallLwe);
      const scratchArea = allocate(scratch(blocks.length));
      for (const [i, block] of blocks.entries()) this.#combine(block, input + i * bigLwe);
      kernel.keySwitch(blocks.length, input, key.keySwitchKey, output, scratchArea);
      kernel.modulusSwitch(blocks.length, output);
      const size = this.parameters.lweDimension + 1;
      return blocks.map(({ max }, i) => {
        const elements = new Uint32Array(heap.memory.buffer, output + i * smallLwe, size);
        return { elements: new Uint32Array(elements), degree: max };
      });
    } finally {
      claim.giveBack();
    }
  }

  /** Writes the ciphertext of a block whose sources have been computed. */
  #combine(block: Block, out: number): void {
    const { store, heap, kernel } = this.#alive();
    const terms = termsOf(block);
    const termsBytes = terms.length * TERM_BYTES;
    const termsAddress = heap.allocate(termsBytes);
    try {
      const view = new DataView(heap.memory.buffer, termsAddress, termsBytes);
      for (const [i, { source, coefficient }] of terms.entries()) {
        view.setUint32(i * TERM_BYTES, store.address(source), true);
        view.setInt32(i * TERM_BYTES + 4, coefficient, true);
      }
      const constant = encode(constantOf(block), this.parameters);
      kernel.linearCombination(out, termsAddress, terms.length, constant, kernel.layout.bigLwe / 8);
    } finally {
      heap.free(termsAddress, termsBytes);
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
