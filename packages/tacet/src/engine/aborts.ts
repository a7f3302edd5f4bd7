import { abortReason } from "../realm.ts";

/** What is to be told of the abort of each signal, which has one listener as long as there is anything. */
const told = new Map<AbortSignal, { readonly tells: Set<() => void>; readonly listener: () => void }>();

/** Has a signal's abort told of. */
function listen(signal: AbortSignal, tell: () => void): void {
  let entry = told.get(signal);
  if (entry === undefined) {
    const tells = new Set<() => void>();
    entry = {
      tells,
      listener: () => {
        for (const one of [...tells]) one();
      },
    };
    told.set(signal, entry);
    signal.addEventListener("abort", entry.listener);
  }
  entry.tells.add(tell);
}

function unlisten(signal: AbortSignal, tell: () => void): void {
  const entry = told.get(signal);
  if (entry === undefined || !entry.tells.delete(tell) || entry.tells.size > 0) return;
  signal.removeEventListener("abort", entry.listener);
  told.delete(signal);
}

/**
 * Tells of aborted signals, with one listener for each signal however many wait for it, and in however many engines:
 * platforms take more than a few for a leak. Whoever waits for the same signal is told of at once.
 */
export class Aborts<T> {
  readonly #onAbort: (waiting: readonly T[], reason: unknown) => void;
  readonly #signals = new Map<AbortSignal, { readonly waiting: Set<T>; readonly tell: () => void }>();

  /** @param onAbort is told who waited for a signal that has been aborted, and the signal's reason. */
  constructor(onAbort: (waiting: readonly T[], reason: unknown) => void) {
    this.#onAbort = onAbort;
  }

  add(signal: AbortSignal, one: T): void {
    let entry = this.#signals.get(signal);
    if (entry === undefined) {
      const waiting = new Set<T>();
      entry = { waiting, tell: () => this.#onAbort([...waiting], abortReason(signal)) };
      this.#signals.set(signal, entry);
      listen(signal, entry.tell);
    }
    entry.waiting.add(one);
  }

  delete(signal: AbortSignal, one: T): void {
    const entry = this.#signals.get(signal);
    if (entry === undefined || !entry.waiting.delete(one) || entry.waiting.size > 0) return;
    unlisten(signal, entry.tell);
    this.#signals.delete(signal);
  }
}
