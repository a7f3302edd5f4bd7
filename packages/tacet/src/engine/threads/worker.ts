import { Executor } from "./executor.ts";
import { workerPort } from "./platform.ts";
import { ENDED, READY, type WorkerSetup } from "./worker-setup.ts";

/** The program of a worker thread: once set up, it works on the queue until it is told to stop, or terminated. */
const post = workerPort((message) => {
  const { setup, stop } = message as WorkerSetup;
  const stopped = (): boolean => Atomics.load(stop, 0) !== 0;
  try {
    const executor = new Executor(setup, true, stopped);
    for (;;) {
      const seen = executor.queue.signal; // to be read before looking whether to stop, as it changes afterwards
      if (stopped()) break;
      const completion = executor.work(Number.POSITIVE_INFINITY);
      if (completion !== undefined) post(completion);
      else if (!stopped()) executor.queue.wait(seen);
    }
  } catch (error) {
    if (!stopped()) throw error;
  }
  post(ENDED);
});
post(READY);
