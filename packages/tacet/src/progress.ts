import { describe } from "./opaque.ts";
import { checkFunction, checkOptions } from "./options.ts";
import { isSignal, throwIfAborted, time } from "./realm.ts";

/** Options of everything that takes long. */
export interface ProgressOptions {
  /** Called now and then with the fraction that is done, from 0 to 1. */
  readonly onProgress?: ((fraction: number) => void) | undefined;
  /** Cancels the work; what was promised is then rejected with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** @throws TypeError if options given from outside are not what they should be. */
export function checkProgressOptions<T extends ProgressOptions>(options: T): T {
  const { onProgress, signal } = checkOptions(options);
  if (onProgress !== undefined) checkFunction("onProgress", onProgress);
  if (signal !== undefined && !isSignal(signal))
    throw new TypeError(`signal is an AbortSignal, not ${describe(signal)}`);
  return options;
}

/** A turn leaves time for a frame of a page. */
const TURN_MS = 10;

/** Splits long work on one thread into turns of the event loop, so that nothing else is blocked for long. */
export class Pace {
  readonly #options: ProgressOptions;
  #turnStarted = time();

  constructor(options: ProgressOptions) {
    this.#options = checkProgressOptions(options);
    throwIfAborted(options.signal);
  }

  /** To be awaited between small pieces of work; lets other tasks run when a turn has taken long enough. */
  async done(fraction: number): Promise<void> {
    if (fraction < 1 && time() - this.#turnStarted < TURN_MS) return;
    this.#options.onProgress?.(fraction);
    await nextTask();
    throwIfAborted(this.#options.signal);
    this.#turnStarted = time();
  }
}

/** The platform's own, and not what a test may have put in their place to stop the time. */
const { setImmediate, MessageChannel, setTimeout } = globalThis;

/** Resolves in a later task of the event loop, without the delay that timers have in browsers where there is a way. */
export function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    // Before its first event of a message port, Node loads modules that take longer than all this.
    if (typeof setImmediate === "function") setImmediate(resolve);
    else if (typeof MessageChannel === "function") {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => {
        port1.close();
        resolve();
      };
      port2.postMessage(null);
    } else if (typeof setTimeout === "function") setTimeout(resolve);
    else resolve(); // There are no tasks to wait for.
  });
}
