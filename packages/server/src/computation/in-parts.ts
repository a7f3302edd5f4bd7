import { type Ciphertext, type Engine, type Handle, MismatchError } from "tacet";
import { type ComputationPart, computePart, cut, type Exchange } from "tacet/cut";
import { ServiceError } from "../errors.ts";
import type { Tree } from "../jobs/tree.ts";
import { checkedGraph } from "../program/check-graph.ts";
import { Place } from "../program/error.ts";
import { formOfInput, type Graph, type GraphInput, valuesIn } from "../program/graph.ts";
import { Handles } from "../program/run/build.ts";
import { Turns } from "../program/run/turns.ts";
import { listSource, type Source, sourcesOf, valueSource } from "../program/run/values.ts";
import type { ComputationOptions, NewPart, PartResult } from "../worker/computation.ts";
import { givenInputs, listOf } from "./inputs.ts";

/* Programs whose graphs are cut into parts, which are computed one by one. */

/** From one worker to another it takes some 5 ms through the database, and a bootstrap 8. */
const HOP = 0.6;

/** Operations that start from more than the inputs: parts would draw again what others have drawn. */
function draws({ nodes }: Graph): boolean {
  return nodes.some(({ op }) => op === "random" || op === "shuffle");
}

/** @returns undefined for what cannot be computed in parts. */
export async function cutGraph(
  graph: Graph,
  engine: Engine,
  inputs: Readonly<Record<string, Tree<Uint8Array>>>,
  workers: number,
  { signal }: ComputationOptions,
): Promise<readonly NewPart[] | undefined> {
  if (draws(graph)) return undefined;
  const checked = checkedGraph(graph);
  const turns = new Turns(signal);
  using handles = new Handles(engine);
  for (const source of sourcesOf(checked.graph, givenInputs(graph, inputs))) {
    if (turns.over) await turns.next();
    handles.load(source);
  }
  const count = handles.count;
  const loaded: Handle<Ciphertext>[] = Array.from({ length: count }, (_, value) => handles.get(value));
  // Inputs that the graph needs no more are still what parts start from.
  await handles.build(checked, turns, count);
  const results = [...wanted(graph)].map((value) => handles.get(value));
  let parts: readonly ComputationPart[];
  try {
    parts = await cut(engine, results, { inputs: loaded, workers, hop: HOP, signal });
  } catch (error) {
    // Another job that computes with the same key has some of it already, which only this engine knows.
    if (error instanceof TypeError) return undefined;
    throw error;
  }
  return parts.map((part) => ({
    data: JSON.stringify(part),
    needs: part.needs,
    bootstraps: part.bootstraps,
  }));
}

/** The values that a graph gives, each once. */
function wanted({ outputs }: Graph): Set<number> {
  return new Set(outputs.flatMap(({ of }) => valuesIn(of)));
}

/** Something that an engine takes in at once, by hash, with the numbers of the values that it holds. */
interface Entry {
  readonly sha256: string;
  readonly input: GraphInput;
  readonly first: number;
  readonly count: number;
}

/** The inputs that hold some values. */
function entriesOf(
  { inputs }: Graph,
  given: Readonly<Record<string, Tree<string>>>,
  values: readonly number[],
): Entry[] {
  const needed = new Set(values);
  const entries: Entry[] = [];
  let first = 0;
  for (const input of inputs) {
    const own = given[input.name]!;
    if (typeof own === "string") {
      const count = input.length ?? 1;
      entries.push({ sha256: own, input, first, count });
      first += count;
    } else
      for (const sha256 of own as readonly string[])
        entries.push({ sha256, input, first: first++, count: 1 });
  }
  return entries.filter((entry) =>
    Array.from({ length: entry.count }, (_, i) => entry.first + i).some((i) => needed.has(i)),
  );
}

/** The hashes of the inputs that a part reads. */
export function readsOfPart(
  graph: Graph,
  inputs: Readonly<Record<string, Tree<string>>>,
  data: string,
): readonly string[] {
  const { values } = JSON.parse(data) as ComputationPart;
  return entriesOf(graph, inputs, values).map(({ sha256 }) => sha256);
}

/** Computes a part of a graph. */
export async function runGraphPart(
  graph: Graph,
  engine: Engine,
  inputs: Readonly<Record<string, Tree<string>>>,
  data: string,
  bytes: ReadonlyMap<string, Uint8Array>,
  needed: ReadonlyMap<number, Uint8Array>,
  { signal, onProgress }: ComputationOptions,
  exchangeFor: (team: number) => Exchange,
): Promise<PartResult> {
  const part = JSON.parse(data) as ComputationPart;
  const turns = new Turns(signal);
  using handles = new Handles(engine);
  const loaded = new Map<number, Handle<Ciphertext>>();
  for (const entry of entriesOf(graph, inputs, part.values)) {
    if (turns.over) await turns.next();
    const first = handles.count;
    handles.load(sourceOf(entry, bytes.get(entry.sha256)!));
    for (let i = 0; i < entry.count; i++) loaded.set(entry.first + i, handles.get(first + i));
  }
  const bytesOf = (index: number): Uint8Array => needed.get(index)!;
  const exchange = part.team && exchangeFor(part.team.first);
  const read = part.values.map((value) => loaded.get(value)!);
  const options = { inputs: read, bytesOf, exchange, signal, onProgress };
  const outcome = await computePart(engine, part, options).catch((cause: unknown): never => {
    // So too where another job has what is loaded here under another name: it is not the client's fault.
    if (!(cause instanceof MismatchError)) throw cause;
    throw new ServiceError("unavailable", "The part does not fit what the worker has.", { cause });
  });
  if (part.results === undefined) return { bytes: outcome.bytes };
  const results = new Map([...wanted(graph)].map((value, i) => [value, outcome.results[i]!]));
  const outputs = graph.outputs.map(({ name, of }): [string, Tree<Uint8Array>] => [
    name,
    typeof of === "number" ? results.get(of)! : of.map((value) => results.get(value)!),
  ]);
  return { outputs: Object.fromEntries(outputs) };
}

function sourceOf({ input, count }: Entry, bytes: Uint8Array): Source {
  const form = formOfInput(input);
  const place = new Place("inputs").at(input.name);
  if (input.length === undefined || count === 1) {
    try {
      return valueSource(bytes, form, place, input.checked ?? false);
    } catch (error) {
      if (input.length === undefined) throw error; // else it may be a list of one
    }
  }
  return listSource(listOf(input.name, bytes), new Array(count).fill(form), place);
}
