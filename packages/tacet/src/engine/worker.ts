import { Executor, type ThreadSetup } from "./executor.ts";
import { workerPort } from "./platform.ts";

/** The program of a worker thread: once set up, it works on the queue until it is terminated. */
const post = workerPort((message) => {
  const executor = new Executor(message as ThreadSetup, true);
  for (;;) {
    const seen = executor.queue.signal;
    const completion = executor.work(Number.POSITIVE_INFINITY);
    if (completion === undefined) executor.queue.wait(seen);
    else post(completion);
  }
});
