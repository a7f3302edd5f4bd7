const threads: typeof import("node:worker_threads") = process.getBuiltinModule("node:worker_threads");

type Worker = InstanceType<typeof threads.Worker>;

/** The workers that are started while it is in use. */
export interface WorkerWatch extends Disposable {
  readonly workers: readonly Worker[];
  /** For each worker, what resolves when it has ended. */
  readonly exits: readonly Promise<unknown>[];
}

/** Watches which workers are started, and refuses to start more than `most`. */
export function watchWorkers(most: number = Number.POSITIVE_INFINITY): WorkerWatch {
  const { Worker } = threads;
  const workers: Worker[] = [];
  const exits: Promise<unknown>[] = [];
  threads.Worker = class extends Worker {
    constructor(...options: ConstructorParameters<typeof Worker>) {
      if (workers.length === most) throw new Error("no more threads");
      super(...options);
      workers.push(this);
      exits.push(new Promise((resolve) => this.once("exit", resolve)));
    }
  };
  return {
    workers,
    exits,
    [Symbol.dispose]: () => {
      threads.Worker = Worker;
    },
  };
}
