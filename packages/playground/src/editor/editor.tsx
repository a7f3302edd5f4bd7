import { closeBrackets, closeBracketsKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { typescriptLanguage } from "@codemirror/lang-javascript";
import { bracketMatching, indentOnInput, indentUnit } from "@codemirror/language";
import { lintKeymap } from "@codemirror/lint";
import { EditorState, type Extension } from "@codemirror/state";
import { EditorView, keymap, lineNumbers } from "@codemirror/view";
import { effect, type ReadonlySignal, type Signal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import type { Input } from "../program/types.ts";
import { assistance, inputsChanged } from "./assistance.ts";
import { theme } from "./theme.ts";

export interface ProgramEditorProps {
  /** The program, which the editor changes, and which may be changed elsewhere as well. */
  readonly text: Signal<string>;
  /** The inputs that the program has. */
  readonly inputs: ReadonlySignal<readonly Input[]>;
  /** What screen readers call the editor. */
  readonly label: string;
  /** Where the caret is at first, if the editor is to have the focus. */
  readonly caret: number | undefined;
}

/** An editor of programs, which knows the types of the library and of the inputs. Tab leaves it, in both directions. */
export function ProgramEditor({ text, inputs, label, caret }: ProgramEditorProps): VNode {
  const place = useRef<HTMLDivElement>(null);
  const hint = useId();

  useEffect(() => {
    const view = new EditorView({
      parent: place.current!,
      state: EditorState.create({
        doc: text.peek(),
        selection: { anchor: Math.min(caret ?? 0, text.peek().length) },
        extensions: [
          editing,
          EditorView.cspNonce.of(styleNonce()),
          EditorView.contentAttributes.of({ "aria-label": label, "aria-describedby": hint }),
          EditorView.updateListener.of(({ docChanged, state }) => {
            if (docChanged) text.value = state.doc.toString();
          }),
          assistance(() => inputs.peek()),
        ],
      }),
    });
    if (caret !== undefined) view.focus();
    const stopText = effect(() => {
      const insert = text.value;
      if (insert !== view.state.doc.toString()) {
        view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert } });
      }
    });
    const stopInputs = effect(() => {
      void inputs.value;
      view.dispatch({ effects: inputsChanged.of(null) });
    });
    return () => {
      stopText();
      stopInputs();
      view.destroy();
    };
  }, [text, inputs, label, caret, hint]);

  return (
    <div class="program-editor">
      <div ref={place} />
      <p class="hint" id={hint}>
        Names are suggested as you type, or with <kbd>Ctrl</kbd> <kbd>Space</kbd>. <kbd>Tab</kbd> leaves the
        editor.
      </p>
    </div>
  );
}

const editing: Extension = [
  lineNumbers(),
  history(),
  bracketMatching(),
  closeBrackets(),
  indentOnInput(),
  indentUnit.of("  "),
  EditorView.lineWrapping,
  typescriptLanguage,
  theme,
  keymap.of([...closeBracketsKeymap, ...defaultKeymap, ...historyKeymap, ...lintKeymap]),
];

/** With which the page's policy lets the editor add its style sheet. */
function styleNonce(): string {
  return document.querySelector<HTMLMetaElement>("meta[property=csp-nonce]")?.nonce ?? "";
}
