import { type Ciphertext, type Engine, FheAsciiString, FheUtf8String } from "tacet";
import { checkedGraph } from "../check-graph.ts";
import { Place } from "../error.ts";
import { type EncryptedType, type Form, kindOf, typeNamed } from "../forms.ts";
import { formOfInput, type Graph, valuesIn } from "../graph.ts";
import { Handles } from "./build.ts";
import { Turns } from "./turns.ts";

/** What a graph takes. */
export interface Estimate {
  /** Number of bootstraps, the unit of work. */
  readonly bootstraps: number;
  /** The longest chain of bootstraps that wait for each other. */
  readonly depth: number;
}

/** Any ciphertext of a form. */
export type Placeholder = (form: Form) => Ciphertext;

/**
 * What a graph takes, without any key or input: an engine plans it, and computes nothing. That is to be a clear engine
 * (`clearEngine` of `tacet/clear`), which counts what it loads as encrypted.
 *
 * It takes turns with the rest of the program between operations; but a single one may take long, and so does the plan: some
 * fifty microseconds for each bootstrap. For graphs of strangers it belongs in a thread of its own.
 *
 * @param placeholder makes ciphertexts that the engine takes in; for an engine that is no clear one, encrypted ones, since it
 *   computes at once with those that hide nothing.
 * @throws ProgramError as `runGraph`, LimitError if it is beyond a limit of the engine, the signal's reason; as rejections.
 */
export async function estimateGraph(
  graph: Graph,
  engine: Engine,
  options: { readonly signal?: AbortSignal | undefined; readonly placeholder?: Placeholder | undefined } = {},
): Promise<Estimate> {
  const checked = checkedGraph(graph);
  const turns = new Turns(options.signal);
  const { placeholder = trivialPlaceholder(engine) } = options;
  using handles = new Handles(engine);
  const place = new Place("inputs");
  for (const input of checked.graph.inputs) {
    const form = formOfInput(input);
    for (let left = input.length ?? 1; left > 0; left--) {
      if (turns.over) await turns.next();
      handles.load({ value: placeholder(form), form, place, checked: input.checked ?? false });
    }
  }
  await handles.build(checked, turns);
  const wanted = new Set(checked.graph.outputs.flatMap(({ of }) => valuesIn(of)));
  const { bootstraps, depth } = engine.explain(...[...wanted].map((value) => handles.get(value)));
  return { bootstraps, depth };
}

/** Values that hide nothing: 0, false, or zeros. */
function trivialPlaceholder(engine: Engine): Placeholder {
  const { parameters } = engine.info;
  return ({ type, size = 0, padded = false }) => {
    const Type = typeNamed(type) as EncryptedType;
    if (Type === FheAsciiString || Type === FheUtf8String) {
      const content = padded ? "" : "a".repeat(size);
      return Type.encryptTrivial(content, { size }, parameters);
    }
    const value = kindOf(type) === "boolean" ? false : 0;
    return (Type as { encryptTrivial(value: unknown, set: unknown): Ciphertext }).encryptTrivial(
      value,
      parameters,
    );
  };
}
