import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import type { Client } from "../../client/client.ts";
import type { KeyState } from "../../client/keys.ts";
import type { Bytes } from "../../wire/protocol.ts";
import { bytes, duration } from "../format.ts";
import { FileButton } from "../parts/file-button.tsx";
import { Problem } from "../parts/problem.tsx";
import { SaveKeyDialog } from "./save-key-dialog.tsx";

/** The keys: how they are made, and what can be done with them. */
export function KeysLine({ client }: { client: Client }): VNode {
  const problem = useSignal<string | undefined>(undefined);
  const saving = useSignal(false);
  const state = client.keyRing.state.value;
  const made = state.kind === "made";
  const occupied = state.kind === "making" || client.busy;
  const load = (content: Bytes, name: string): void => {
    problem.value = undefined;
    client.loadKey(content, name).catch((error: Error) => {
      problem.value = `${name} is not a client key that can be used here: ${error.message}.`;
    });
  };
  return (
    <section class="part keys" aria-label="Keys">
      <KeyStatus state={state} />
      <div class="actions">
        <button
          type="button"
          class="quiet"
          // Not `disabled` while keys are made: the focus is on it.
          aria-disabled={occupied}
          onClick={() => {
            if (!occupied) void client.makeKeys();
          }}
        >
          New keys
        </button>
        <button type="button" class="quiet" disabled={!made} onClick={() => (saving.value = true)}>
          Save key…
        </button>
        <FileButton class="quiet" onFile={load} onProblem={(message) => (problem.value = message)}>
          Load key…
        </FileButton>
      </div>
      {problem.value && <Problem>{problem.value}</Problem>}
      {saving.value && made && <SaveKeyDialog keys={state.keys} onClose={() => (saving.value = false)} />}
    </section>
  );
}

function KeyStatus({ state }: { state: KeyState }): VNode {
  switch (state.kind) {
    case "making":
      return (
        <p class="key-status">
          <label for="making-keys">Making keys…</label>
          <progress id="making-keys" value={state.fraction} max={1} />
        </p>
      );
    case "made": {
      const { clientSize, serverSize, milliseconds, file } = state.keys;
      return (
        <ul class="key-status">
          <li>
            <strong>Client key</strong> {bytes(clientSize)}, secret
            {file === undefined ? "" : `, from ${file}`}
          </li>
          <li>
            <strong>Server key</strong> {bytes(serverSize)}, public, made in {duration(milliseconds)}
          </li>
        </ul>
      );
    }
    case "failed":
      return <Problem>The keys could not be made: {state.message}.</Problem>;
  }
}
