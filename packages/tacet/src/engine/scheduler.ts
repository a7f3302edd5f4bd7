import { DisposedError, type TacetError, WorkerError } from "../errors.ts";
import { batchTime, type Workforce } from "../graph/batch.ts";
import { type Block, formOf, isRandom, standsAnywhere, termsOf } from "../graph/block.ts";
import type { Builder } from "../graph/builder.ts";
import { type Plan, plan, type Rotation } from "../graph/plan.ts";
import type { Heap } from "../kernel/heap.ts";
import type { ParameterSet } from "../parameters/parameter-set.ts";
import { checkProgressOptions, nextTask, type ProgressOptions } from "../progress.ts";
import { centreOf, outputCoefficient } from "../scheme/lookup-table.ts";
import { encode } from "../scheme/lwe/encoding.ts";
import { Claim } from "./claim.ts";
import type { Completion } from "./executor.ts";
import { jobBytes, writeJob } from "./job.ts";
import { callBack, type EngineObserver } from "./observer.ts";
import type { Pool } from "./pool.ts";
import { EDGE_BYTES, JobQueue, QUEUE_BYTES } from "./queue.ts";
import type { Job, JobOutput, Request, Run } from "./run.ts";
import type { CiphertextStore } from "./store.ts";
import { TableCache } from "./table-cache.ts";

const WORD_BYTES = 4;
const INITIAL_READY_CAPACITY = 1024;
/** Threads hold the queue for microseconds; one that holds it for so long will never let go. */
const PATIENCE_MS = 10_000;

/**
 * Turns requests for blocks into jobs, and finished jobs into ciphertexts. It runs on the main thread; the jobs
 * themselves are passed on from worker to worker through the queue without it.
 */
export class Scheduler {
  readonly #builder: Builder;
  readonly #store: CiphertextStore;
  readonly #heap: Heap;
  readonly #parameters: ParameterSet;
  readonly #workforce: Workforce;
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
  /** Requests that are not answered yet, and the run that each led to. */
  readonly #requests = new Map<Request, Run>();
  /** The job that computes a block. */
  readonly #inFlight = new Map<Block, Job>();
  #disposed = false;
  /** Resolves when no thread of a failed pool is left. */
  #recovered: Promise<void> = Promise.resolve();
  #millisecondsPerJob = 0;
  #observer: EngineObserver = {};
  /** Number of jobs submitted since the observer came. */
  #planned = 0;

  /**
   * @param queueAddress `QUEUE_BYTES` bytes.
   * @param workforce who to plan for.
   * @param startPool starts the threads that work on the queue; called again after a crash.
   */
  constructor(
    builder: Builder,
    store: CiphertextStore,
    heap: Heap,
    queueAddress: number,
    workforce: Workforce,
    mayBlock: boolean,
    startPool: () => Pool,
  ) {
    this.#builder = builder;
    this.#store = store;
    this.#heap = heap;
    this.#parameters = builder.parameters;
    this.#workforce = workforce;
    this.#tables = new TableCache(heap, builder.parameters);
    this.#queueAddress = queueAddress;
    this.#startPool = startPool;
    this.#readyAddress = heap.allocate(INITIAL_READY_CAPACITY * WORD_BYTES);
    this.#queue = new JobQueue(heap.memory, queueAddress, mayBlock, PATIENCE_MS);
    this.#reset();
  }

  /** Time that one thread takes for a lookup by itself, from what it has computed lately; 0 before the first. */
  get millisecondsPerLookup(): number {
    return this.#millisecondsPerJob;
  }

  /** Tells an observer of all that is asked for from now on. Nothing may be under way. */
  observe(observer: EngineObserver): void {
    this.#observer = observer;
    this.#planned = 0;
  }

