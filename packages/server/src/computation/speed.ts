import { availableParallelism } from "node:os";

/** Of a bootstrap on one thread, before anything was measured. */
const FIRST_MS = 8;

/** How long computations take. */
export class Speed {
  readonly #threads = availableParallelism();

  /** Milliseconds that so many bootstraps take, of which so many wait for each other. */
  milliseconds(bootstraps: number, depth: number): number {
    return Math.max(bootstraps / this.#threads, depth) * FIRST_MS;
  }
}
