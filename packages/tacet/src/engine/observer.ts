import { checkFunction, checkObject } from "../options.ts";

/** A bootstrap that an engine is going to compute. */
export interface PlannedBootstrap {
  /** Its number, counted from 0 over the life of the engine. */
  readonly id: number;
  /** The bootstraps whose results it takes and that are not finished yet. */
  readonly after: readonly number[];
  /** The number of lookups that it answers. */
  readonly lookups: number;
}

/** Bootstraps that a thread has computed together. */
export interface FinishedBatch {
  readonly ids: readonly number[];
  /** Number of the thread, counted from 0. */
  readonly thread: number;
  /** How long the thread was at it. */
  readonly milliseconds: number;
}

/**
 * Hears what an engine does: for displays and statistics. Every bootstrap that has been planned is later either finished
 * or cancelled, once; a failure cancels all that are left.
 *
 * An observer changes nothing of what it observes: what it throws is reported as an uncaught error, and the engine goes
 * on. It is called between computations on the thread that the engine was created on, so it should be quick.
 */
export interface EngineObserver {
  readonly onPlanned?: (bootstraps: readonly PlannedBootstrap[]) => void;
  readonly onFinished?: (batch: FinishedBatch) => void;
  readonly onCancelled?: (ids: readonly number[]) => void;
}

/** @throws TypeError for what is no observer. */
export function checkObserver(observer: EngineObserver): void {
  checkObject("observer", "with functions", observer);
  for (const name of ["onPlanned", "onFinished", "onCancelled"] as const) {
    const method = observer[name];
    if (method !== undefined) checkFunction(`${name} of the observer`, method as () => void);
  }
}

/** Calls back into a program that has no promise to hear of its errors by: they are uncaught ones. */
export function callBack(call: () => void): void {
  try {
    call();
  } catch (error) {
    const fail = (): never => {
      throw error;
    };
    if (typeof queueMicrotask === "function") queueMicrotask(fail);
    else void Promise.resolve().then(fail);
  }
}
