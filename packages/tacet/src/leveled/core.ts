import { DisposedError, MismatchError } from "../errors.ts";
import type { Heap } from "../kernel/heap.ts";
import type { Kernel } from "../kernel/kernel.ts";
import type { KernelParameters } from "../kernel/layout.ts";
import type { OpenKernel } from "../kernel/open.ts";
import type { ParameterSet } from "../parameters/parameter-set.ts";
import type { ProgressOptions } from "../progress.ts";
import { type Gadget, type GadgetName, gadgetOf } from "./gadget.ts";
import { INSIDE } from "./inside.ts";
import { type Crew, LocalCrew, type Task, WorkerCrew } from "./threads/crew.ts";
import { Executor, type ThreadSetup } from "./threads/executor.ts";

/** What an engine is made with. */
export interface CoreOptions extends ProgressOptions {
  readonly parameters: ParameterSet;
  /** Number of worker threads; 0 for the calling thread alone. */
  readonly threads: number;
  readonly memoryLimitBytes: number;
}

/** The gadgets of selectors: their numbers are those of their kernels. */
const GADGETS: readonly GadgetName[] = ["coarse", "fine"];

/** Instructions that the calling thread carries out between two looks at the clock. */
const AT_ONCE = 200;

/** The memory, the kernels and the threads of a levelled engine. */
export class LeveledCore {
  readonly parameters: ParameterSet;
  readonly heap: Heap;
  /** The kernels of the gadgets, whose ring is the same. */
  readonly kernels: readonly Kernel[];
  readonly gadgets: readonly Gadget[];
  /** Address of a ciphertext of zeros. */
  readonly zero: number;
  readonly crew: Crew;
  /** Of the calling thread. */
  readonly #executor: Executor;
  /** Settles when the threads have nothing to do. */
  #turn: Promise<unknown> = Promise.resolve();
  #disposed = false;

  /** @throws OutOfMemoryError, UnsupportedPlatformError, the signal's reason. */
  static async create(options: CoreOptions): Promise<LeveledCore> {
    const { parameters, memoryLimitBytes, signal } = options;
    const threads = Math.max(1, options.threads);
    INSIDE.throwIfAborted(signal);
    const why = options.threads === 0 ? "threads: 0 was asked for" : INSIDE.whyNoThreads();
    const request = { deterministic: false, shared: why === undefined, limitBytes: memoryLimitBytes };
    const gadgets = GADGETS.map((name) => gadgetOf(name, parameters));
    const [coarse, fine] = gadgets.map((gadget) => kernelParameters(parameters, gadget));
    const open = await INSIDE.needingMemory(() => INSIDE.openKernel(coarse, request));
    try {
      const other = await INSIDE.addKernel(open.heap, fine, request);
      INSIDE.throwIfAborted(signal);
      const kernels = [open, other];
      const setups = Array.from({ length: why === undefined ? threads : 1 }, () => setUp(kernels));
      const crew = await startCrew(setups, why);
      const core = new LeveledCore(parameters, gadgets, kernels, crew);
      if (signal?.aborted) core.dispose();
      INSIDE.throwIfAborted(signal);
      return core;
    } catch (error) {
      void open.heap.release();
      throw INSIDE.memoryError(error);
    }
  }

  private constructor(
    parameters: ParameterSet,
    gadgets: readonly Gadget[],
    kernels: readonly OpenKernel[],
    crew: Crew,
  ) {
    const [{ heap, kernel }] = kernels;
    this.parameters = parameters;
    this.gadgets = gadgets;
    this.heap = heap;
    this.kernels = kernels.map((open) => open.kernel);
    this.crew = crew;
    this.#executor = new Executor(setUp(kernels));
    this.zero = heap.allocate(kernel.layout.accumulator);
    this.bytes(this.zero, kernel.layout.accumulator).fill(0);
  }

  /** Bytes of a ciphertext as an accumulator. */
  get accumulatorBytes(): number {
    return this.kernels[0].layout.accumulator;
  }

