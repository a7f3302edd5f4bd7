import { OutOfMemoryError, type TacetError, WorkerError } from "../../errors.ts";
import { memoryError } from "../../memory.ts";
import { nextTask } from "../../progress.ts";
import { after, throwIfAborted } from "../../realm.ts";
import { Aborts } from "../aborts.ts";
import { type Completion, Executor, type ThreadSetup } from "./executor.ts";
import { workerSource } from "./generated/worker.ts";
import { mayBlock, startThread, type Thread } from "./platform.ts";
import { JobQueue } from "./queue.ts";
import { ENDED, READY, type WorkerSetup } from "./worker-setup.ts";

/** What the owner of a pool hears of it. */
export interface PoolListener {
  /** @param thread number of the thread that has finished a batch. */
  onCompletion(completion: Completion, thread: number): void;
  /** A thread has died, with an error. The others go on until the pool is stopped. */
  onCrash(error: TacetError): void;
}

/** The threads of an engine. */
export interface Pool {
  /** Sees to it that the queue is worked on, as long as `busy` is the last that was said. */
  setBusy(busy: boolean): void;
  /** Stops all threads, for good; resolves when they have, to whether certainly none touches the memory any more. */
  stop(): Promise<boolean>;
}

/** Workers that have been told to stop do so in milliseconds. One that takes so long never will by itself. */
const PATIENCE_MS = 10_000;
/** Workers come up one after the other, in less than a second each. After so long without one, none will. */
const START_PATIENCE_MS = 60_000;

/** A worker thread, and whether it still works. */
interface Worker {
  readonly thread: Thread;
  /** Resolves when it touches no shared memory any more. */
  readonly ended: Promise<void>;
  readonly end: () => void;
}

/**
 * Worker threads on shared memory. They come up while there is nothing for them to share yet; once set up, they look for
 * work themselves. Being busy only keeps the process alive.
 */
export class WorkerPool implements Pool {
  readonly #workers: Worker[] = [];
  /** The word by which they are told to stop. */
  readonly #stop = new Int32Array(new SharedArrayBuffer(4));
  #queue: JobQueue | undefined;
  #listener: PoolListener | undefined;
  /** Why a thread died before there was anybody to tell. */
  #crash: { readonly reason: string; readonly error: unknown } | undefined;
  /** Number of threads that have come up. */
  #up = 0;
  /** Ends the waiting for the next one. */
  #unwatch = (): void => {};
  /** Is called when all threads have come up, or one will not. */
  #onStart: (() => void) | undefined;
  #stopped: Promise<boolean> | undefined;

  constructor(count: number) {
    try {
      for (let number = 0; number < count; number++) this.#workers.push(this.#start(number));
      this.#expectOne();
    } catch (cause) {
      this.#crash = { reason: messageOf(cause), error: cause };
    }
  }

  /**
   * Resolves when all threads have come up, or some will not, to why that is, in words.
   *
   * @throws the signal's reason, OutOfMemoryError.
   */
  async started(signal: AbortSignal | undefined): Promise<string | undefined> {
    if (this.#crash === undefined && this.#up < this.#workers.length) {
      this.setBusy(true);
      await new Promise<void>((resolve) => {
        this.#onStart = resolve;
        const aborts = new Aborts<WorkerPool>(() => resolve());
        if (signal === undefined) return;
        aborts.add(signal, this);
        this.#onStart = () => {
          aborts.delete(signal, this);
          resolve();
        };
      });
      this.#onStart?.();
      this.#onStart = undefined;
      this.setBusy(false);
      throwIfAborted(signal);
    }
    if (this.#crash === undefined) return undefined;
    const { reason, error } = this.#crash;
    const known = memoryError(error);
    if (known instanceof OutOfMemoryError) throw known;
    return reason;
  }

