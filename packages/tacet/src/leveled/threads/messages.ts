import type { ThreadSetup } from "./executor.ts";

/** What a worker is told: once what it works with, and then one tape after the other. */
export type ToWorker =
  | { readonly setup: ThreadSetup; readonly tape?: undefined; readonly area?: undefined }
  | { readonly setup?: undefined; readonly tape: Uint32Array; readonly area: number };

/** What it says: once that it has come up, and then for each message that it is done. */
export type FromWorker = "up" | "done";
