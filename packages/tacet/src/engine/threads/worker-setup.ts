import type { ThreadSetup } from "./executor.ts";

/** What a worker is told once, to begin. */
export interface WorkerSetup {
  readonly setup: ThreadSetup;
  /** One word of shared memory, which all workers of a pool watch: whether to stop. */
  readonly stop: Int32Array;
}

/** What a worker says that has come up. */
export const READY = "ready";

/** What a worker says that has stopped, and touches no shared memory any more. */
export const ENDED = "ended";