  /** @throws DisposedError */
  checkAlive(): void {
    if (this.#disposed) throw new DisposedError("the engine has been disposed of");
  }

  /** The number of a gadget's kernel. @throws MismatchError */
  gadgetIndex({ baseLog, level }: Gadget): number {
    const index = this.gadgets.findIndex((one) => one.baseLog === baseLog && one.level === level);
    if (index >= 0) return index;
    throw new MismatchError(
      `selectors of ${level} levels of ${baseLog} bits, which no gadget of ${this.parameters.name} has`,
    );
  }

  /** A view of the memory, valid until something is allocated. */
  bytes(address: number, length: number): Uint8Array {
    return new Uint8Array(this.heap.memory.buffer, address, length);
  }

  /**
   * Carries tasks out, once those of others are done. Each thread has as many accumulators as slots, of which those from
   * `outputs` on are zeros at first.
   *
   * @param after is given the areas of the threads when all is done.
   */
  run<T>(
    work: {
      readonly slots: number;
      readonly outputs: number;
      readonly tasks: Iterator<Task>;
      readonly after: (areas: readonly number[]) => T | Promise<T>;
    },
    options: ProgressOptions,
  ): Promise<T> {
    const { slots, outputs, tasks, after } = work;
    const before = this.#turn;
    const mine = (async (): Promise<T> => {
      await before.catch(() => {});
      this.checkAlive();
      INSIDE.throwIfAborted(options.signal);
      const size = slots * this.accumulatorBytes;
      const { threads } = this.crew;
      return this.lend(size * threads, async (area) => {
        const areas = Array.from({ length: threads }, (_, i) => area + i * size);
        const kept = outputs * this.accumulatorBytes;
        for (const one of areas) this.bytes(one + kept, size - kept).fill(0);
        await this.crew.run(tasks, areas, options);
        this.checkAlive();
        return after(areas);
      });
    })();
    this.#turn = mine;
    return mine;
  }

  /** Carries a few instructions out on this thread. */
  async once(tape: Uint32Array, area: number): Promise<void> {
    const pace = new INSIDE.Pace({});
    for (let at = 0; at < tape.length; ) {
      at = this.#executor.run(tape, area, at, AT_ONCE);
      await pace.done(0);
      this.checkAlive();
    }
  }

  /** Lends a piece of memory. @throws OutOfMemoryError */
  async lend<T>(bytes: number, use: (address: number) => T | Promise<T>): Promise<T> {
    const address = this.heap.allocate(bytes);
    try {
      return await use(address);
    } finally {
      this.release([[address, bytes]]);
    }
  }

  /** Gives pieces of memory back. */
  release(pieces: readonly (readonly [address: number, bytes: number])[]): void {
    if (!this.#disposed) for (const [address, bytes] of pieces) this.heap.free(address, bytes);
  }

  /** Stops the threads and wipes the memory. */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    void (async () => {
      await this.crew.stop();
      await this.#turn.catch(() => {});
      await this.heap.release();
    })();
  }
}

const kernelParameters = (
  { glweDimension, polynomialSize }: ParameterSet,
  { baseLog, level }: Gadget,
): KernelParameters => ({
  ...{ glweDimension, polynomialSize, pbsBaseLog: baseLog, pbsLevel: level },
  ...{ lweDimension: 1, ksBaseLog: 1, ksLevel: 1 },
});

/** What a thread works with, and its scratch. */
function setUp(kernels: readonly OpenKernel[]): ThreadSetup {
  const [{ module, heap }] = kernels;
  const gadgets = kernels.map(({ kernel, tables }) => ({ parameters: kernel.parameters, tables }));
  return { memory: heap.memory, module, gadgets, scratch: heap.allocate(Executor.scratchBytes(gadgets)) };
}

/** Workers, or the calling thread where there can be none. */
async function startCrew(setups: readonly ThreadSetup[], why: string | undefined): Promise<Crew> {
  if (why !== undefined) return new LocalCrew(setups[0], why);
  try {
    return await WorkerCrew.start(setups);
  } catch (error) {
    if (INSIDE.memoryError(error) !== error) throw error;
    return new LocalCrew(setups[0], `a worker could not be started: ${(error as Error).message}`);
  }
}