  /** Has each thread begin. @throws WorkerError if one has died already, after which the others are stopped. */
  setUp(setups: readonly ThreadSetup[], listener: PoolListener): void {
    if (this.#crash !== undefined) {
      void this.stop();
      throw crashError("a worker could not be started", this.#crash.reason, this.#crash.error);
    }
    const { memory, queue } = setups[0];
    this.#queue = new JobQueue(memory, queue, false);
    this.#listener = listener;
    for (const [number, setup] of setups.entries()) {
      const message: WorkerSetup = { setup, stop: this.#stop };
      this.#workers[number].thread.post(message);
    }
  }

  setBusy(busy: boolean): void {
    for (const { thread } of this.#workers) thread.keepAlive(busy);
  }

  stop(): Promise<boolean> {
    this.#stopped ??= this.#end();
    return this.#stopped;
  }

  /** Workers stop by themselves, as only some platforms tell when one that has been terminated has stopped. */
  async #end(): Promise<boolean> {
    this.#unwatch();
    Atomics.store(this.#stop, 0, 1);
    let working = this.#queue === undefined ? 0 : this.#workers.length;
    if (working > 0) {
      this.#queue?.wake();
      const ends = this.#workers.map(({ ended }) => ended.then(() => void working--));
      await atMost(PATIENCE_MS, Promise.all(ends));
    }
    const certain = await Promise.all(this.#workers.map(({ thread }) => thread.terminate()));
    return working === 0 || certain.every(Boolean);
  }

  #start(number: number): Worker {
    let end = (): void => {};
    const ended = new Promise<void>((resolve) => {
      end = resolve;
    });
    const thread = startThread(workerSource, {
      onMessage: (message) => {
        if (message === READY) this.#comeUp();
        else if (message === ENDED) end();
        else if (this.#stopped === undefined) this.#listener?.onCompletion(message as Completion, number);
      },
      onExit: (reason, error) => {
        end();
        this.#fail(reason, error);
      },
    });
    thread.keepAlive(false);
    return { thread, ended, end };
  }

  /** Waits for the next thread that comes up, but not for ever: some platforms do not tell of those that never will. */
  #expectOne(): void {
    this.#unwatch();
    if (this.#up === this.#workers.length) return;
    const late = `it has not come up within ${START_PATIENCE_MS / 1000} s`;
    this.#unwatch = after(START_PATIENCE_MS, () => this.#fail(late));
  }

  #comeUp(): void {
    this.#up++;
    if (this.#stopped !== undefined) return;
    this.#expectOne();
    if (this.#up === this.#workers.length) this.#onStart?.();
  }

  #fail(reason: string, error?: unknown): void {
    if (this.#stopped !== undefined) return;
    if (this.#listener === undefined) this.#crash ??= { reason, error };
    else this.#listener.onCrash(crashError("a worker stopped", reason, error));
    this.#onStart?.();
  }
}

/** Resolves with a promise, or when a time is over. */
function atMost(milliseconds: number, promise: Promise<unknown>): Promise<void> {
  return new Promise((resolve) => {
    const cancel = after(milliseconds, resolve);
    void promise.then(() => {
      cancel();
      resolve();
    });
  });
}

/** How long the calling thread may compute in one turn of the event loop: two turns leave a page time for a frame. */
const TURN_MS = 6;

/** The calling thread itself, where there are no workers. It works in short turns of the event loop. */
export class LocalPool implements Pool {
  readonly #executor: Executor;
  readonly #listener: PoolListener;
  #busy = false;
  #running = false;

  constructor(setup: ThreadSetup, listener: PoolListener) {
    this.#executor = new Executor(setup, mayBlock());
    this.#listener = listener;
  }

  setBusy(busy: boolean): void {
    this.#busy = busy;
    if (busy && !this.#running) void this.#work();
  }

  async stop(): Promise<boolean> {
    this.#busy = false;
    return true;
  }

  async #work(): Promise<void> {
    this.#running = true;
    try {
      for (await nextTask(); this.#busy; await nextTask()) {
        const completion = this.#executor.work(TURN_MS);
        if (completion !== undefined) this.#listener.onCompletion(completion, 0);
      }
    } catch (error) {
      this.#listener.onCrash(crashError("the computation stopped", messageOf(error), error));
    } finally {
      this.#running = false;
    }
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function crashError(what: string, reason: string, error: unknown): TacetError {
  const known = memoryError(error);
  return known instanceof OutOfMemoryError
    ? new OutOfMemoryError(`${what}: ${known.message}`, { cause: error })
    : new WorkerError(`${what}: ${reason}`, error === undefined ? undefined : { cause: error });
}
