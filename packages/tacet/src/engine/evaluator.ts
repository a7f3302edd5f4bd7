import { DisposedError, GraphError, MismatchError } from "../errors.ts";
import type { Block, BlockForm, InputBlock } from "../graph/block.ts";
import { Builder } from "../graph/builder.ts";
import { PlanVerifier } from "../graph/verify/verifier.ts";
import { BATCH, type Workforce } from "../graph/workforce/batch.ts";
import { makespanOf } from "../graph/workforce/makespan.ts";
import type { Heap } from "../kernel/heap.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { type OpenKernel, openKernel } from "../kernel/open.ts";
import { memoryError, needingMemory } from "../memory.ts";
import { bigLweDimension, deltaLog, type ParameterSet } from "../parameters/parameter-set.ts";
import { Pace, type ProgressOptions } from "../progress.ts";
import { drawRandom, platformRandom } from "../random/platform.ts";
import { throwIfAborted } from "../realm.ts";
import { Bootstrapper, compactBytes, storedBytes } from "../scheme/bootstrap.ts";
import { encode, isTrivialLwe } from "../scheme/lwe/encoding.ts";
import { expandLwe, type SeededLwe } from "../scheme/lwe/seeded-lwe.ts";
import { type EvaluationKey, loadEvaluationKey } from "../scheme/server-key/evaluation-key.ts";
import type { ExpandedKey } from "../scheme/server-key/expanded-key.ts";
import {
  type ListKernels,
  type ListKeyShape,
  type LoadedUnpackingKey,
  openListKernels,
  type PackingShape,
} from "../scheme/server-key/list-keys.ts";
import type { SeededServerKey } from "../scheme/server-key/seeded-key.ts";
import type { BlockCiphertext, LateCiphertexts, SwitchedCiphertext } from "./ciphertext.ts";
import { Claim } from "./claim.ts";
import { checkEngineOptions, type EngineOptions } from "./options.ts";
import { Output } from "./output.ts";
import { type PackedCiphertext, Packer } from "./packer.ts";
import { Scheduler } from "./scheduler.ts";
import { CiphertextStore } from "./store.ts";
import { mayBlock, whyNoThreads } from "./threads/platform.ts";
import { LocalPool, type Pool, type PoolListener, WorkerPool } from "./threads/pool.ts";
import { QUEUE_BYTES } from "./threads/queue.ts";
import { twinsOfList } from "./twin.ts";
import { Workload } from "./workload.ts";

const NO_LIST_KEY =
  "the server key has no keys for lists: ClientKey.generate({ compression: true }) makes a client key of which they come";

/** What an evaluator holds until it is disposed of. */
interface Core {
  readonly heap: Heap;
  readonly kernel: Kernel;
  readonly key: EvaluationKey;
  readonly store: CiphertextStore;
  readonly workforce: Workforce;
  readonly scheduler: Scheduler;
  readonly output: Output;
  /** `null` if the server key has nothing to pack results with. */
  readonly packer: Packer | null;
}

/** What engines and handles ask of an evaluator, whatever it computes with. */
export type AnyEvaluator = Pick<Evaluator, keyof Evaluator>;

/** Computes the blocks of a graph under an evaluation key: the graph, the threads and the memory of an engine. */
export class Evaluator {
  readonly parameters: ParameterSet;
  readonly builder: Builder;
  /** Number of threads that compute. */
  readonly threads: number;
  /** Why they are not workers on one shared memory, but the calling thread alone, in words; `undefined` if they are. */
  readonly whyNoWorkers: string | undefined;
  /** Whether what is computed, down to the bits, is to depend on nothing but what is asked for. */
  readonly deterministic: boolean;
  #core: Core | undefined;
  /** Settles when nothing is being read. */
  #reading: Promise<unknown> = Promise.resolve();
  readonly #pace = new Pace({});
  /** Why the server key's keys of lists are of no use, if they are not. */
  readonly #refused: ListKernels["refused"];

