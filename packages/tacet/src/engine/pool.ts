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
  readonly #threads: readonly Thread[];
  #stopped = false;

  constructor(setups: readonly ThreadSetup[], listener: PoolListener) {
    this.#threads = setups.map(() =>
      startThread(workerSource, {
        onMessage: (message) => {
          if (!this.#stopped) listener.onCompletion(message as Completion);
        },
        onExit: (reason) => listener.onCrash(reason),
      }),
    );
    for (const [i, thread] of this.#threads.entries()) {
      thread.post(setups[i]);
      thread.keepAlive(false);
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
    while (this.#busy) {
      await nextTask();
      if (!this.#busy) break;
      const completion = this.#executor.step();
      if (completion !== undefined) this.#listener.onCompletion(completion);
    }
    this.#running = false;
  }
}
