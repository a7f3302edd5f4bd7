/** How long a thread may be at one thing: time enough is left to answer others. */
const TURN_MS = 10;

/** Splits long work into turns of the event loop, and ends it when a signal says so. */
export class Turns {
  readonly #signal: AbortSignal | undefined;
  #started = performance.now();

  constructor(signal: AbortSignal | undefined) {
    this.#signal = signal;
    signal?.throwIfAborted();
  }

  /** Whether the turn has taken long enough. */
  get over(): boolean {
    return performance.now() - this.#started > TURN_MS;
  }

  /** Lets others run. @throws the signal's reason, as a rejection. */
  async next(): Promise<void> {
    await new Promise<void>((resolve) => {
      if (typeof setImmediate === "function") setImmediate(resolve);
      else setTimeout(resolve);
    });
    this.#signal?.throwIfAborted();
    this.#started = performance.now();
  }
}