  /** What is left to do for some blocks. */
  plan(blocks: readonly Block[]): Plan {
    const isUnderWay = (block: Block): boolean => this.#inFlight.has(block);
    return plan(blocks, this.#parameters, { isUnderWay, ...this.#workforce });
  }

  /**
   * Resolves when the ciphertexts of all sources of the blocks exist. Calls in the same turn of the event loop
   * are planned together. The caller keeps the blocks alive until then.
   *
   * @throws the signal's reason, what `onProgress` throws, WorkerError, OutOfMemoryError or DisposedError, as a
   *   rejection.
   */
  compute(blocks: readonly Block[], options: ProgressOptions): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#disposed) throw new DisposedError("the engine has been disposed of");
      const { signal, onProgress } = checkProgressOptions(options);
      signal?.throwIfAborted();
      const abort = (): void => this.#abandon(request, signal?.reason);
      const close = (): void => signal?.removeEventListener("abort", abort);
      const request: Request = { blocks, pending: new Set(), resolve, reject, onProgress, close };
      signal?.addEventListener("abort", abort);
      this.#waiting.push(request);
      if (this.#waiting.length === 1) void this.#flush();
    });
  }

  /** Takes the news of a finished batch from a thread. */
  onCompletion({ jobs, milliseconds }: Completion, thread: number): void {
    const sample = milliseconds / batchTime(jobs.length);
    this.#millisecondsPerJob ||= sample;
    // Code gets faster while the platform optimizes it; what is slower may be other work on the machine.
    const weight = sample < this.#millisecondsPerJob ? 1 / 2 : 1 / 8;
    this.#millisecondsPerJob += weight * (sample - this.#millisecondsPerJob);
    const touched = new Set<Run>();
    const ids: number[] = [];
    for (const address of jobs) {
      const job = this.#jobAt(address);
      if (job === undefined) continue;
      if (!job.cancelled) ids.push(job.id);
      this.#finish(job);
      touched.add(job.run);
    }
    const reports = [...this.#requests].filter(([, run]) => touched.has(run));
    this.#settle();
    if (ids.length > 0) callBack(() => this.#observer.onFinished?.({ ids, thread, milliseconds }));
    for (const [request, run] of reports) this.#report(request, run);
  }

  /** Takes the news that a thread has died: what was running is lost, everything else goes on. */
  onCrash(reason: string): void {
    this.#fail(new WorkerError(reason));
  }

  /** Stops everything. Promises that are still open are rejected with DisposedError. */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    const error = new DisposedError("the engine has been disposed of");
    for (const request of this.#waiting.splice(0)) this.#reject(request, error);
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
    if (job.cancelled) {
      this.#discard(job); // by now, somebody else may be computing the same blocks
      return;
    }
    this.#tables.release(job.tableKey);
    for (const { block, slot } of job.outputs) {
      this.#store.assign(block, slot);
      this.#builder.resolve(block);
      for (const request of this.#requests.keys()) request.pending.delete(block);
    }
    this.#forget(job);
  }

  /** Plans and submits, at the end of this turn, all that was asked for in it. */
  async #flush(): Promise<void> {
    await nextTask();
    await this.#recovered;
    const requests = this.#waiting.splice(0);
    if (requests.length === 0) return;
    try {
      this.#pool ??= this.#startPool();
      const run = this.#submit(requests);
      this.#runs.add(run);
      for (const request of requests) this.#requests.set(request, run);
      this.#pool.setBusy(true);
      this.#settle();
      this.#tellPlanned(run);
    } catch (error) {
      for (const request of requests) this.#reject(request, error);
      if (error instanceof WorkerError) this.#fail(error);
    }
  }

  /** Lays the jobs that requests need out in shared memory, all or none, and hands them to the queue. */
  #submit(requests: readonly Request[]): Run {
    const { rotations } = this.plan(requests.flatMap((request) => request.blocks));
    const sizes = rotations.map(({ terms, tables }) => jobBytes(terms.length, tables.length));
    const edges = rotations.reduce((sum, { terms }) => sum + terms.length, 0);
    const jobsBytes = sizes.reduce((sum, size) => sum + size, 0);
    const memoryBytes = jobsBytes + edges * EDGE_BYTES;
    const claim = new Claim();
    try {
      this.#ensureReadyCapacity(rotations.length);
      const memory = claim.take(this.#heap.allocate(memoryBytes), (at) => this.#heap.free(at, memoryBytes));
      const jobCount = rotations.length;
      const run: Run = { memory, memoryBytes, jobs: new Map(), jobCount, upstream: new Set() };
      let address = memory;
      const jobs = rotations.map((rotation, i) => {
        const job = this.#layOut(rotation, this.#planned + i, address, run, claim);
        address += sizes[i];
        return job;
      });
      for (const request of requests) {
        for (const { source } of request.blocks.flatMap(termsOf)) {
          if (this.#inFlight.has(source)) request.pending.add(source);
        }
      }
      this.#queue.submit(
        jobs.map((job) => job.address),
        rotations.map((rotation) => rotation.priority),
        jobs.map((job) => job.producers.map((producer) => producer.address)),
        memory + jobsBytes,
      );
      this.#planned += jobCount;
      return run;
    } catch (error) {
      claim.giveBack();
      throw error;
    }
  }

  /** Writes one job. */
  #layOut(rotation: Rotation, id: number, address: number, run: Run, claim: Claim): Job {
    const { terms, constant, size, tables } = rotation;
    const producers = new Set<Job>();
    const located = terms.map(({ source, coefficient }) => {
      const producer = this.#inFlight.get(source);
      if (producer === undefined) return { address: this.#store.address(source), coefficient };
      producers.add(producer);
      if (producer.run !== run) run.upstream.add(producer.run);
      const { slot } = producer.outputs.find(({ block }) => block === source) as JobOutput;
      return { address: slot, coefficient };
    });
    const [{ source: first }] = terms;
    const centres = tables.map(({ table }) => (standsAnywhere(first) ? centreOf(table) : 0));
    const entries = tables.map(({ table }, i) => table.map((entry) => entry - centres[i]));
    const table = claim.take(
      isRandom(first) ? this.#tables.acquireRandom(size) : this.#tables.acquire(entries, size),
      ({ key }) => this.#tables.release(key),
    );
    const outputs = tables.map(({ output }) => ({
      block: output,
      slot: claim.take(this.#store.reserve(), (slot) => this.#store.discard(slot)),
    }));
    const form = formOf(first);
    writeJob(this.#heap.memory, address, {
      form: form === "unchecked" ? "big" : form,
      terms: located,
      constant: encode(constant, this.#parameters),
      table: table.address,
      outputs: outputs.map(({ slot }, i) => ({
        coefficient: outputCoefficient(i, size, this.#parameters),
        address: slot,
        offset: encode(centres[i], this.#parameters),
      })),
    });
    const job: Job = {
      id,
      address,
      run,
      // Where lookups have been composed, the graph alone would not keep these.
      inputs: terms.map(({ source }) => source),
      producers: [...producers],
      outputs,
      tableKey: table.key,
      cancelled: false,
    };
    run.jobs.set(address, job);
    for (const { block } of outputs) {
      this.#inFlight.set(block, job);
      this.#builder.retain([block]);
    }
    this.#builder.retain(job.inputs);
    return claim.take(job, () => this.#forget(job));
  }

  /** A job's blocks are no longer about to be computed, and it needs its inputs no more. */
  #forget(job: Job): void {
    for (const { block } of job.outputs) {
      this.#inFlight.delete(block);
      this.#builder.release([block]);
    }
    this.#builder.release(job.inputs);
  }

  /** Gives back what a job holds that nobody waits for any longer. */
  #discard({ tableKey, outputs }: Job): void {
    this.#tables.release(tableKey);
    for (const { slot } of outputs) this.#store.discard(slot);
  }

  /** Answers requests and clears runs away, wherever there is nothing left to wait for. */
  #settle(): void {
    for (const request of this.#requests.keys()) {
      if (request.pending.size > 0) continue;
      this.#requests.delete(request);
      request.close();
      request.resolve();
    }
    for (const run of this.#runs) {
      if (run.jobs.size > 0 || [...run.upstream].some((other) => this.#runs.has(other))) continue;
      this.#runs.delete(run);
      this.#heap.free(run.memory, run.memoryBytes);
    }
    if (this.#runs.size === 0) this.#pool?.setBusy(false);
  }

  /** Tells the observer of what has been submitted. */
  #tellPlanned({ jobs }: Run): void {
    if (jobs.size === 0 || this.#observer.onPlanned === undefined) return;
    const bootstraps = [...jobs.values()].map(({ id, producers, outputs }) => {
      return { id, after: producers.map((producer) => producer.id), lookups: outputs.length };
    });
    callBack(() => this.#observer.onPlanned?.(bootstraps));
  }

  #tellCancelled(jobs: readonly Job[]): void {
    if (jobs.length > 0) callBack(() => this.#observer.onCancelled?.(jobs.map(({ id }) => id)));
  }

  /** Tells a request how far its run has come. */
  #report(request: Request, run: Run): void {
    const fraction = request.pending.size === 0 ? 1 : 1 - run.jobs.size / run.jobCount;
    try {
      request.onProgress?.(fraction);
    } catch (error) {
      this.#abandon(request, error);
    }
  }

  #reject(request: Request, reason: unknown): void {
    request.close();
    request.reject(reason);
  }

  /** Rejects one request, and cancels what no other needs. */
  #abandon(request: Request, reason: unknown): void {
    this.#waiting = this.#waiting.filter((other) => other !== request);
    this.#requests.delete(request);
    this.#reject(request, reason);
    try {
      this.#cancel(this.#unneeded());
    } catch (error) {
      if (!(error instanceof WorkerError)) throw error;
      this.#fail(error);
    }
    this.#settle();
  }

  /** Jobs that no request waits for, directly or through others. */
  #unneeded(): Job[] {
    const needed = new Set<Job>();
    const stack: Job[] = [];
    const need = (job: Job | undefined): void => {
      if (job === undefined || needed.has(job)) return;
      needed.add(job);
      stack.push(job);
    };
    for (const { pending } of this.#requests.keys())
      for (const block of pending) need(this.#inFlight.get(block));
    for (let job = stack.pop(); job !== undefined; job = stack.pop()) job.producers.forEach(need);
    const all = [...this.#runs].flatMap((run) => [...run.jobs.values()]);
    return all.filter((job) => !needed.has(job) && !job.cancelled);
  }

  /** Has jobs not started; those that threads have taken finish for nothing. */
  #cancel(jobs: readonly Job[]): void {
    const taken = new Set(this.#queue.cancel(jobs.map((job) => job.address)));
    for (const job of jobs) {
      job.cancelled = true;
      this.#forget(job);
      if (taken.has(job.address)) continue;
      job.run.jobs.delete(job.address);
      this.#discard(job);
    }
    this.#tellCancelled(jobs);
  }

  /** Ends all runs with an error. The threads are stopped; the next request starts new ones. */
  #fail(error: TacetError): void {
    const runs = [...this.#runs];
    this.#runs.clear();
    const jobs = runs.flatMap((run) => [...run.jobs.values()]);
    const wanted = jobs.filter((job) => !job.cancelled);
    for (const job of wanted) this.#forget(job);
    const stopped = this.#pool?.stop() ?? Promise.resolve();
    this.#pool = undefined;
    this.#recovered = this.#recovered
      .then(() => stopped)
      .then(() => {
        for (const job of jobs) this.#discard(job);
        for (const run of runs) this.#heap.free(run.memory, run.memoryBytes);
        this.#reset();
      });
    const requests = [...this.#requests.keys()];
    this.#requests.clear();
    for (const request of requests) this.#reject(request, error);
    this.#tellCancelled(wanted);
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