  /**
   * Expands a server key into memory and starts the threads.
   *
   * Where workers cannot be had, the calling thread computes.
   *
   * @throws RangeError for a thread count or limit that is none, OutOfMemoryError, UnsupportedPlatformError,
   *   WorkerError if a thread crashes, the signal's reason.
   */
  static async create(
    serverKey: SeededServerKey | ExpandedKey,
    options: EngineOptions = {},
  ): Promise<Evaluator> {
    const { parameters } = serverKey;
    const { threads, deterministic, memoryLimitBytes, planLimits, verifyPlans, observer } =
      checkEngineOptions(options);
    throwIfAborted(options.signal);
    const impossible = threads === 0 ? "threads: 0 was asked for" : whyNoThreads();
    const shared = impossible === undefined;
    const request = { deterministic, shared, limitBytes: memoryLimitBytes };
    const open = await needingMemory(() => openKernel(parameters, request));
    const claim = new Claim();
    let made: Evaluator | undefined;
    try {
      throwIfAborted(options.signal);
      const pool = shared ? claim.take(new WorkerPool(threads), (taken) => void taken.stop()) : null;
      const lists = await openListKernels(serverKey, open.heap, request);
      const key = await loadEvaluationKey(serverKey, open.heap, open.kernel, options, lists);
      const refused = await pool?.started(options.signal);
      if (refused !== undefined) void pool?.stop();
      const why = impossible ?? (refused && `a worker could not be started: ${refused}`);
      const facts = { threads, whyNoWorkers: why, deterministic };
      made = new Evaluator(open, lists, key, parameters, facts, pool);
      await made.#warmUp(options);
      const verifier = verifyPlans ? new PlanVerifier(parameters) : undefined;
      made.#alive().scheduler.open(observer, planLimits, verifier);
      return made;
    } catch (error) {
      claim.giveBack();
      if (made === undefined) void open.heap.release();
      else made.dispose();
      throw memoryError(error);
    }
  }

