import { parentPort } from "node:worker_threads";
import { JOB_HEADER_BYTES, JobQueue } from "../../src/engine/threads/queue.ts";

/** What the test of the queue posts to its workers. */
export interface QueueSetup {
  readonly memory: WebAssembly.Memory;
  readonly queue: number;
  readonly threads: number;
  /** Address of two words: how many jobs have been taken so far, and how many there will be. */
  readonly tally: number;
  /** Address of the place in the order of completion of each job, by the word that follows the job's header. */
  readonly places: number;
}

// Works on a queue like an engine's worker, but only notes in which order jobs were taken and completed.
parentPort?.once("message", ({ memory, queue: address, threads, tally, places }: QueueSetup) => {
  const queue = new JobQueue(memory, address, true);
  for (;;) {
    const seen = queue.signal;
    const jobs = queue.take({ threads, batch: 3 });
    const words = new Int32Array(memory.buffer);
    for (const job of jobs) {
      const index = words[(job + JOB_HEADER_BYTES) >> 2];
      words[(places >> 2) + 2 * index] = Atomics.add(words, tally >> 2, 1); // started
    }
    for (const job of jobs) {
      const index = words[(job + JOB_HEADER_BYTES) >> 2];
      words[(places >> 2) + 2 * index + 1] = Atomics.add(words, tally >> 2, 1); // finished
    }
    if (jobs.length > 0) queue.complete(jobs);
    else if (Atomics.load(words, tally >> 2) >= words[(tally >> 2) + 1]) break;
    else queue.wait(seen);
  }
  parentPort?.postMessage("done");
  parentPort?.close();
});
