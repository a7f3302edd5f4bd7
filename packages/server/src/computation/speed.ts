import { availableParallelism } from "node:os";

/** What was measured of bootstraps on one thread. */
export interface MeasuredSpeed {
  readonly threads: number;
  /** Milliseconds of each where many are there to be computed. */
  readonly inBatchMs: number;
  /** Milliseconds of one that others wait for. */
  readonly aloneMs: number;
}

/** Before anything was measured. */
const FIRST_MS = 8;
/** From so many at once, the time of each is that of full batches, or nearly. */
const BATCH = 4;
/** How much of what was known before the latest batch counts for less: it takes a few hundred to forget. */
const FORGET = 0.01;

/** How long computations take: guessed at first, then as it was measured. */
export class Speed {
  readonly #threads: number;
  #inBatchMs: number | undefined;
  #aloneMs: number | undefined;

  /** @param threads that compute together. */
  constructor(threads: number = availableParallelism()) {
    this.#threads = threads;
  }

  /** Takes note of a batch of bootstraps that one thread has computed. */
  note(bootstraps: number, milliseconds: number): void {
    if (!(milliseconds > 0)) return;
    if (bootstraps >= BATCH) this.#inBatchMs = blended(this.#inBatchMs, milliseconds / bootstraps);
    else if (bootstraps === 1) this.#aloneMs = blended(this.#aloneMs, milliseconds);
  }

  /** `undefined` before anything was computed. */
  get measured(): MeasuredSpeed | undefined {
    const any = this.#inBatchMs ?? this.#aloneMs;
    if (any === undefined) return undefined;
    return { threads: this.#threads, inBatchMs: this.#inBatchMs ?? any, aloneMs: this.#aloneMs ?? any };
  }

  /**
   * Milliseconds that so many bootstraps take, of which so many wait for each other.
   *
   * @param measured where it was measured on other machines than this one.
   */
  milliseconds(
    bootstraps: number,
    depth: number,
    measured: MeasuredSpeed | undefined = this.measured,
  ): number {
    const { threads, inBatchMs, aloneMs } = measured ?? {
      threads: this.#threads,
      inBatchMs: FIRST_MS,
      aloneMs: FIRST_MS,
    };
    return Math.max((bootstraps / Math.max(1, threads)) * inBatchMs, depth * aloneMs);
  }
}

function blended(before: number | undefined, now: number): number {
  return before === undefined ? now : before + FORGET * (now - before);
}