  private constructor(
    { module, heap, tables, kernel }: OpenKernel,
    { packing, refused }: ListKernels,
    key: EvaluationKey,
    parameters: ParameterSet,
    { whyNoWorkers, deterministic, ...wanted }: Pick<Evaluator, "threads" | "whyNoWorkers" | "deterministic">,
    started: WorkerPool | null,
  ) {
    const threads = whyNoWorkers === undefined ? wanted.threads : 1;
    const { memory } = heap;
    const { layout } = kernel;
    this.parameters = parameters;
    this.threads = threads;
    this.whyNoWorkers = whyNoWorkers;
    this.deterministic = deterministic;
    this.#refused = refused;
    this.builder = new Builder(parameters);
    const bytes: Readonly<Record<BlockForm, number>> = {
      big: layout.bigLwe,
      unchecked: layout.bigLwe,
      compact: key.casting === null ? 0 : compactBytes(key.casting),
      switched: layout.smallLwe,
      random: layout.smallLwe,
      stored: key.unpacking === null ? 0 : storedBytes(key.unpacking),
    };
    const store = new CiphertextStore(heap, bytes, this.builder.maxNoise);
    this.builder.onDrop = (block) => store.drop(block);

    const queue = heap.allocate(QUEUE_BYTES);
    const workforce: Workforce = { threads, batch: BATCH };
    const setups = Array.from({ length: threads }, () => {
      const area = heap.allocate(Bootstrapper.areaBytes(layout, key, workforce.batch));
      return { memory, module, parameters, tables, key, queue, area, workforce };
    });
    const startPool = (): Pool => {
      const listener: PoolListener = {
        onCompletion: (completion, thread) => scheduler.onCompletion(completion, thread),
        onCrash: (error) => scheduler.onCrash(error),
      };
      if (whyNoWorkers !== undefined) return new LocalPool(setups[0], listener);
      const pool = started ?? new WorkerPool(threads);
      started = null;
      pool.setUp(setups, listener);
      return pool;
    };
    // What is computed, down to the bits, depends on the plan.
    const planned = deterministic ? { threads: 1, batch: BATCH } : workforce;
    const workload = new Workload(this.builder, store, heap, queue, mayBlock());
    const scheduler = new Scheduler(this.builder, store, workload, planned, startPool);
    const output = new Output(parameters, heap, kernel, store, key.keySwitchKey);
    const packer = packing && key.packing && new Packer(parameters, heap, packing.kernel, key.packing, store);
    this.#core = { heap, kernel, key, store, workforce, scheduler, output, packer };
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
   * Makes ciphertexts blocks of the graph, all or none: equal ones the same, and what anybody can read a constant. The
   * caller retains them. Those in other forms than `big` can only be looked up; those that a seed gave, only as they are
   * (`refresh`).
   *
   * @throws GraphError if a degree or noise level is beyond the parameter set, MismatchError for ciphertexts that the
   *   server key is not for, OutOfMemoryError.
   */
  load(ciphertexts: readonly BlockCiphertext[], form?: "big" | "unchecked" | "compact"): Block[];
  load(ciphertexts: readonly SwitchedCiphertext[], form: "switched" | "random" | "stored"): Block[];
  load(ciphertexts: readonly (BlockCiphertext | SwitchedCiphertext)[], form: BlockForm = "big"): Block[] {
    const { store } = this.#alive();
    const claim = new Claim();
    try {
      return ciphertexts.map((ciphertext) => {
        const content = "lwe" in ciphertext ? ciphertext.lwe : ciphertext.elements;
        this.#check(content, form);
        const noise = "lwe" in ciphertext ? ciphertext.noiseLevel ** 2 : 1;
        const clear =
          form === "big" ? this.#clearValue(content as BigUint64Array, ciphertext.degree) : undefined;
        if (clear !== undefined) return this.builder.constant(clear);
        const known = store.find({ max: ciphertext.degree, noise, form }, content);
        if (known.same !== undefined) return known.same;
        const origin = "lwe" in ciphertext ? ciphertext.origin : undefined;
        const { twin, kin, opaque, wide } = known.kin === undefined ? (origin ?? known) : known;
        const slot = claim.take(store.reserve(form), (taken) => store.discard(taken, form));
        store.write(slot, content);
        const block = this.builder.input({ max: ciphertext.degree, noise, form, twin, kin, opaque, wide });
        store.assign(block, slot, known);
        return claim.take(block, (taken) => store.forget(taken));
      });
    } catch (error) {
      claim.giveBack();
      throw error;
    }
  }

  /**
   * Makes ciphertexts whose blocks may hold anything blocks of the graph, as `load` does, and reserves their memory. They
   * are read one by one, in turns of the event loop, before anything is computed.
   *
   * @throws OutOfMemoryError, at once if there are too many; MismatchError.
   */
  loadLater(
    { count, lweDimension, masks, ciphertexts }: LateCiphertexts,
    form: "unchecked" | "compact",
  ): InputBlock[] {
    const { store } = this.#alive();
    if (count > 0) this.#checkLength(lweDimension + 1, form);
    store.checkRoom(count, form);
    const twin = twinsOfList(masks);
    const claim = new Claim();
    try {
      const blocks = Array.from({ length: count }, (_, i) => {
        const slot = claim.take(store.reserve(form), (taken) => store.discard(taken, form));
        const block = this.builder.input({ max: this.builder.capacity - 1, form, twin: twin(i) });
        store.assign(block, slot, { mask: block.twin, rotation: undefined });
        return claim.take(block, (taken) => store.forget(taken));
      });
      store.writeLater(blocks, ciphertexts);
      return blocks;
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
    return this.#read(blocks, options, 1, (output, some) => some.map((block) => output.read(block)));
  }

  /**
   * The same, after the key switch and the modulus switch: a fiftieth of the size, but to be bootstrapped before use.
   * (TFHE-rs: `switch_modulus_and_compress`.)
   */
  async compress(blocks: readonly Block[], options: ProgressOptions = {}): Promise<SwitchedCiphertext[]> {
    return this.#read(blocks, options, BATCH, (output, some) => output.switch(some));
  }

  /** How the server key packs results. @throws MismatchError if it has no key for it. */
  get packing(): PackingShape {
    return this.#packer().key;
  }

  /** The lists that the server key unpacks entries of. @throws MismatchError if it has no key for it. */
  get listKey(): ListKeyShape {
    const { parameters, ciphertextsPerGlwe } = this.#unpacking();
    const { packing } = this.#alive().key;
    return { elements: parameters.lweDimension, ciphertextsPerGlwe, packing };
  }

  /**
   * The ciphertexts of blocks that hold digits, computed if need be and packed into as few GLWE ciphertexts as they fit
   * in. (TFHE-rs: `compress_ciphertexts_into_list`.)
   *
   * @throws MismatchError if the server key has no key for it, and as `compute`.
   */
  async pack(blocks: readonly Block[], options: ProgressOptions = {}): Promise<PackedCiphertext[]> {
    const packer = this.#packer();
    return this.#computed(blocks, options, () => packer.pack(blocks, options, () => this.checkAlive()));
  }

  /** Number of bootstraps that some blocks still need, the longest chain of them, and the time that they will take. */
  explain(blocks: readonly Block[]): { bootstraps: number; depth: number; milliseconds: number } {
    const { scheduler, workforce } = this.#alive();
    const { rotations, depth } = scheduler.plan(blocks);
    const milliseconds = makespanOf(rotations, workforce) * scheduler.millisecondsPerLookup;
    return { bootstraps: rotations.length, depth, milliseconds };
  }

  /**
   * Stops the threads and lets go of all memory, which is wiped and used again. Open computations are rejected with
   * DisposedError.
   */
  dispose(): void {
    if (this.#core === undefined) return;
    const { scheduler, heap } = this.#core;
    this.#core = undefined;
    this.builder.onDrop = undefined;
    void scheduler.dispose().then((untouched) => {
      if (untouched) void heap.release();
    });
  }

  /** Computes the sources of blocks, and reads them `atOnce` at a time. */
  #read<T>(
    blocks: readonly Block[],
    options: ProgressOptions,
    atOnce: number,
    read: (output: Output, some: readonly Block[]) => readonly T[],
  ): Promise<T[]> {
    return this.#computed(blocks, options, async () => {
      const results: T[] = [];
      for (let first = 0; first < blocks.length; first += atOnce) {
        await this.#pace.done(0);
        throwIfAborted(options.signal);
        const some = blocks.slice(first, first + atOnce);
        results.push(...needingMemory(() => read(this.#alive().output, some)));
      }
      return results;
    });
  }

  #unpacking(): LoadedUnpackingKey {
    const { unpacking } = this.#alive().key;
    if (unpacking === null) throw this.#refused.unpacking ?? new MismatchError(NO_LIST_KEY);
    return unpacking;
  }

  #packer(): Packer {
    const { packer } = this.#alive();
    if (packer === null) throw this.#refused.packing ?? new MismatchError(NO_LIST_KEY);
    return packer;
  }

  /** Computes the sources of blocks, and keeps them until they have been read. */
  async #computed<T>(blocks: readonly Block[], options: ProgressOptions, read: () => Promise<T>): Promise<T> {
    const { scheduler } = this.#alive();
    if (blocks.some(({ noise }) => noise === Infinity)) {
      throw new GraphError("a ciphertext that is not under the big key can only be looked up");
    }
    this.builder.retain(blocks);
    try {
      await scheduler.compute(blocks, options);
      return await this.#inTurn(read);
    } finally {
      this.builder.release(blocks);
    }
  }

