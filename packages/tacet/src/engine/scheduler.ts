import { DisposedError, type TacetError, WorkerError } from "../errors.ts";
import { type Block, type Source, termsOf } from "../graph/block.ts";
import type { Builder } from "../graph/builder.ts";
import { type Plan, plan, type Rotation } from "../graph/plan.ts";
import type { Heap } from "../kernel/heap.ts";
import type { ParameterSet } from "../parameters/parameter-set.ts";
import { nextTask } from "../progress.ts";
import { encode } from "../scheme/encoding.ts";
import { outputCoefficient } from "../scheme/lookup-table.ts";
import { Claim } from "./claim.ts";
import type { Completion } from "./executor.ts";
import { jobBytes, writeJob } from "./job.ts";
import type { Pool } from "./pool.ts";
import { EDGE_BYTES, JobQueue, PLAN_BYTES, QUEUE_BYTES } from "./queue.ts";
import type { Job, JobOutput, Request, Run } from "./run.ts";
import type { CiphertextStore } from "./store.ts";
import { TableCache } from "./table-cache.ts";

const WORD_BYTES = 4;
const INITIAL_READY_CAPACITY = 1024;

/** Options of a request. */
export interface ComputeOptions {
  readonly onProgress?: ((fraction: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Turns requests for blocks into jobs, and finished jobs into ciphertexts. It runs on the main thread; the jobs
 * themselves are passed on from worker to worker through the queue without it.
 */
export class Scheduler {
  readonly #builder: Builder;
  readonly #store: CiphertextStore;
  readonly #heap: Heap;
  readonly #parameters: ParameterSet;
  readonly #tables: TableCache;
  readonly #queueAddress: number;
  readonly #startPool: () => Pool;
  readonly #queue: JobQueue;
  #pool: Pool | undefined;
  #readyAddress: number;
  #readyCapacity = INITIAL_READY_CAPACITY;
  /** Requests that the end of this turn of the event loop will plan together. */
  #waiting: Request[] = [];
  readonly #runs = new Set<Run>();
  /** The job that computes a block. */
  readonly #inFlight = new Map<Block, Job>();
  #disposed = false;
  /** Resolves when no thread of a failed pool is left. */
  #recovered: Promise<void> = Promise.resolve();
  #millisecondsPerJob = 0;

  /**
   * @param queueAddress `QUEUE_BYTES` bytes.
   * @param startPool starts the threads that work on the queue; called again after a crash.
   */
  constructor(
    builder: Builder,
    store: CiphertextStore,
    heap: Heap,
    queueAddress: number,
    mayBlock: boolean,
    startPool: () => Pool,
  ) {
    this.#builder = builder;
    this.#store = store;
    this.#heap = heap;
    this.#parameters = builder.parameters;
    this.#tables = new TableCache(heap, builder.parameters);
    this.#queueAddress = queueAddress;
    this.#startPool = startPool;
    this.#readyAddress = heap.allocate(INITIAL_READY_CAPACITY * WORD_BYTES);
    this.#queue = new JobQueue(heap.memory, queueAddress, mayBlock);
    this.#reset();
  }

  /** Time that one thread takes for a lookup, from what it has computed lately; 0 before the first. */
  get millisecondsPerLookup(): number {
    return this.#millisecondsPerJob;
  }

  /** What is left to do for some blocks. */
  plan(blocks: readonly Block[]): Plan {
    return plan(blocks, this.#parameters, (block) => this.#inFlight.has(block));
  }

  /**
   * Resolves when the ciphertexts of all sources of the blocks exist. Calls in the same turn of the event loop
   * are planned together. The caller keeps the blocks alive until then.
   *
   * @throws the signal's reason, WorkerError, OutOfMemoryError or DisposedError, as a rejection.
   */
  compute(blocks: readonly Block[], options: ComputeOptions): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#disposed) throw new DisposedError("the engine has been disposed of");
      const { signal, onProgress } = options;
      signal?.throwIfAborted();
      const abort = (): void => this.#abandon(request, signal?.reason);
      const close = (): void => signal?.removeEventListener("abort", abort);
      const request: Request = { blocks, resolve, reject, onProgress, signal, close };
      signal?.addEventListener("abort", abort);
      this.#waiting.push(request);
      if (this.#waiting.length === 1) void this.#flush();
    });
  }

  /** Takes the news of a finished batch from a thread. */
  onCompletion({ jobs, milliseconds }: Completion): void {
    const sample = milliseconds / jobs.length;
    this.#millisecondsPerJob ||= sample;
    this.#millisecondsPerJob += (sample - this.#millisecondsPerJob) / 8;
    const touched = new Set<Run>();
    for (const address of jobs) {
      const job = this.#jobAt(address);
      if (job === undefined) continue;
      this.#finish(job);
      touched.add(job.run);
    }
    this.#settle();
    for (const run of touched) {
      for (const { onProgress } of run.requests) onProgress?.(1 - run.jobs.size / run.jobCount);
    }
  }

  /** Takes the news that a thread has died: what was running is lost, everything else goes on. */
  onCrash(reason: string): void {
    this.#fail(new WorkerError(`a worker stopped: ${reason}`));
  }

  /** Stops everything. Promises that are still open are rejected with DisposedError. */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    const waiting = this.#waiting;
    this.#waiting = [];
    const error = new DisposedError("the engine has been disposed of");
    for (const request of waiting) this.#reject(request, error);
    this.#fail(error);
  }

  #jobAt(address: number): Job | undefined {
    for (const run of this.#runs) {
      const job = run.jobs.get(address);
      if (job !== undefined) return job;
    }
    return undefined;
  }

