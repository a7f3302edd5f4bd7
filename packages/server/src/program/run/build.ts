import { type Ciphertext, type Engine, type Handle, LimitError, type Pattern, PatternError } from "tacet";
import { compile } from "tacet/regex";
import type { Reader } from "../catalogue/signature.ts";
import type { CheckedGraph } from "../check-graph.ts";
import { Place } from "../error.ts";
import type { Form } from "../forms.ts";
import { type Graph, valuesIn } from "../graph.ts";
import type { Turns } from "./turns.ts";
import { checkForm, type Source } from "./values.ts";

type AnyHandle = Handle<Ciphertext>;

/** The handles of a graph's values in an engine. Whoever has it disposes of it. */
export class Handles {
  readonly #engine: Engine;
  readonly #values: (AnyHandle | undefined)[] = [];
  readonly #patterns = new Map<string, Pattern>();

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** Takes the inputs in. @throws ProgramError for a text in a list that is of another size; and as `Engine.load`. */
  load(source: Source): void {
    if ("value" in source) {
      const { checked } = source;
      this.#values.push(this.#engine.load(source.value as never, { checked }) as AnyHandle);
      return;
    }
    const handles: AnyHandle[] = this.#engine.expand(source.list);
    for (const handle of handles) this.#values.push(handle);
    for (const [i, handle] of handles.entries()) {
      checkForm(handle as unknown as Form, source.forms[i], source.place.at(i));
    }
  }

  /**
   * Carries the operations out, in turns: builds what the engine is to compute, and computes nothing. A value is let go of
   * when nothing needs it any more.
   *
   * @param kept values below are kept all the same.
   * @throws ProgramError for what the library refuses; DisposedError, OutOfMemoryError; the signal's reason.
   */
  async build({ graph, signatures, firstResults }: CheckedGraph, turns: Turns, kept = 0): Promise<void> {
    const last = lastUses(graph);
    const reader: Reader = {
      handle: (value) => this.get(value),
      pattern: (source, flags) => this.#pattern(source, flags),
    };
    for (const [i, { of }] of graph.nodes.entries()) {
      if (turns.over) await turns.next();
      if (this.#values.length !== firstResults[i])
        throw new Error("an operation has given more or fewer values than the catalogue says");
      const { takes, run } = signatures[i];
      try {
        const results = run(
          this.#engine,
          of.map((argument, k) => takes[k].read(argument, reader)),
        );
        for (const handle of flattened(results)) this.#values.push(handle);
      } catch (cause) {
        throw isRefusal(cause) ? new Place("nodes").at(i).error(cause.message, { cause }) : cause;
      }
      for (const value of last.get(i) ?? []) if (value >= kept) this.dispose(value);
    }
  }

  /** Number of values so far. */
  get count(): number {
    return this.#values.length;
  }

  get(value: number): AnyHandle {
    return this.#values[value] as AnyHandle;
  }

  dispose(value: number): void {
    this.#values[value]?.dispose();
    this.#values[value] = undefined;
  }

  [Symbol.dispose](): void {
    for (const value of this.#values.keys()) this.dispose(value);
  }

  #pattern(source: string, flags: string): Pattern {
    const name = `${flags}/${source}`;
    const found = this.#patterns.get(name) ?? compile(source, { flags });
    this.#patterns.set(name, found);
    return found;
  }
}

/** The handles in arrays. */
function flattened(results: unknown): AnyHandle[] {
  return Array.isArray(results) ? results.flatMap(flattened) : [results as AnyHandle];
}

/** For each node, the values that nothing needs after it: that are neither taken by a later one, nor given out. */
function lastUses(graph: Graph): Map<number, number[]> {
  const lastUse = new Map<number, number>();
  for (const [i, { of }] of graph.nodes.entries()) {
    for (const argument of of) for (const value of valuesIn(argument)) lastUse.set(value, i);
  }
  for (const { of } of graph.outputs) for (const value of valuesIn(of)) lastUse.delete(value);
  const ended = new Map<number, number[]>();
  for (const [value, node] of lastUse) {
    const values = ended.get(node) ?? [];
    values.push(value);
    ended.set(node, values);
  }
  return ended;
}

/** Whether the library has refused what a program asks of it. */
function isRefusal(error: unknown): error is Error {
  return (
    error instanceof TypeError ||
    error instanceof RangeError ||
    error instanceof PatternError ||
    error instanceof LimitError
  );
}
