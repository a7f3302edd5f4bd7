import { WorkerError } from "../errors.ts";
import { nextTask } from "../progress.ts";
import { type Completion, Executor, type ThreadSetup } from "./executor.ts";
import { workerSource } from "./generated/worker.ts";
import { mayBlock, startThread, type Thread } from "./platform.ts";

/** What the owner of a pool hears of it. */
export interface PoolListener {
  onCompletion(completion: Completion): void;
  /** A thread has died. The others go on until the pool is stopped. */
  onCrash(reason: string): void;
}

/** The threads of an engine. */
export interface Pool {
  /** Sees to it that the queue is worked on, as long as `busy` is the last that was said. */
  setBusy(busy: boolean): void;
  /** Stops all threads, for good; resolves when none touches the memory any more. */
  stop(): Promise<void>;
}

/** Worker threads on shared memory. They look for work themselves; being busy only keeps the process alive. */
export class WorkerPool implements Pool {
  readonly #threads: Thread[] = [];
  #stopped = false;

  /** @throws WorkerError if a thread cannot be started. */
  constructor(setups: readonly ThreadSetup[], listener: PoolListener) {
    const threadListener = {
      onMessage: (message: unknown): void => {
        if (!this.#stopped) listener.onCompletion(message as Completion);
      },
      onExit: (reason: string): void => {
        if (!this.#stopped) listener.onCrash(reason);
      },
    };
    try {
      for (const setup of setups) {
        const thread = startThread(workerSource, threadListener);
        this.#threads.push(thread);
        thread.keepAlive(false);
        thread.post(setup);
      }
    } catch (cause) {
      void this.stop();
      throw new WorkerError("a worker could not be started", { cause });
    }
  }

  setBusy(busy: boolean): void {
    for (const thread of this.#threads) thread.keepAlive(busy);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#threads.map((thread) => thread.terminate()));
  }
}

/** The calling thread itself, where memory cannot be shared. It works in turns of the event loop. */
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
        const completion = this.#executor.step();
        if (completion !== undefined) this.#listener.onCompletion(completion);
      }
    } catch (error) {
      this.#listener.onCrash(String(error));
    } finally {
      this.#running = false;
    }
  }
}
