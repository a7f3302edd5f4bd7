import { effect, useSignal } from "@preact/signals";
import type { FunctionComponent, VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Client } from "../../client/client.ts";
import type { ProgramEditorProps } from "../../editor/editor.tsx";
import type { ServerState } from "../../server/monitor.ts";

/** States in which the server has a key, or will not have one. */
const SETTLED: ReadonlySet<ServerState["kind"]> = new Set(["ready", "refused", "crashed"]);

/** The program. Until the editor has been loaded, which nothing waits for, a plain field takes its place. */
export function ProgramSection({ client }: { client: Client }): VNode {
  const Editor = useSignal<FunctionComponent<ProgramEditorProps> | undefined>(undefined);
  const field = useRef<HTMLTextAreaElement>(null);
  const caret = useRef<number>(undefined);
  useEffect(() => {
    // Not before the server is ready, nor during a first run: on two cores, the editor would slow both down.
    const stop = effect(() => {
      if (Editor.peek() !== undefined || client.busy || !SETTLED.has(client.monitor.state.value.kind)) return;
      void import("../../editor/editor.tsx").then(({ ProgramEditor }) => {
        // Who is typing goes on where they are.
        if (document.activeElement === field.current) caret.current = field.current?.selectionStart;
        Editor.value = ProgramEditor;
      });
    });
    return stop;
  }, [client]);
  return (
    <section class="part" aria-labelledby="program-title">
      <h3 id="program-title">
        Program <span class="soft">the server reads it</span>
      </h3>
      <div class="editor">
        {Editor.value === undefined ? (
          <textarea
            ref={field}
            class="plain-editor"
            aria-label="Program"
            rows={Math.max(3, client.text.value.split("\n").length)}
            spellcheck={false}
            value={client.text.value}
            onInput={({ currentTarget }) => (client.text.value = currentTarget.value)}
          />
        ) : (
          <Editor.value
            text={client.text}
            inputs={client.inputs.declarations}
            label="Program"
            caret={caret.current}
          />
        )}
      </div>
    </section>
  );
}
