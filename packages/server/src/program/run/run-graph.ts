import type { Engine } from "tacet";
import { checkedGraph } from "../check-graph.ts";
import { type Graph, valuesIn } from "../graph.ts";
import { Handles } from "./build.ts";
import { Turns } from "./turns.ts";
import { type GivenInputs, sourcesOf } from "./values.ts";

/** How far a run has come. */
export interface RunProgress {
  /** From 0 to 1, as the engine tells. */
  readonly fraction: number;
  /** Bootstraps that are done and those that there are, if `bootstraps` says how many. */
  readonly done: number | undefined;
  readonly total: number | undefined;
}

/** How a graph is run. */
export interface RunOptions {
  /** Whether all inputs may hold anything, and not those alone of which the graph says so. */
  readonly checked?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Hears now and then how far it has come. What it throws ends the run. */
  readonly onProgress?: ((progress: RunProgress) => void) | undefined;
  /** How many bootstraps there are, as `estimateGraph` has found out: an engine tells fractions only. */
  readonly bootstraps?: number | undefined;
}

/** The bytes of the outputs of a graph, by name. */
export type GraphResults = Readonly<Record<string, Uint8Array | readonly Uint8Array[]>>;

/**
 * Runs a graph on an engine. All results are asked for together, so that the engine plans them as one computation. Whatever
 * happens, no handle is left behind.
 *
 * @throws ProgramError for what is no graph, for inputs that are not its, and for what the library refuses of it, before
 *   anything is computed; and as `Handle.serialize`; all as rejections.
 */
export async function runGraph(
  graph: Graph,
  engine: Engine,
  inputs: GivenInputs,
  options: RunOptions = {},
): Promise<GraphResults> {
  const { signal } = options;
  const checked = checkedGraph(graph);
  const turns = new Turns(signal);
  const sources = sourcesOf(checked.graph, inputs);
  using handles = new Handles(engine);
  for (const source of sources) {
    if (turns.over) await turns.next();
    handles.load("value" in source && options.checked ? { ...source, checked: true } : source);
  }
  await handles.build(checked, turns);
  const { outputs } = checked.graph;
  const wanted = new Set(outputs.flatMap(({ of }) => valuesIn(of)));
  for (let value = 0; value < checked.forms.length; value++) if (!wanted.has(value)) handles.dispose(value);
  const bytes = await computed(handles, [...wanted], options);
  return Object.fromEntries(
    outputs.map(({ name, of }) => [
      name,
      typeof of === "number" ? bytes.get(of)! : of.map((value) => bytes.get(value)!),
    ]),
  );
}

/** The bytes of some values, all asked for in one turn of the event loop. If one fails, the others are given up. */
async function computed(
  handles: Handles,
  values: readonly number[],
  { signal, onProgress, bootstraps }: RunOptions,
): Promise<Map<number, Uint8Array>> {
  const failure = new AbortController();
  const anySignal = signal === undefined ? failure.signal : AbortSignal.any([signal, failure.signal]);
  const meter = new Meter(values.length, (fraction) => {
    const done = bootstraps === undefined ? undefined : Math.floor(fraction * bootstraps);
    onProgress?.({ fraction, done, total: bootstraps });
  });
  const promises = values.map(async (value, i) => {
    const heard = onProgress === undefined ? undefined : (fraction: number) => meter.report(i, fraction);
    try {
      return [value, await handles.get(value).serialize({ signal: anySignal, onProgress: heard })] as const;
    } catch (error) {
      failure.abort(error);
      throw error;
    }
  });
  await Promise.allSettled(promises);
  return new Map(await Promise.all(promises));
}

/** What is worth being told. */
const STEP = 1 / 1000;

/** How far many requests have come together. */
class Meter {
  readonly #fractions: Float64Array;
  readonly #tell: (fraction: number) => void;
  #sum = 0;
  #finished = 0;
  #told = -1;

  constructor(count: number, tell: (fraction: number) => void) {
    this.#fractions = new Float64Array(count);
    this.#tell = tell;
  }

  report(request: number, fraction: number): void {
    const before = this.#fractions[request];
    if (fraction <= before) return;
    this.#fractions[request] = fraction;
    this.#sum += fraction - before;
    if (fraction >= 1) this.#finished++;
    const count = this.#fractions.length;
    const mean = this.#finished === count ? 1 : Math.min(this.#sum / count, 1 - STEP);
    if (mean < 1 && mean < this.#told + STEP) return;
    this.#told = mean;
    this.#tell(mean);
  }
}