  /** Has results of one request read after those of another: thousands may be there at once. */
  #inTurn<T>(read: () => Promise<T>): Promise<T> {
    const reading = this.#reading.then(read);
    this.#reading = reading.catch(() => {});
    return reading;
  }

  /** The value of a ciphertext that anybody reads: one without mask and noise, or of no degree. */
  #clearValue(lwe: BigUint64Array, degree: number): number | undefined {
    if (degree === 0) return 0;
    const body = lwe[lwe.length - 1];
    const value = Number(body >> BigInt(deltaLog(this.parameters)));
    return value <= degree && encode(value, this.parameters) === body && isTrivialLwe(lwe)
      ? value
      : undefined;
  }

  /** Checks that a ciphertext has the size, and elements in the range, that the key needs. */
  #check(content: BigUint64Array | Uint32Array, form: BlockForm): void {
    this.#checkLength(content.length, form);
    const modulus = 2 * this.parameters.polynomialSize;
    if (content instanceof Uint32Array && content.some((element) => element >= modulus)) {
      throw new MismatchError(`a switched ciphertext with elements beyond its modulus ${modulus}`);
    }
  }

  #checkLength(length: number, form: BlockForm): void {
    const { key, kernel } = this.#alive();
    if (form === "compact" && key.casting === null) {
      throw new MismatchError("the server key has no key to cast ciphertexts of a compact public key with");
    }
    const bytes = form === "compact" && key.casting ? compactBytes(key.casting) : kernel.layout.bigLwe;
    const switched = form === "switched" || form === "random";
    const stored = form === "stored" && this.#unpacking().parameters;
    const expected = stored
      ? stored.lweDimension + 1
      : switched
        ? this.parameters.lweDimension + 1
        : bytes / 8;
    if (length === expected) return;
    throw new MismatchError(
      `a ${form} ciphertext of ${length} elements; those for the server key have ${expected}`,
    );
  }

  #alive(): Core {
    if (this.#core === undefined) throw new DisposedError("the engine has been disposed of");
    return this.#core;
  }

  /** Has every thread compute something, so that code is compiled and times are known before they matter. */
  async #warmUp({ signal }: ProgressOptions): Promise<void> {
    // What they hold means nothing. Zeros would be looked up in less time than anything else, and equal ones once.
    const ciphertexts = Array.from({ length: this.threads }, () => {
      const lwe = new BigUint64Array(this.#alive().kernel.layout.bigLwe / 8);
      drawRandom(lwe.byteLength, 8, platformRandom, (chunk, start) =>
        new Uint8Array(lwe.buffer).set(chunk, start),
      );
      return { lwe, degree: 1, noiseLevel: 1 };
    });
    const blocks = this.load(ciphertexts);
    this.builder.retain(blocks);
    const lookups = blocks.map((block) => this.builder.lookup(block, (value) => value ^ 1, 0));
    await this.compute(lookups, { signal });
    this.builder.release(blocks);
  }
}
