import type { Workforce } from "../../graph/workforce/batch.ts";
import { Kernel } from "../../kernel/kernel.ts";
import type { KernelModule } from "../../kernel/variant.ts";
import type { ParameterSet } from "../../parameters/parameter-set.ts";
import { time } from "../../realm.ts";
import { Bootstrapper } from "../../scheme/bootstrap.ts";
import type { EvaluationKey } from "../../scheme/server-key/evaluation-key.ts";
import { readJob } from "./job.ts";
import { JobQueue } from "./queue.ts";

/** What a thread needs to take part: it can be posted, and holds the addresses of what the threads share. */
export interface ThreadSetup {
  readonly memory: WebAssembly.Memory;
  readonly module: KernelModule;
  readonly parameters: ParameterSet;
  readonly tables: number;
  readonly key: EvaluationKey;
  readonly queue: number;
  /** `Bootstrapper.areaBytes` bytes for this thread alone. */
  readonly area: number;
  /** Who shares the queue. */
  readonly workforce: Workforce;
}

/** What a thread tells the main one: which jobs it has finished, and how long they took. */
export interface Completion {
  readonly jobs: readonly number[];
  readonly milliseconds: number;
}

/** Jobs that a thread has taken and not finished yet. */
interface Batch {
  readonly jobs: readonly number[];
  readonly pieces: Iterator<void, void>;
  milliseconds: number;
}

/** One thread's part in the computation: takes jobs from the queue, computes them, marks them as done. */
export class Executor {
  readonly queue: JobQueue;
  readonly #setup: ThreadSetup;
  readonly #bootstrapper: Bootstrapper;
  readonly #stopped: () => boolean;
  #batch: Batch | undefined;

  /** @param stopped whether to stop, wherever the computation is. */
  constructor(setup: ThreadSetup, mayBlock: boolean, stopped: () => boolean = () => false) {
    const { memory, module, parameters, tables, key, queue, area, workforce } = setup;
    const kernel = new Kernel(module, memory, tables, parameters);
    this.#setup = setup;
    this.#bootstrapper = new Bootstrapper(kernel, key, area, workforce.batch);
    this.#stopped = stopped;
    this.queue = new JobQueue(memory, queue, mayBlock, Number.POSITIVE_INFINITY, stopped);
  }

  /**
   * Computes some of the ready jobs; `undefined` if there are none, or if they are not finished after about as long as
   * is given, or once the thread has been told to stop. Then the next call goes on with them.
   */
  work(milliseconds: number): Completion | undefined {
    const batch = (this.#batch ??= this.#take());
    if (batch === undefined) return undefined;
    const started = time();
    let now = started;
    for (let last = started; !batch.pieces.next().done; last = now) {
      now = time();
      // The next piece may take as long as the last one.
      if (now - started + (now - last) <= milliseconds && !this.#stopped()) continue;
      batch.milliseconds += now - started;
      return undefined;
    }
    this.#batch = undefined;
    this.queue.complete(batch.jobs);
    return { jobs: batch.jobs, milliseconds: batch.milliseconds + time() - started };
  }

  #take(): Batch | undefined {
    const { memory, workforce } = this.#setup;
    const jobs = this.queue.take(workforce);
    if (jobs.length === 0) return undefined;
    const pieces = this.#bootstrapper.run(jobs.map((job) => readJob(memory, job)));
    return { jobs, pieces, milliseconds: 0 };
  }
}
