import { effect } from "@preact/signals";
import { type ClearCheck, disagreement } from "../client/check.ts";
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
    // Else what is the same as after the last run would not be said.
    if (run.kind === "compiling") announce("");
    else if (run.kind === "computing" && total > 0) progress(`${percent(done / total)} computed`);
    else if (run.kind === "cancelled") announce("Cancelled.");
    else if (run.kind === "refused")
      announce(`Not run: ${count(run.problems.length, "problem")} in the program.`);
  });
  effect(() => {
    const results = client.results.value;
    if (results.length > 0) {
      announce(
        `Decrypted: ${results.map(sentence).join(", ")}. ${verdict(results, client.check.peek())}`.trim(),
      );
    }
  });
  effect(() => {
    const late = verdict(client.results.peek(), client.check.value);
    if (late !== "") announce(late);
  });
}

/** What the clear check says, where there are results and it agrees. What differs is said as a problem. */
function verdict(results: readonly Result[], check: ClearCheck): string {
  if (results.length === 0) return "";
  if (check.kind !== "known" || disagreement(results, check) !== undefined) return "";
  return "All match the clear computation.";
}

function sentence({ name, value }: Result): string {
  return `${name} is ${clearValue(value)}`;
}
