import { startThread, type Thread } from "../../../engine/threads/platform.ts";
import { WorkerError } from "../../../errors.ts";
import type { Pace } from "../../../progress.ts";
import type { Area, Crew, CurveTask } from "../tasks.ts";
import { workerSource } from "./generated/worker.ts";
import { type Order, READY, type Setup } from "./messages.ts";

/** A worker, and who waits for what it has been told to do. */
interface Worker {
  readonly thread: Thread;
  done: (() => void) | undefined;
}

/** Worker threads on a shared memory, each of which does a task at a time. */
export class WorkerCrew implements Crew {
  readonly #workers: Worker[] = [];
  /** Why one has died: then the others are not asked any more. */
  #failure: WorkerError | undefined;
  /** Settles when what was asked for last is done. */
  #last: Promise<void> = Promise.resolve();

  private constructor() {}

  get size(): number {
    return this.#workers.length;
  }

  /** @throws WorkerError if a thread cannot be started. */
  static async start(count: number, setup: Setup): Promise<WorkerCrew> {
    const crew = new WorkerCrew();
    try {
      await Promise.all(Array.from({ length: count }, () => crew.#start(setup)));
      return crew;
    } catch (error) {
      await crew.stop();
      throw error;
    }
  }

  async #start(setup: Setup): Promise<void> {
    const worker: Worker = {
      thread: startThread(workerSource, {
        onMessage: (message) => {
          if (message === READY) worker.done?.();
        },
        onExit: (reason, error) => {
          this.#failure ??= new WorkerError(`a thread of the curve stopped: ${reason}`, { cause: error });
          for (const { done } of this.#workers) done?.();
        },
      }),
      done: undefined,
    };
    this.#workers.push(worker);
    await this.#tell(worker, setup);
    worker.thread.keepAlive(false);
  }

  /** Has a worker do something, and waits until it is done. */
  async #tell(worker: Worker, message: Setup | Order): Promise<void> {
    if (this.#failure === undefined) {
      const done = new Promise<void>((resolve) => {
        worker.done = resolve;
      });
      worker.thread.post(message);
      await done;
    }
    worker.done = undefined;
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Tasks of one call after those of the other. When it rejects, no thread works on any of them any more. */
  run(tasks: readonly CurveTask[], areas: readonly Area[], pace: Pace): Promise<void> {
    const run = this.#last.then(() => this.#run(tasks, areas, pace));
    this.#last = run.catch(() => {});
    return run;
  }

  async #run(tasks: readonly CurveTask[], areas: readonly Area[], pace: Pace): Promise<void> {
    let next = 0;
    let ended = false;
    const work = async (worker: Worker, area: Area): Promise<void> => {
      worker.thread.keepAlive(true);
      try {
        while (next < tasks.length && !ended) {
          await this.#tell(worker, { task: tasks[next++]!, area });
          await pace.done(0);
        }
      } catch (error) {
        ended = true;
        throw error;
      } finally {
        worker.thread.keepAlive(false);
      }
    };
    const results = await Promise.allSettled(this.#workers.map((worker, i) => work(worker, areas[i]!)));
    for (const result of results) if (result.status === "rejected") throw result.reason;
  }

  async stop(): Promise<void> {
    this.#failure ??= new WorkerError("the threads of the curve have been stopped");
    await Promise.all(this.#workers.map(({ thread }) => thread.terminate()));
  }
}
