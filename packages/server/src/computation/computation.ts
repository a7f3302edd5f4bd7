import { LRUCache } from "lru-cache";
import { Piscina } from "piscina";
import { Engine, OutOfMemoryError, ServerKey, TacetError, WorkerError } from "tacet";
import { ServiceError } from "../errors.ts";
import type { Tree } from "../jobs/tree.ts";
import { parseGraph } from "../program/check-graph.ts";
import type { Graph } from "../program/graph.ts";
import type { GraphLimits } from "../program/limits.ts";
import { runGraph } from "../program/run/run-graph.ts";
import type {
  CheckedProgram,
  Computation,
  ComputationOptions,
  OpenKey,
  ProgramDescription,
} from "../worker/computation.ts";
import type { CheckOutcome, CheckRequest } from "./check-thread.ts";
import { cutGraph, readsOfPart, runGraphPart } from "./in-parts.ts";
import { checkInputForm, givenInputs } from "./inputs.ts";
import { type MeasuredSpeed, Speed } from "./speed.ts";

/** How programs are computed here. */
export interface FheOptions {
  /** Threads of an engine; as many as there are processors unless given. */
  readonly threads?: number | undefined;
  /** Bounds of graphs from outside. */
  readonly limits?: Partial<GraphLimits> | undefined;
  /** The most bootstraps that a program may take. */
  readonly mostBootstraps: number;
  /** From so many bootstraps on, a job is cut into parts for all workers; 1,500 unless given. */
  readonly cutFrom?: number | undefined;
  /** Bytes of memory that one key's engine may take. */
  readonly engineBytes: number;
  /** Whether keys of insecure parameters are taken: for tests. */
  readonly allowInsecureParameters?: boolean | undefined;
  /** Hears how full batches are, from 0 to 1. */
  readonly onBatch?: ((fill: number) => void) | undefined;
}

export const DEFAULT_FHE: FheOptions = { mostBootstraps: 2_000_000, engineBytes: 2 ** 31 };

/** A check that takes longer is given up. */
const CHECK_MS = 60_000;
/** Memory of the thread that checks. */
const CHECK_MEGABYTES = 1_500;
/** The thread ends when nothing has been checked for so long. */
const IDLE_MS = 30_000;
/** Graphs that are kept, in characters of JSON. */
const GRAPHS_KEPT = 2 ** 24;