  #finish(job: Job): void {
    job.run.jobs.delete(job.address);
    if (job.run.cancelled) {
      this.#freeJob(job); // by now, somebody else may be computing the same blocks
      return;
    }
    this.#tables.release(job.tableKey);
    for (const { block, slot } of job.outputs) {
      this.#store.assign(block, slot);
      this.#builder.resolve(block);
      this.#forget(block);
    }
  }

  /** Plans and submits, at the end of this turn, all that was asked for in it. */
  async #flush(): Promise<void> {
    await nextTask();
    await this.#recovered;
    const requests = this.#waiting;
    this.#waiting = [];
    if (requests.length === 0) return;
    try {
      this.#pool ??= this.#startPool();
      this.#runs.add(this.#submit(requests));
      this.#pool.setBusy(true);
      this.#settle();
    } catch (error) {
      for (const request of requests) this.#reject(request, error);
    }
  }

  /** Lays the jobs that requests need out in shared memory, all or none, and hands them to the queue. */
  #submit(requests: readonly Request[]): Run {
    const blocks = requests.flatMap((request) => request.blocks);
    const { rotations } = this.plan(blocks);
    const sizes = rotations.map(({ terms, tables }) => jobBytes(terms.length, tables.length));
    const edges = rotations.reduce((sum, { terms }) => sum + terms.length, 0);
    const jobsBytes = sizes.reduce((sum, size) => sum + size, PLAN_BYTES);
    const memoryBytes = jobsBytes + edges * EDGE_BYTES;
    const claim = new Claim();
    try {
      this.#ensureReadyCapacity(rotations.length);
      const memory = claim.take(this.#heap.allocate(memoryBytes), (at) => this.#heap.free(at, memoryBytes));
      const run: Run = {
        memory,
        memoryBytes,
        requests: new Set(requests),
        jobs: new Map(),
        jobCount: rotations.length,
        upstream: new Set(),
        cancelled: false,
      };
      for (const { source } of blocks.flatMap(termsOf)) this.#awaitProducer(source, run);
      let address = memory + PLAN_BYTES;
      const waits = rotations.map((rotation, i) => {
        const producers = this.#layOut(rotation, address, run, claim);
        address += sizes[i];
        return producers;
      });
      this.#queue.submit(
        memory,
        [...run.jobs.keys()],
        rotations.map((rotation) => rotation.priority),
        waits,
        memory + jobsBytes,
      );
      return run;
    } catch (error) {
      claim.giveBack();
      throw error;
    }
  }

  /** Writes one job and says which jobs it waits for. */
  #layOut(rotation: Rotation, address: number, run: Run, claim: Claim): number[] {
    const { terms, constant, size, tables } = rotation;
    const producers = new Set<number>();
    const located = terms.map(({ source, coefficient }) => {
      const producer = this.#awaitProducer(source, run);
      if (producer === undefined) return { address: this.#store.address(source), coefficient };
      producers.add(producer.address);
      const { slot } = producer.outputs.find(({ block }) => block === source) as JobOutput;
      return { address: slot, coefficient };
    });
    const entries = tables.map(({ table }) => table);
    const table = claim.take(this.#tables.acquire(entries, size), ({ key }) => this.#tables.release(key));
    const outputs = tables.map(({ output }) => ({
      block: output,
      slot: claim.take(this.#store.reserve(), (slot) => this.#store.discard(slot)),
    }));
    writeJob(this.#heap.memory, address, {
      terms: located,
      constant: encode(constant, this.#parameters),
      table: table.address,
      outputs: outputs.map(({ slot }, i) => ({
        coefficient: outputCoefficient(i, size, this.#parameters),
        address: slot,
      })),
    });
    const job: Job = { address, run, outputs, tableKey: table.key };
    run.jobs.set(address, job);
    for (const { block } of outputs) {
      this.#inFlight.set(block, job);
      this.#builder.retain([block]);
      claim.take(block, () => this.#forget(block));
    }
    return [...producers];
  }

  /** The job that is about to compute a source, if there is one; the run then waits for that job's run. */
  #awaitProducer(source: Source, run: Run): Job | undefined {
    const producer = this.#inFlight.get(source);
    if (producer !== undefined && producer.run !== run) run.upstream.add(producer.run);
    return producer;
  }

  /** A block is no longer about to be computed. */
  #forget(block: Block): void {
    this.#inFlight.delete(block);
    this.#builder.release([block]);
  }

  /** Answers requests and clears runs away, wherever there is nothing left to wait for. */
  #settle(): void {
    for (const run of this.#runs) {
      const upstreamGone = [...run.upstream].every((other) => !this.#runs.has(other));
      const finished = run.jobs.size === 0 && upstreamGone;
      if (finished) for (const request of run.requests) this.#answer(request);
      else if (!run.cancelled && !this.#isWanted(run)) this.#cancel(run);
      const stopped = run.cancelled && this.#queue.started(run.memory) === run.jobCount - run.jobs.size;
      if (finished || (stopped && upstreamGone)) {
        this.#runs.delete(run);
        this.#free(run);
      }
    }
    if (this.#runs.size === 0) this.#pool?.setBusy(false);
  }

  #answer(request: Request): void {
    request.close();
    request.resolve();
  }

  #reject(request: Request, reason: unknown): void {
    request.close();
    request.reject(reason);
  }

  /** Rejects one request; what only it needed is cancelled. */
  #abandon(request: Request, reason: unknown): void {
    this.#waiting = this.#waiting.filter((other) => other !== request);
    for (const run of this.#runs) run.requests.delete(request);
    this.#reject(request, reason);
    this.#settle();
  }

  /** Whether a request or another run still waits for the jobs of a run. */
  #isWanted(run: Run): boolean {
    if (run.requests.size > 0) return true;
    return [...this.#runs].some((other) => !other.cancelled && other.upstream.has(run));
  }

  /** Has no more of a run's jobs started. Those that run finish for nothing. */
  #cancel(run: Run): void {
    run.cancelled = true;
    this.#queue.cancel(run.memory);
    this.#forgetJobs(run);
  }

  /** The blocks of a run's unfinished jobs are no longer about to be computed; asked for again, they start anew. */
  #forgetJobs(run: Run): void {
    for (const { outputs } of run.jobs.values()) for (const { block } of outputs) this.#forget(block);
  }

  /** Frees what a run holds, which no thread may be using. Its unfinished jobs, if any, will never be computed. */
  #free(run: Run): void {
    for (const job of run.jobs.values()) this.#freeJob(job);
    this.#heap.free(run.memory, run.memoryBytes);
  }

  #freeJob({ tableKey, outputs }: Job): void {
    this.#tables.release(tableKey);
    for (const { slot } of outputs) this.#store.discard(slot);
  }

  /** Ends all runs with an error. The threads are stopped; the next request starts new ones. */
  #fail(error: TacetError): void {
    const runs = [...this.#runs];
    this.#runs.clear();
    for (const run of runs) if (!run.cancelled) this.#forgetJobs(run);
    const stopped = this.#pool?.stop() ?? Promise.resolve();
    this.#pool = undefined;
    this.#recovered = this.#recovered
      .then(() => stopped)
      .then(() => {
        for (const run of runs) this.#free(run);
        this.#reset();
      });
    for (const run of runs) for (const request of run.requests) this.#reject(request, error);
  }

  /** Empties the queue; no thread may be working on it. */
  #reset(): void {
    new Uint8Array(this.#heap.memory.buffer, this.#queueAddress, QUEUE_BYTES).fill(0);
    this.#queue.moveReady(this.#readyAddress);
  }

  #ensureReadyCapacity(more: number): void {
    let needed = more;
    for (const run of this.#runs) needed += run.jobs.size;
    if (needed <= this.#readyCapacity) return;
    const capacity = 2 * needed;
    const address = this.#heap.allocate(capacity * WORD_BYTES);
    this.#heap.free(this.#queue.moveReady(address), this.#readyCapacity * WORD_BYTES);
    this.#readyAddress = address;
    this.#readyCapacity = capacity;
  }
}
