import type { EngineObserver, PlannedBootstrap } from "tacet";
import type { FinishedBatch, Report } from "../wire/protocol.ts";

/** Time between reports: bootstraps finish far more often than anybody can watch. */
const INTERVAL_MS = 40;

/** Hears what an engine does, and reports it in parts of some size. */
export class Reporter implements EngineObserver {
  readonly #send: (report: Report) => void;
  #planned: PlannedBootstrap[] = [];
  #finished: FinishedBatch[] = [];
  #cancelled: number[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(send: (report: Report) => void) {
    this.#send = send;
  }

  readonly onPlanned = (bootstraps: readonly PlannedBootstrap[]): void => {
    for (const one of bootstraps) this.#planned.push(one);
    this.#schedule();
  };

  readonly onFinished = (batch: FinishedBatch): void => {
    this.#finished.push(batch);
    this.#schedule();
  };

  readonly onCancelled = (ids: readonly number[]): void => {
    for (const id of ids) this.#cancelled.push(id);
    this.#schedule();
  };

  /** Reports at once whatever has not been reported yet. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const [planned, finished, cancelled] = [this.#planned, this.#finished, this.#cancelled];
    if (planned.length + finished.length + cancelled.length === 0) return;
    [this.#planned, this.#finished, this.#cancelled] = [[], [], []];
    this.#send({ kind: "activity", planned, finished, cancelled });
  }

  #schedule(): void {
    this.#timer ??= setTimeout(() => this.flush(), INTERVAL_MS);
  }
}
