import type { VNode } from "preact";
import { useRef } from "preact/hooks";
import type { Client, RunState } from "../../client/client.ts";
import { duration } from "../format.ts";
import { Problem } from "../parts/problem.tsx";

/** The one button, and what becomes of it. */
export function RunSection({ client }: { client: Client }): VNode {
  const run = client.run.value;
  const { done, total } = client.monitor.progress.value;
  const runButton = useRef<HTMLButtonElement>(null);
  const cancel = (): void => {
    runButton.current?.focus(); // the other button goes
    client.cancel();
  };
  return (
    <section class="part run" aria-label="Run">
      <div class="run-line">
        <button
          ref={runButton}
          type="button"
          class="primary"
          // Not `disabled` while it runs: the focus is on it.
          aria-disabled={client.busy}
          disabled={!client.busy && !client.inputs.valid.value}
          onClick={() => void client.start()}
        >
          Run encrypted
        </button>
        {client.busy && (
          <button type="button" disabled={run.kind === "cancelling"} onClick={cancel}>
            Cancel
          </button>
        )}
        <span class="run-status">{statusOf(run, done, total)}</span>
      </div>
      <progress
        aria-label="The server's progress"
        class={client.busy ? "" : "resting"}
        value={run.kind === "computing" || run.kind === "done" ? done : 0}
        max={Math.max(1, total)}
      />
      <RunProblems run={run} />
    </section>
  );
}

function statusOf(run: RunState, done: number, total: number): string {
  switch (run.kind) {
    case "idle":
      return "Encrypts the inputs, and has the server compute.";
    case "compiling":
      return "Checking types…";
    case "waiting":
      return "Waiting for the keys…";
    case "encrypting":
      return "Encrypting…";
    case "computing":
      return total === 0 ? "The server begins…" : `Bootstrap ${done} of ${total}`;
    case "cancelling":
      return "Cancelling…";
    case "cancelled":
      return "Cancelled.";
    case "done":
      return `Computed in ${duration(run.milliseconds)}.`;
    case "refused":
      return "Not run.";
    case "failed":
      return "Failed.";
  }
}

function RunProblems({ run }: { run: RunState }): VNode | null {
  if (run.kind === "failed") return <Problem>It did not work: {run.message}.</Problem>;
  if (run.kind !== "refused") return null;
  return (
    <div role="alert">
      <ul class="problems">
        {run.problems.map(({ line, column, message }) => (
          <li key={`${line}:${column}:${message}`} class="problem">
            Line {line}: {message}
          </li>
        ))}
      </ul>
    </div>
  );
}
