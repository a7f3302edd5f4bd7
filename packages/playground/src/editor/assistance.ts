import {
  autocompletion,
  type Completion,
  type CompletionContext,
  type CompletionResult,
} from "@codemirror/autocomplete";
import { linter } from "@codemirror/lint";
import { type Extension, StateEffect } from "@codemirror/state";
import { hoverTooltip } from "@codemirror/view";
import { ask, sourceOf } from "./language.ts";
import type { Declaration, Description, Source } from "./protocol.ts";

/** Says that the inputs are others now, so that what was found about the program no longer holds. */
export const inputsChanged = StateEffect.define<null>();

/** TypeScript's kinds of names, for those that CodeMirror has icons for. */
const ICONS: Readonly<Record<string, string>> = {
  method: "method",
  function: "function",
  property: "property",
  getter: "property",
  const: "constant",
  let: "variable",
  var: "variable",
  parameter: "variable",
  class: "class",
  interface: "interface",
  type: "type",
  enum: "enum",
  keyword: "keyword",
};

/**
 * What TypeScript, in its worker, adds to an editor: marks on what is wrong, completion, and types under the pointer.
 *
 * @param inputs gives the inputs that the program has at the moment.
 */
export function assistance(inputs: () => readonly Declaration[]): Extension {
  const source = (text: string): Source => sourceOf(inputs(), text);

  const marks = linter(
    async (view) => {
      const text = view.state.doc.toString();
      const findings = await ask((service) => service.findings(source(text)));
      return findings.map(({ start, end, message }) => ({
        from: start,
        to: end,
        message,
        severity: "error",
      }));
    },
    {
      delay: 300,
      needsRefresh: ({ transactions }) =>
        transactions.some(({ effects }) => effects.some((effect) => effect.is(inputsChanged))),
    },
  );

  const complete = async ({ state, pos, explicit }: CompletionContext): Promise<CompletionResult | null> => {
    const text = state.doc.toString();
    const [written] = /(?:(?<![\w$])[A-Za-z_$][\w$]*)?$/.exec(text.slice(0, pos))!;
    const from = pos - written.length;
    if (written === "" && text[from - 1] !== "." && !explicit) return null;
    const suggestions = await ask((service) => service.suggestions(source(text), pos));
    const options = suggestions.map(({ name, kind, near }): Completion => {
      const type = ICONS[kind];
      return { label: name, boost: near ? 1 : -1, ...(type && { type }), info: () => describe(name) };
    });
    const describe = async (name: string): Promise<Node | null> => {
      const description = await ask((service) => service.describe(source(text), pos, name));
      return description ? render(description) : null;
    };
    return { from, options, validFor: /^[\w$]*$/ };
  };

  const types = hoverTooltip(async (view, pos) => {
    const found = await ask((service) => service.hover(source(view.state.doc.toString()), pos));
    return found ? { pos: found.start, end: found.end, create: () => ({ dom: render(found) }) } : null;
  });

  return [marks, types, autocompletion({ override: [complete] })];
}

function render({ signature, documentation }: Description): HTMLElement {
  const element = document.createElement("div");
  element.className = "tacet-description";
  element.append(code(signature));
  // Doc comments are wrapped to lines of source text; empty lines part their paragraphs.
  for (const paragraph of documentation.split("\n\n").filter((text) => text !== "")) {
    const words = paragraph.replaceAll("\n", " ").split("`");
    const place = document.createElement("p");
    place.append(...words.map((text, i) => (i % 2 === 1 ? code(text) : text)));
    element.append(place);
  }
  return element;
}

function code(text: string): HTMLElement {
  return Object.assign(document.createElement("code"), { textContent: text });
}
