import type { Input } from "../types.ts";
import { computeClear } from "./compute.ts";
import type { ClearAnswer } from "./index.ts";

/*
 * A thread for one run of one program. What a visitor writes is evaluated here, where there is no page and no key.
 */

interface Request {
  readonly javascript: string;
  readonly inputs: readonly Input[];
}

addEventListener("message", ({ data }: MessageEvent<Request>) => postMessage(answer(data)));

function answer({ javascript, inputs }: Request): ClearAnswer {
  try {
    return { results: computeClear(javascript, inputs) };
  } catch (error) {
    const { name, message } = error instanceof Error ? error : { name: "Error", message: String(error) };
    return { error: { name, message } };
  }
}
