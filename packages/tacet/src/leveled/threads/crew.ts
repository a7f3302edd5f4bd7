import type { Thread } from "../../engine/threads/platform.ts";
import { DisposedError, type TacetError, WorkerError } from "../../errors.ts";
import type { ProgressOptions } from "../../progress.ts";
import { INSIDE } from "../inside.ts";
import { Executor, type ThreadSetup } from "./executor.ts";
import { workerSource } from "./generated/worker.ts";
import type { ToWorker } from "./messages.ts";

/** What one thread does in one go, and how much of all there is has been done with it. */
export interface Task {
  readonly tape: Uint32Array;
  /** From 0 to 1. */
  readonly progress: number;
  /** Is called when the tape has been carried out. */
  readonly done?: (() => void) | undefined;
}

/** The threads of an engine. */
export interface Crew {
  /** Number of threads. */
  readonly threads: number;
  /** Why they are not workers on shared memory, in words; `undefined` if they are. */
  readonly whyNoWorkers: string | undefined;
  /**
   * Carries out tasks, in any order, each thread in an area of its own. Tasks are asked for when there is a thread for them.
   *
   * @throws the signal's reason, once no thread works any more; WorkerError.
   */
  run(tasks: Iterator<Task>, areas: readonly number[], options: ProgressOptions): Promise<void>;
  stop(): Promise<void>;
}

/** Not all: of that, progress tells once. */
const NEARLY = 1 - 2 ** -20;
/** Instructions between two looks at the clock: of some microseconds each. */
const AT_ONCE = 200;

/** The calling thread alone, in turns of the event loop. */
export class LocalCrew implements Crew {
  readonly threads = 1;
  readonly whyNoWorkers: string;
  readonly #executor: Executor;
  #stopped = false;

  constructor(setup: ThreadSetup, whyNoWorkers: string) {
    this.#executor = new Executor(setup);
    this.whyNoWorkers = whyNoWorkers;
  }

  async run(tasks: Iterator<Task>, [area]: readonly number[], options: ProgressOptions): Promise<void> {
    const pace = new INSIDE.Pace(options);
    for (let next = tasks.next(); !next.done; next = tasks.next()) {
      const { tape, progress, done } = next.value;
      for (let at = 0; at < tape.length; ) {
        at = this.#executor.run(tape, area, at, AT_ONCE);
        await pace.done(Math.min(progress, NEARLY));
        if (this.#stopped) throw stopped();
      }
      done?.();
    }
    await pace.done(1);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
  }
}

/** A worker, and who waits for what it does. */
interface Worker {
  readonly thread: Thread;
  answer: (() => void) | undefined;
}

/** Workers on one shared memory. */
export class WorkerCrew implements Crew {
  readonly whyNoWorkers = undefined;
  readonly #workers: Worker[] = [];
  #failure: TacetError | undefined;
  #fail: ((error: TacetError) => void) | undefined;
  #busy = 0;

  /** Starts threads, and waits until they have come up. @throws WorkerError */
  static async start(setups: readonly ThreadSetup[]): Promise<WorkerCrew> {
    const crew = new WorkerCrew();
    try {
      const up = setups.map(() => crew.#add());
      await crew.#whileAlive(Promise.all(up));
      await crew.#whileAlive(Promise.all(setups.map((setup, i) => crew.#send(i, { setup }))));
      return crew;
    } catch (error) {
      await crew.stop();
      throw error;
    }
  }

  get threads(): number {
    return this.#workers.length;
  }

  async run(tasks: Iterator<Task>, areas: readonly number[], options: ProgressOptions): Promise<void> {
    const pace = new INSIDE.Pace(options);
    let failed: { readonly error: unknown } | undefined;
    const work = async (worker: number): Promise<void> => {
      while (failed === undefined) {
        try {
          const next = tasks.next();
          if (next.done) return;
          const { tape, progress, done } = next.value;
          await this.#send(worker, { tape, area: areas[worker] });
          done?.();
          await pace.done(Math.min(progress, NEARLY));
        } catch (error) {
          failed ??= { error };
        }
      }
    };
    await this.#whileAlive(Promise.all(this.#workers.map((_, i) => work(i))));
    if (failed !== undefined) throw failed.error;
    await pace.done(1);
  }

  async stop(): Promise<void> {
    const error = this.#failure ?? stopped();
    this.#failure = error;
    this.#fail?.(error);
    await Promise.all(this.#workers.map(({ thread }) => thread.terminate()));
  }

  /** Resolves when the new worker has come up. */
  #add(): Promise<void> {
    return new Promise((resolve) => {
      const worker: Worker = {
        thread: INSIDE.startThread(workerSource, {
          onMessage: () => worker.answer?.(),
          onExit: (reason, cause) => this.#die(`a worker stopped: ${reason}`, cause),
        }),
        answer: resolve,
      };
      this.#workers.push(worker);
    });
  }

  /** Resolves when a worker has done what it was told. The process waits for it. */
  async #send(index: number, message: ToWorker): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    const worker = this.#workers[index];
    if (this.#busy++ === 0) for (const { thread } of this.#workers) thread.keepAlive(true);
    await new Promise<void>((resolve) => {
      worker.answer = resolve;
      worker.thread.post(message);
    });
    if (--this.#busy === 0) for (const { thread } of this.#workers) thread.keepAlive(false);
  }

  #die(message: string, cause: unknown): void {
    this.#failure ??= new WorkerError(message, { cause });
    this.#fail?.(this.#failure);
  }

  /** Resolves with a promise, unless a worker dies before. */
  async #whileAlive(promise: Promise<unknown>): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    await new Promise<void>((resolve, reject) => {
      this.#fail = reject;
      promise.then(() => resolve(), reject);
    });
  }
}

function stopped(): TacetError {
  return new DisposedError("the engine has been disposed of");
}
