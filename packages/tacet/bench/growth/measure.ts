/*
 * Measures one case at one size, alone in its process: `measure.ts <case> <size>` prints an `Outcome` as JSON.
 */
import { CASES } from "./cases.ts";

/** What a case comes to. */
export interface Outcome {
  readonly ms: number;
  /** How long the event loop was blocked at most. */
  readonly blockMs: number;
  /** By how much the process was larger at most than before. */
  readonly bytes: number;
}

const [name, size] = process.argv.slice(2);
const run = await CASES[name].prepare(Number(size));

const before = process.memoryUsage().rss;
const started = performance.now();
let last = started;
let blockMs = 0;
const look = (): void => {
  const now = performance.now();
  blockMs = Math.max(blockMs, now - last);
  last = now;
};
let running = true;
const watch = (): void => {
  look();
  if (running) setImmediate(watch);
};
setImmediate(watch);
await run();
const ms = performance.now() - started;
look();
running = false;
const outcome: Outcome = { ms, blockMs, bytes: process.resourceUsage().maxRSS * 1024 - before };
process.stdout.write(JSON.stringify(outcome), () => process.exit(0));
