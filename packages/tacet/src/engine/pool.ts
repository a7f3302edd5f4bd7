import { WorkerError } from "../errors.ts";
import { nextTask } from "../progress.ts";
import { type Completion, Executor, type ThreadSetup } from "./executor.ts";
import { workerSource } from "./generated/worker.ts";
import { mayBlock, startThread, type Thread } from "./platform.ts";

/** What the owner of a pool hears of it. */
export interface PoolListener {
  /** @param thread number of the thread that has finished a batch. */
  onCompletion(completion: Completion, thread: number): void;
  /** A thread has died, for a reason in words. The others go on until the pool is stopped. */
  onCrash(reason: string): void;
}

/** The threads of an engine. */
export interface Pool {
  /** Sees to it that the queue is worked on, as long as `busy` is the last that was said. */
  setBusy(busy: boolean): void;
  /** Stops all threads, for good; resolves when none touches the memory any more. */
  stop(): Promise<void>;
}

/**
 * Worker threads on shared memory. They come up while there is nothing for them to share yet; once set up, they look for
 * work themselves. Being busy only keeps the process alive.
 */
export class WorkerPool implements Pool {
  readonly #threads: Thread[] = [];
  #listener: PoolListener | undefined;
  /** Why a thread died before there was anybody to tell. */
  #crash: string | undefined;
  #stopped = false;

  /** @throws WorkerError if a thread cannot be started. */
  constructor(count: number) {
    try {
      for (let number = 0; number < count; number++) this.#threads.push(this.#start(number));
    } catch (cause) {
      void this.stop();
      throw new WorkerError(`a worker could not be started: ${messageOf(cause)}`, { cause });
    }
  }

  /** Has each thread begin. @throws WorkerError if one has died already, after which the others are stopped. */
  setUp(setups: readonly ThreadSetup[], listener: PoolListener): void {
    if (this.#crash !== undefined) {
      void this.stop();
      throw new WorkerError(`a worker could not be started: ${this.#crash}`);
    }
    this.#listener = listener;
    for (const [number, setup] of setups.entries()) this.#threads[number].post(setup);
  }

  setBusy(busy: boolean): void {
    for (const thread of this.#threads) thread.keepAlive(busy);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#threads.map((thread) => thread.terminate()));
  }

  #start(number: number): Thread {
    const thread = startThread(workerSource, {
      onMessage: (message) => {
        if (!this.#stopped) this.#listener?.onCompletion(message as Completion, number);
      },
      onExit: (reason) => {
        if (this.#stopped) return;
        if (this.#listener === undefined) this.#crash = reason;
        else this.#listener.onCrash(`a worker stopped: ${reason}`);
      },
    });
    thread.keepAlive(false);
    return thread;
  }
}

/** How long the calling thread may compute in one turn of the event loop: two turns leave a page time for a frame. */
const TURN_MS = 6;

/** The calling thread itself, where memory cannot be shared. It works in short turns of the event loop. */
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

  async stop(): Promise<void> {
    this.#busy = false;
  }

  async #work(): Promise<void> {
    this.#running = true;
    try {
      for (await nextTask(); this.#busy; await nextTask()) {
        const completion = this.#executor.work(TURN_MS);
        if (completion !== undefined) this.#listener.onCompletion(completion, 0);
      }
    } catch (error) {
      this.#listener.onCrash(`the computation stopped: ${messageOf(error)}`);
    } finally {
      this.#running = false;
    }
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
