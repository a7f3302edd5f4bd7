import type { VNode } from "preact";
import { useRef } from "preact/hooks";
import type { Client } from "../../client/client.ts";
import type { Monitor } from "../../server/monitor.ts";
import { bytes, count, percent } from "../format.ts";
import { Party } from "../parts/party.tsx";
import { Problem } from "../parts/problem.tsx";
import { Figures } from "./figures.tsx";
import { GraphView } from "./graph-view.tsx";

/** The server: its engine, and the graph of bootstraps as it runs. */
export function ServerPanel({ client }: { client: Client }): VNode {
  const { monitor } = client;
  return (
    <Party
      id="server"
      title="Server"
      summary="Computes on ciphertexts. Sees only this: the server key, the program, names and types, and noise."
    >
      <Status client={client} />
      <GraphView monitor={monitor} />
      <Figures monitor={monitor} />
    </Party>
  );
}

function Status({ client }: { client: Client }): VNode {
  const { monitor } = client;
  const state = monitor.state.value;
  const outcome = monitor.outcome.value;
  const section = useRef<HTMLElement>(null);
  const restart = (): void => {
    section.current?.focus(); // the button goes
    client.restartServer();
  };
  return (
    <section ref={section} class="part server-status" aria-label="Status" tabIndex={-1}>
      <p class="state">
        {state.kind === "loading" ? (
          <>
            <label for="loading-key">Expanding the server key…</label>
            <progress id="loading-key" value={state.fraction} max={1} />
          </>
        ) : (
          statusOf(monitor)
        )}
      </p>
      {state.kind === "refused" && <Problem>The server key was refused: {state.message}.</Problem>}
      {state.kind === "crashed" && (
        <>
          <Problem>The server has stopped: {state.message}.</Problem>
          <button type="button" onClick={restart}>
            Start it again
          </button>
        </>
      )}
      {outcome.kind === "failed" && state.kind !== "crashed" && (
        // Not announced, as the client says it as well.
        <p class="problem">The program failed: {outcome.message}.</p>
      )}
      <Sharing monitor={monitor} />
    </section>
  );
}

function statusOf({ state, outcome, progress, info }: Monitor): string {
  switch (state.value.kind) {
    case "without key":
      return "Waits for the server key.";
    case "running": {
      const { done, total } = progress.value;
      return total === 0 ? "Reads the inputs…" : `Computes: ${percent(done / total)}`;
    }
    case "ready":
      if (outcome.value.kind === "done") return "Has sent the results.";
      if (outcome.value.kind === "cancelled") return "Stopped, as it was asked to.";
      return `Ready, with ${bytes(info.value?.memoryBytes ?? 0)} of expanded keys.`;
    default:
      return "Cannot compute.";
  }
}

/** How many threads there are, and if it is only one, why. */
function Sharing({ monitor }: { monitor: Monitor }): VNode | null {
  const info = monitor.info.value;
  if (info === undefined) return null;
  if (info.sharedMemory) return <p class="soft">{count(info.threads, "thread")} on one shared memory.</p>;
  return (
    <p class="soft">
      One thread: memory is not shared here.{" "}
      {globalThis.crossOriginIsolated
        ? "This browser does not offer it."
        : "The page is not cross-origin isolated: it came without the COOP and COEP headers."}
    </p>
  );
}
