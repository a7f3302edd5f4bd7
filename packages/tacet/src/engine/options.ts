import { checkFlag, checkNumber, checkOptions, type OptionNames } from "../options.ts";
import { checkProgressOptions, type ProgressOptions } from "../progress.ts";
import { checkObserver, type EngineObserver } from "./observer.ts";
import { processorCount } from "./threads/platform.ts";

const MAX_MEMORY_BYTES = 2 ** 32;

export interface EngineOptions extends ProgressOptions {
  /**
   * Number of worker threads; as many as there are processors unless given. With 0, and where there can be no workers or
   * they are refused, the calling thread computes alone: see `EngineInfo.whyNoWorkers`.
   */
  readonly threads?: number | undefined;
  /**
   * Whether results must be the same bits on every machine, at the price of some speed. Handles of such an engine hold
   * its memory until they are disposed of, since nobody knows when garbage is collected.
   */
  readonly deterministic?: boolean | undefined;
  /** Upper bound of the memory that keys, ciphertexts and workers share. */
  readonly memoryLimitBytes?: number | undefined;
  /**
   * The most bootstraps that are planned as one computation; any number unless given. Requests of one turn of the event
   * loop that need more together are planned in parts. One that needs more by itself is rejected with a LimitError, as
   * soon as the planner knows.
   */
  readonly planLimitBootstraps?: number | undefined;
  /**
   * The most bytes of the engine's memory that one plan may reserve, for its jobs and their results; as much as there is
   * unless given. Otherwise as `planLimitBootstraps`.
   */
  readonly planLimitBytes?: number | undefined;
  /**
   * Whether every plan is verified against what was asked for before it is carried out, by code that shares nothing with
   * the planner: a plan that is wrong is then a PlanningError, where otherwise a result could be. It doubles the time
   * that planning takes and holds up the thread that asked for as long; `false` unless given.
   */
  readonly verifyPlans?: boolean | undefined;
  /** Hears what the engine does once it has been created. */
  readonly observer?: EngineObserver | undefined;
}

const NAMES: OptionNames<EngineOptions> = {
  threads: true,
  deterministic: true,
  memoryLimitBytes: true,
  planLimitBootstraps: true,
  planLimitBytes: true,
  verifyPlans: true,
  observer: true,
  onProgress: true,
  signal: true,
};

/** The most that one plan may take. */
export interface PlanLimits {
  readonly bootstraps: number;
  readonly bytes: number;
}

/**
 * The options without those of progress, all filled in.
 *
 * @throws TypeError for one of a wrong type, RangeError for a thread count or limit that is none.
 */
export function checkEngineOptions(options: EngineOptions): {
  threads: number;
  deterministic: boolean;
  memoryLimitBytes: number;
  planLimits: PlanLimits;
  verifyPlans: boolean;
  observer: EngineObserver;
} {
  checkOptions(checkProgressOptions(options), NAMES);
  const { threads = processorCount(), deterministic = false, memoryLimitBytes = MAX_MEMORY_BYTES } = options;
  const { planLimitBootstraps = Infinity, planLimitBytes = Infinity } = options;
  const { observer = {}, verifyPlans = false } = options;
  checkObserver(observer);
  const limits = { memoryLimitBytes, planLimitBootstraps, planLimitBytes };
  checkNumber("threads", threads);
  checkFlag("deterministic", deterministic);
  checkFlag("verifyPlans", verifyPlans);
  if (!Number.isInteger(threads) || threads < 0 || threads > 1024) {
    throw new RangeError(`threads is ${threads}; expected an integer from 0 to 1024`);
  }
  for (const [name, limit] of Object.entries(limits)) {
    if (!(checkNumber(name, limit) > 0))
      throw new RangeError(`${name} is ${limit}; expected a positive number`);
  }
  const planLimits = { bootstraps: planLimitBootstraps, bytes: planLimitBytes };
  return { threads, deterministic, memoryLimitBytes, planLimits, verifyPlans, observer };
}
