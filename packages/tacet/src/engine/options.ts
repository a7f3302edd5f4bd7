import { checkProgressOptions, type ProgressOptions } from "../progress.ts";
import { checkObserver, type EngineObserver } from "./observer.ts";
import { processorCount } from "./platform.ts";

const MAX_MEMORY_BYTES = 2 ** 32;

export interface EngineOptions extends ProgressOptions {
  /**
   * Number of worker threads; as many as there are processors unless given. Where threads cannot share memory, the
   * calling one computes alone: see `EngineInfo.sharedMemory`.
   */
  readonly threads?: number | undefined;
  /**
   * Whether results must be the same bits on every machine, at the price of some speed. Handles of such an engine hold
   * its memory until they are disposed of, since nobody knows when garbage is collected.
   */
  readonly deterministic?: boolean | undefined;
  /** Upper bound of the memory that keys, ciphertexts and workers share. */
  readonly memoryLimitBytes?: number | undefined;
  /** Hears what the engine does once it has been created. */
  readonly observer?: EngineObserver | undefined;
}

/**
 * The options without those of progress, all filled in.
 *
 * @throws TypeError for one of a wrong type, RangeError for a thread count or memory limit that is none.
 */
export function checkEngineOptions(options: EngineOptions): {
  threads: number;
  deterministic: boolean;
  memoryLimitBytes: number;
  observer: EngineObserver;
} {
  checkProgressOptions(options);
  const { threads = processorCount(), deterministic = false, memoryLimitBytes = MAX_MEMORY_BYTES } = options;
  const { observer = {} } = options;
  checkObserver(observer);
  if (typeof threads !== "number" || typeof memoryLimitBytes !== "number") {
    throw new TypeError("threads and memoryLimitBytes are numbers");
  }
  if (typeof deterministic !== "boolean") throw new TypeError("deterministic is a boolean");
  if (!Number.isInteger(threads) || threads < 1 || threads > 1024) {
    throw new RangeError(`threads is ${threads}; expected an integer from 1 to 1024`);
  }
  if (!(memoryLimitBytes > 0)) {
    throw new RangeError(`memoryLimitBytes is ${memoryLimitBytes}; expected a positive number`);
  }
  return { threads, deterministic, memoryLimitBytes, observer };
}
