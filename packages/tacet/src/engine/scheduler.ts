import { DisposedError, LimitError, PlanningError, TacetError, WorkerError } from "../errors.ts";
import { type Block, termsOf } from "../graph/block.ts";
import type { Builder } from "../graph/builder.ts";
import { type Plan, plan, planSteps } from "../graph/plan.ts";
import type { PlanVerifier } from "../graph/verify/verifier.ts";
import { batchTime, type Workforce } from "../graph/workforce/batch.ts";
import { checkProgressOptions, nextTask, Pace, type ProgressOptions } from "../progress.ts";
import { throwIfAborted } from "../realm.ts";
import { Aborts } from "./aborts.ts";
import { callBack, type EngineObserver } from "./observer.ts";
import type { PlanLimits } from "./options.ts";
import type { Job, Request, Run } from "./run.ts";
import type { CiphertextStore } from "./store.ts";
import type { Completion } from "./threads/executor.ts";
import type { Pool } from "./threads/pool.ts";
import type { Submission, Workload } from "./workload.ts";

/** The part of a request's progress that planning makes up. */
const PLANNING = 0.01;
/** How much further than at its last report a run has to be for the next one. */
const REPORT = 0.01;

/** Checks plans before they are carried out, and throws if one is wrong. */
export type Verifier = Pick<PlanVerifier, "verify">;

/**
 * Turns requests for blocks into jobs, and finished jobs into ciphertexts. It runs on the main thread; the jobs
 * themselves are passed on from worker to worker through the queue without it.
 *
 * Requests of one turn of the event loop are a batch. Batches are planned one after the other, however long that takes:
 * results of a deterministic engine depend, down to the bits, on what is planned together.
 */
export class Scheduler {
  readonly #builder: Builder;
  readonly #store: CiphertextStore;
  readonly #workload: Workload;
  readonly #workforce: Workforce;
  readonly #startPool: () => Pool;
  #pool: Pool | undefined;
  /** The requests of this turn of the event loop. */
  #batch: Request[] = [];
  /** Resolves when all batches so far have been planned. */
  #planned: Promise<void> = Promise.resolve();
  /** Requests that are not answered yet. */
  readonly #open = new Set<Request>();
  readonly #aborts = new Aborts<Request>((requests, reason) => this.#abandon(requests, reason));
  #disposed = false;
  /** Resolves when no thread of a failed pool is left, to whether certainly none touches the memory any more. */
  #recovered: Promise<boolean> = Promise.resolve(true);
  /** Number of times that all that was under way has been lost. */
  #failures = 0;
  #sweeping = false;
  #millisecondsPerJob = 0;
  #observer: EngineObserver = {};
  #limits: PlanLimits = { bootstraps: Infinity, bytes: Infinity };
  #verifier: Verifier | undefined;
  /** Number of jobs submitted since the observer came. */
  #submitted = 0;

  /**
   * @param workforce who to plan for.
   * @param startPool starts the threads that work on the queue; called again after a crash.
   */
  constructor(
    builder: Builder,
    store: CiphertextStore,
    workload: Workload,
    workforce: Workforce,
    startPool: () => Pool,
  ) {
    this.#builder = builder;
    this.#store = store;
    this.#workload = workload;
    this.#workforce = workforce;
    this.#startPool = startPool;
  }

  /** Time that one thread takes for a lookup by itself, from what it has computed lately; 0 before the first. */
  get millisecondsPerLookup(): number {
    return this.#millisecondsPerJob;
  }

  /**
   * Tells an observer of all that is asked for from now on, holds it to limits, and has its plans verified, if there is
   * somebody to do so. Nothing may be under way.
   */
  open(observer: EngineObserver, limits: PlanLimits, verifier?: Verifier): void {
    this.#observer = observer;
    this.#limits = limits;
    this.#verifier = verifier;
    this.#submitted = 0;
  }

