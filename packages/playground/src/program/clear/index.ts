import type { ClearValue, Input } from "../types.ts";
import { NoClearCounterpart } from "./no-clear-counterpart.ts";

export { NoClearCounterpart };

/** Plenty even where all cores are busy with bootstraps: it is to catch what never ends. */
const TIME_LIMIT = 5000;

/** Options of `runClear`. */
export interface ClearOptions {
  /** How long the program may take, in milliseconds; five seconds unless given. */
  readonly timeLimit?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What the worker answers. */
export type ClearAnswer =
  | { readonly results: Map<string, ClearValue> }
  | { readonly error: { readonly name: string; readonly message: string } };

/**
 * What a program gives for its inputs without encryption, by plain arithmetic: to check what was computed on encrypted
 * values. It runs in a worker of its own, which ends with it, so that a program has no way to the page and its keys.
 *
 * @throws NoClearCounterpart for what has no clear counterpart, TimeoutError (a DOMException) if it takes too long, the
 *   signal's reason, and what the program throws, with its name and message. All as rejections.
 */
export async function runClear(
  javascript: string,
  inputs: readonly Input[],
  { timeLimit = TIME_LIMIT, signal }: ClearOptions = {},
): Promise<Map<string, ClearValue>> {
  const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module", name: "clear check" });
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    const answer = await new Promise<ClearAnswer>((resolve, reject) => {
      signal?.throwIfAborted();
      signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
      const late = new DOMException(`the clear check took longer than ${timeLimit / 1000} s`, "TimeoutError");
      timer = setTimeout(() => reject(late), timeLimit);
      worker.addEventListener("message", ({ data }: MessageEvent<ClearAnswer>) => resolve(data));
      worker.addEventListener("error", ({ message }) =>
        reject(new Error(message || "the clear check did not start")),
      );
      worker.postMessage({ javascript, inputs });
    });
    if ("results" in answer) return answer.results;
    throw errorOf(answer.error);
  } finally {
    clearTimeout(timer);
    worker.terminate();
  }
}

function errorOf({ name, message }: { readonly name: string; readonly message: string }): Error {
  if (name === "NoClearCounterpart") return new NoClearCounterpart(message);
  return Object.assign(new Error(message), { name });
}
