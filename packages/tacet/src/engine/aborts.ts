import { abortReason } from "../realm.ts";

/**
 * Tells of aborted signals, with one listener for each signal however many wait for it: platforms take more than a few
 * for a leak, and whoever waits for the same signal is told of at once.
 */
export class Aborts<T> {
  readonly #onAbort: (waiting: readonly T[], reason: unknown) => void;
  readonly #signals = new Map<AbortSignal, { readonly waiting: Set<T>; readonly listener: () => void }>();

  /** @param onAbort is told who waited for a signal that has been aborted, and the signal's reason. */
  constructor(onAbort: (waiting: readonly T[], reason: unknown) => void) {
    this.#onAbort = onAbort;
  }

  add(signal: AbortSignal, one: T): void {
    let entry = this.#signals.get(signal);
    if (entry === undefined) {
      const waiting = new Set<T>();
      entry = { waiting, listener: () => this.#onAbort([...waiting], abortReason(signal)) };
      this.#signals.set(signal, entry);
      signal.addEventListener("abort", entry.listener);
    }
    entry.waiting.add(one);
  }

  delete(signal: AbortSignal, one: T): void {
    const entry = this.#signals.get(signal);
    if (entry === undefined || !entry.waiting.delete(one) || entry.waiting.size > 0) return;
    signal.removeEventListener("abort", entry.listener);
    this.#signals.delete(signal);
  }
}