/** Computes programs on encrypted values. */
export class FheComputation implements Computation {
  readonly #options: FheOptions;
  readonly #speed: Speed;
  readonly #checks: Piscina<CheckRequest, CheckOutcome>;
  readonly #graphs = new LRUCache<string, Graph>({
    maxSize: GRAPHS_KEPT,
    sizeCalculation: (_, text) => text.length + 1,
  });

  constructor(options: FheOptions) {
    this.#options = options;
    this.#speed = new Speed(options.threads);
    this.#checks = new Piscina({
      filename: new URL(`./check-thread${import.meta.url.slice(-3)}`, import.meta.url).href,
      minThreads: 0,
      maxThreads: 1,
      maxQueue: 100,
      idleTimeout: IDLE_MS,
      resourceLimits: { maxOldGenerationSizeMb: CHECK_MEGABYTES },
    });
  }

  async check(graph: unknown): Promise<CheckedProgram> {
    const { limits = {}, mostBootstraps } = this.#options;
    const outcome = await this.#check({ graph, limits, mostBootstraps });
    if ("program" in outcome) return outcome.program;
    throw new ServiceError("invalid-program", outcome.reason, { members: { path: outcome.path } });
  }

  checkInputs(
    description: ProgramDescription,
    inputs: Readonly<Record<string, Tree<string>>>,
    parameters: unknown,
  ): void {
    checkInputForm(description, inputs, parameters);
  }

  milliseconds(bootstraps: number, depth: number, measured?: MeasuredSpeed): number {
    return this.#speed.milliseconds(bootstraps, depth, measured);
  }

  get cutFrom(): number {
    return this.#options.cutFrom ?? CUT_FROM;
  }

  get speed(): MeasuredSpeed | undefined {
    return this.#speed.measured;
  }

  async open(bytes: Uint8Array): Promise<OpenKey> {
    const { allowInsecureParameters = false } = this.#options;
    try {
      const key = ServerKey.deserialize(bytes, { allowInsecureParameters });
      const engine = await this.#engine(key);
      return {
        bytes: engine.info.memoryBytes,
        run: (graph, inputs, _, options) => this.#run(engine, graph, inputs, options),
        cut: (graph, inputs, workers, options) =>
          this.#attempt(options, () => cutGraph(this.#graph(graph), engine, inputs, workers, options)),
        readsOf: (graph, inputs, data) => readsOfPart(this.#graph(graph), inputs, data),
        runPart: (graph, inputs, data, bytes, results, options, exchangeFor) =>
          this.#attempt(options, () =>
            runGraphPart(this.#graph(graph), engine, inputs, data, bytes, results, options, exchangeFor),
          ),
        dispose: () => engine.dispose(),
      };
    } catch (error) {
      throw serviceErrorOf(error, "invalid-key");
    }
  }

  async close(): Promise<void> {
    await this.#checks.destroy();
  }

  async #check(request: CheckRequest): Promise<CheckOutcome> {
    const signal = AbortSignal.timeout(CHECK_MS);
    try {
      return await this.#checks.run(request, { signal });
    } catch (cause) {
      if (signal.aborted || (cause as { code?: unknown }).code === "ERR_WORKER_OUT_OF_MEMORY") {
        throw new ServiceError(
          "invalid-program",
          "The graph takes more time or memory to plan than there is.",
          {
            cause,
          },
        );
      }
      const busy = (cause as Error).message.includes("queue");
      if (!busy) throw cause;
      throw new ServiceError("unavailable", "Too many programs wait to be checked.", {
        cause,
        retryAfter: 5,
      });
    }
  }

  async #engine(key: ServerKey): Promise<Engine> {
    const { threads, engineBytes, mostBootstraps, onBatch } = this.#options;
    const observer = {
      onFinished: ({ ids, milliseconds }: { ids: readonly number[]; milliseconds: number }) => {
        this.#speed.note(ids.length, milliseconds);
        onBatch?.(Math.min(1, ids.length / FULL_BATCH));
      },
    };
    return await Engine.create(key, {
      threads,
      memoryLimitBytes: engineBytes,
      planLimitBootstraps: mostBootstraps,
      observer,
    });
  }

  async #run(
    engine: Engine,
    text: string,
    bytes: Readonly<Record<string, Tree<Uint8Array>>>,
    { signal, onProgress }: ComputationOptions,
  ): Promise<Readonly<Record<string, Tree<Uint8Array>>>> {
    return await this.#attempt({ signal }, async () => {
      const graph = this.#graph(text);
      return await runGraph(graph, engine, givenInputs(graph, bytes), {
        signal,
        onProgress: ({ fraction }) => onProgress(fraction),
      });
    });
  }

  async #attempt<T>({ signal }: Pick<ComputationOptions, "signal">, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      signal.throwIfAborted();
      throw serviceErrorOf(error, "invalid-value");
    }
  }

  #graph(text: string): Graph {
    let graph = this.#graphs.get(text);
    if (graph === undefined) {
      graph = parseGraph(text, this.#options.limits);
      this.#graphs.set(text, graph);
    }
    return graph;
  }
}

/** A job of fewer bootstraps takes a worker some ten seconds at most. */
export const CUT_FROM = 1_500;
/** As many as the kernel takes in one pass over the keys. */
const FULL_BATCH = 8;

/** What the library says, as what clients are told; what is the worker's fault, another one may do better. */
function serviceErrorOf(error: unknown, kind: "invalid-key" | "invalid-value"): unknown {
  if (error instanceof OutOfMemoryError || error instanceof WorkerError) {
    const detail = "The worker could not do it, for want of memory or because a thread ended.";
    return new ServiceError("unavailable", detail, { cause: error });
  }
  if (error instanceof TacetError || error instanceof TypeError || error instanceof RangeError) {
    return new ServiceError(kind, error.message, { cause: error });
  }
  return error;
}