  /** What is left to do for some blocks. */
  plan(blocks: readonly Block[]): Plan {
    const isUnderWay = (block: Block): boolean => this.#workload.producerOf(block) !== undefined;
    return plan(blocks, this.#builder.parameters, { isUnderWay, ...this.#workforce });
  }

  /**
   * Resolves when the ciphertexts of all sources of the blocks exist. Calls in the same turn of the event loop
   * are planned together. The caller keeps the blocks alive until then.
   *
   * @throws the signal's reason, what `onProgress` throws, PlanningError, LimitError, WorkerError, OutOfMemoryError,
   *   DisposedError or, if what has been computed turns out to be too noisy, GraphError, as a rejection.
   */
  compute(blocks: readonly Block[], options: ProgressOptions): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#disposed) throw new DisposedError("the engine has been disposed of");
      const { signal, onProgress } = checkProgressOptions(options);
      throwIfAborted(signal);
      const request: Request = {
        ...{ blocks, resolve, reject, onProgress, signal },
        ...{ pending: new Set(), submitted: false, open: true },
      };
      this.#open.add(request);
      if (signal !== undefined) this.#aborts.add(signal, request);
      this.#batch.push(request);
      if (this.#batch.length === 1) void this.#gather();
    });
  }

  /** Takes the news of a finished batch from a thread. */
  onCompletion({ jobs, milliseconds }: Completion, thread: number): void {
    const sample = milliseconds / batchTime(jobs.length);
    this.#millisecondsPerJob ||= sample;
    // Code gets faster while the platform optimizes it; what is slower may be other work on the machine.
    const weight = sample < this.#millisecondsPerJob ? 1 / 2 : 1 / 8;
    this.#millisecondsPerJob += weight * (sample - this.#millisecondsPerJob);
    const finished = this.#workload.finish(jobs);
    const answered: Request[] = [];
    for (const job of finished) {
      if (job.fault !== undefined) this.#abandon(job.waiters, job.fault);
      for (const request of job.waiters) {
        if (request.pending.delete(job) && request.pending.size === 0) answered.push(request);
      }
    }
    this.#rest();
    if (finished.length > 0) {
      const ids = finished.map(({ id }) => id);
      callBack(() => this.#observer.onFinished?.({ ids, thread, milliseconds }));
    }
    for (const request of answered) this.#answer(request);
    for (const run of new Set(finished.map((job) => job.run))) this.#reportRun(run);
  }

  /** Takes the news that a thread has died: what was running is lost, everything else goes on. */
  onCrash(error: TacetError): void {
    this.#fail(error);
  }

  /**
   * Stops everything. Promises that are still open are rejected with DisposedError. Resolves when all threads have
   * stopped, to whether certainly nobody touches the memory any more.
   */
  dispose(): Promise<boolean> {
    if (this.#disposed) return this.#recovered;
    this.#disposed = true;
    for (const request of this.#open) request.submitted = true; // what is planned is lost as well
    this.#fail(new DisposedError("the engine has been disposed of"));
    return this.#recovered;
  }

  /** Has all that is asked for in this turn planned after what was asked for before. */
  async #gather(): Promise<void> {
    await nextTask();
    const batch = this.#batch;
    this.#batch = [];
    this.#planned = this.#planned
      .then(() => this.#carryOut(batch))
      .catch((error) => {
        for (const request of batch) this.#reject(request, planningError(error));
      });
  }

  /**
   * Plans requests together and submits them. If that fails, each half is tried without the other, so that in the end
   * just those are rejected that fail by themselves.
   */
  async #carryOut(requests: readonly Request[]): Promise<void> {
    for (let done = false; !done; ) {
      await this.#recovered;
      const open = requests.filter((request) => request.open);
      try {
        done = await this.#attempt(open);
      } catch (error) {
        done = await this.#blame(open, error);
      }
    }
  }

  /** Finds out which requests an error concerns. Says whether the others have been seen to. */
  async #blame(requests: readonly Request[], error: unknown): Promise<boolean> {
    if (error instanceof WorkerError) {
      for (const request of requests) request.submitted = true;
      this.#fail(error);
      return true;
    }
    if (requests.some(({ open }) => !open)) return false; // it may be the fault of what has been aborted
    if (requests.length === 1) this.#reject(requests[0], planningError(error));
    else {
      const half = requests.length >> 1;
      await this.#carryOut(requests.slice(0, half));
      await this.#carryOut(requests.slice(half));
    }
    return true;
  }

  /**
   * Plans requests in turns of the event loop, as long as one of them is open, and submits them. Says whether that is
   * done; if not, what they were to build upon has been lost meanwhile.
   */
  async #attempt(requests: readonly Request[]): Promise<boolean> {
    if (requests.length === 0) return true;
    try {
      this.#pool ??= this.#startPool();
    } catch (error) {
      for (const request of requests) this.#reject(request, error);
      return true;
    }
    const failures = this.#failures;
    let first = 0;
    const wanted = (): boolean => {
      while (first < requests.length && !requests[first].open) first++;
      return first < requests.length && failures === this.#failures;
    };
    const listeners = requests.filter(({ onProgress }) => onProgress !== undefined);
    const onProgress = (fraction: number): void => {
      for (const request of listeners) this.#report(request, PLANNING * fraction);
    };
    const blocks = requests.flatMap((request) => request.blocks);
    const held = new Set<Job>();
    const steps = this.#planAndSubmit(blocks, held);
    this.#builder.retain(blocks); // those of requests that are aborted are still in the plan
    try {
      const pace = new Pace({ onProgress });
      let step = steps.next();
      while (!step.done && wanted()) {
        await pace.done(step.value);
        if (wanted()) step = steps.next();
      }
      if (step.done) this.#attach(requests, step.value);
      return failures === this.#failures;
    } finally {
      steps.return(undefined as never);
      this.#dismiss(held);
      this.#builder.release(blocks);
    }
  }

  /**
   * Plans and submits, once all ciphertexts are there, in small pieces of work, after each of which it gives the fraction
   * that is done, below 1.
   *
   * @param held takes the jobs that must not be cancelled before requests count on them: those that are under way and
   *   inputs of the plan, and those that it leads to. Each has one user for that.
   */
  *#planAndSubmit(blocks: readonly Block[], held: Set<Job>): Generator<number, Submission> {
    for (const _ of this.#store.fill()) yield 0;
    const { bootstraps, bytes } = this.#limits;
    const isUnderWay = (block: Block): boolean => {
      const job = this.#workload.producerOf(block);
      if (job === undefined) return false;
      if (!held.has(job)) job.users++;
      held.add(job);
      return true;
    };
    const options = { isUnderWay, ...this.#workforce, maxRotations: bootstraps };
    const steps = planSteps(blocks, this.#builder.parameters, options);
    let step = steps.next();
    for (; !step.done; step = steps.next()) yield step.value * 0.8;
    const { rotations } = step.value;
    if (rotations.length > bootstraps) {
      throw new LimitError("planLimitBootstraps", bootstraps, rotations.length);
    }
    const size = this.#workload.sizeOf(rotations);
    if (size.bytes > bytes) throw new LimitError("planLimitBytes", bytes, size.bytes);
    this.#verifier?.verify(step.value, blocks, isUnderWay);
    const submitting = this.#workload.submit(rotations, size, this.#submitted);
    try {
      let piece = submitting.next();
      for (; !piece.done; piece = submitting.next()) yield 0.8 + piece.value * 0.2;
      for (const job of piece.value.jobs) held.add(job);
      return piece.value;
    } finally {
      submitting.return(undefined as never);
    }
  }

  /** Has requests wait for what has been submitted for them. */
  #attach(requests: readonly Request[], { run, jobs }: Submission): void {
    this.#submitted += jobs.length;
    for (const request of requests) {
      if (!request.open) continue;
      request.submitted = true;
      for (const { source } of request.blocks.flatMap(termsOf)) {
        const job = this.#workload.producerOf(source);
        if (job === undefined || request.pending.has(job)) continue;
        request.pending.add(job);
        job.waiters.push(request);
        job.users++;
      }
      if (request.onProgress !== undefined) run.listeners.push(request);
    }
    if (this.#workload.busy) this.#pool?.setBusy(true);
    this.#tellPlanned(jobs);
    for (const request of requests)
      if (request.submitted && request.pending.size === 0) this.#answer(request);
  }

  #answer(request: Request): void {
    this.#report(request, 1);
    if (this.#close(request)) request.resolve();
  }

  #reject(request: Request, reason: unknown): void {
    if (this.#close(request)) request.reject(reason);
  }

  /** Says whether the request was open. */
  #close(request: Request): boolean {
    if (!request.open) return false;
    request.open = false;
    this.#open.delete(request);
    if (request.signal !== undefined) this.#aborts.delete(request.signal, request);
    return true;
  }

  /** Rejects some requests, and cancels what no other needs. */
  #abandon(requests: readonly Request[], reason: unknown): void {
    const left: Job[] = [];
    for (const request of requests) {
      this.#reject(request, reason);
      for (const job of request.pending) left.push(job);
      request.pending.clear();
    }
    this.#dismiss(left);
  }

  /** Takes one user from each of some jobs. */
  #dismiss(jobs: Iterable<Job>): void {
    const cancelled = this.#workload.dismiss(jobs);
    if (cancelled.length === 0) return;
    if (!this.#sweeping) void this.#sweep();
    callBack(() => this.#observer.onCancelled?.(cancelled.map(({ id }) => id)));
  }

  /** Has the queue hear of all jobs that this turn of the event loop cancels at once. */
  async #sweep(): Promise<void> {
    this.#sweeping = true;
    await nextTask();
    this.#sweeping = false;
    try {
      this.#workload.sweep();
      this.#rest();
    } catch (error) {
      if (!(error instanceof WorkerError)) throw error;
      this.#fail(error);
    }
  }

  /** Lets the process end if nothing is left to do. */
  #rest(): void {
    if (!this.#workload.busy) this.#pool?.setBusy(false);
  }

  /** Tells the observer of what has been submitted. */
  #tellPlanned(jobs: readonly Job[]): void {
    if (jobs.length === 0 || this.#observer.onPlanned === undefined) return;
    const bootstraps = jobs.map(({ id, producers, outputs }) => {
      return { id, after: producers.map((producer) => producer.id), lookups: outputs.length };
    });
    callBack(() => this.#observer.onPlanned?.(bootstraps));
  }

  /** Tells requests how far their run has come, if it is a little further than when they heard of it last. */
  #reportRun(run: Run): void {
    const fraction = PLANNING + (1 - PLANNING) * (1 - run.left / run.jobCount);
    if (fraction < run.reported + REPORT) return;
    run.reported = fraction;
    for (const request of run.listeners) this.#report(request, fraction);
  }

  /** Tells a request how far it has come. */
  #report(request: Request, fraction: number): void {
    if (!request.open) return;
    try {
      request.onProgress?.(fraction);
    } catch (error) {
      this.#abandon([request], error);
    }
  }

  /** Ends all that is under way with an error. The threads are stopped; the next request starts new ones. */
  #fail(error: TacetError): void {
    this.#failures++;
    const { lost, clear } = this.#workload.abandon();
    const stopped = this.#pool?.stop() ?? Promise.resolve(true);
    this.#pool = undefined;
    this.#recovered = Promise.all([this.#recovered, stopped]).then((certain) => {
      clear();
      return certain.every(Boolean);
    });
    for (const request of [...this.#open]) if (request.submitted) this.#reject(request, error);
    if (lost.length > 0) callBack(() => this.#observer.onCancelled?.(lost.map(({ id }) => id)));
  }
}

/** What a request is told that cannot be planned. */
function planningError(error: unknown): TacetError {
  if (error instanceof TacetError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new PlanningError(`what was asked for could not be planned: ${reason}`, { cause: error });
}
