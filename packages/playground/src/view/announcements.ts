import { effect } from "@preact/signals";
import type { Client, Result } from "../client/client.ts";
import { clearValue, count, percent } from "./format.ts";
import { announce } from "./parts/announcer.tsx";

/** How often progress is said: often enough to know that it goes on. */
const INTERVAL_MS = 5000;

/** Has screen readers say what happens to keys and runs. */
export function announceEvents(client: Client): void {
  let latest = 0;
  const progress = (text: string): void => {
    const now = performance.now();
    if (now - latest < INTERVAL_MS) return;
    latest = now;
    announce(text);
  };
  effect(() => {
    const { kind } = client.keyRing.state.value;
    if (kind === "made") announce("The keys are made.");
  });
  effect(() => {
    const run = client.run.value;
    const { done, total } = client.monitor.progress.value;
    if (run.kind === "computing" && total > 0) progress(`${percent(done / total)} computed`);
    else if (run.kind === "cancelled") announce("Cancelled.");
    else if (run.kind === "refused")
      announce(`Not run: ${count(run.problems.length, "problem")} in the program.`);
  });
  effect(() => {
    const results = client.results.value;
    if (results.length > 0) announce(`Decrypted: ${results.map(sentence).join(", ")}.`);
  });
}

function sentence({ name, value }: Result): string {
  return `${name} is ${clearValue(value)}`;
}
