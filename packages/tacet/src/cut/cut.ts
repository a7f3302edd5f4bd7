import { Engine, type Opened } from "../api/engine/engine.ts";
import type { Handle } from "../api/engine/handles/handle.ts";
import type { Ciphertext } from "../api/values/ciphertext.ts";
import { type Block, isPending, needsOf, type Source } from "../graph/block.ts";
import { type Part, type Parts, partsOf } from "../graph/cut/part.ts";
import { type CutShape, partition } from "../graph/cut/partition.ts";
import { named } from "../graph/hash.ts";
import type { Plan } from "../graph/rotation.ts";
import type { Steps } from "../graph/steps.ts";
import type { OptionNames } from "../options.ts";
import type { ProgressOptions } from "../progress.ts";
import type { ComputationPart, PartResult } from "./data.ts";

/** Who is to compute the parts of a computation. */
export interface CutOptions extends ProgressOptions {
  /** The handles that the computation starts from, as the engine has loaded them; none unless given. */
  readonly inputs?: readonly Handle<Ciphertext>[] | undefined;
  /** Number of engines that compute parts at the same time; 2 unless given. */
  readonly workers?: number | undefined;
  /** Number of threads of each; as many as this one has unless given. */
  readonly threads?: number | undefined;
  /** About how many bootstraps a part takes, where there are as many as that; 150 for each thread unless given. */
  readonly bootstraps?: number | undefined;
  /** How long a part takes besides, counted in bootstraps of one thread; 3 unless given. */
  readonly overhead?: number | undefined;
  /** How long it takes to give a ciphertext to another part, counted likewise; 0.05 unless given. */
  readonly transfer?: number | undefined;
  /**
   * How long a ciphertext takes from one part to another while both are computed, counted likewise. Only if it is given,
   * there are parts that give each other anything meanwhile: see `Exchange`.
   */
  readonly hop?: number | undefined;
}

const NAMES: OptionNames<CutOptions> = {
  ...{
    inputs: true,
    workers: true,
    threads: true,
    bootstraps: true,
    overhead: true,
    transfer: true,
    hop: true,
  },
  ...{ onProgress: true, signal: true },
};

/**
 * Cuts what some handles still need into parts that other engines with the same server key compute, each by itself with
 * `computePart`: as soon as those are done that it `needs`. The last one makes the results. Nothing is computed here.
 *
 * Parts are planned for the fewest bootstraps, as long as is asked for, few ciphertexts between them, and for all workers
 * to have something to do.
 *
 * @throws TypeError for what are no handles of the engine or no options, and for a computation that starts from anything
 *   but the inputs, such as random values that no seed of the inputs gives; RangeError for numbers out of range;
 *   DisposedError, the signal's reason; as rejections.
 */
export async function cut(
  engine: Engine,
  results: readonly Handle<Ciphertext>[],
  options: CutOptions = {},
): Promise<ComputationPart[]> {
  const opened = Engine.opened(engine);
  const { context, parts } = opened;
  const given = parts.checkOptions<CutOptions>(options, NAMES);
  const shape = shapeOf(opened, given);
  const handles = opened.handlesIn(results);
  const places = placesIn(opened, given.inputs ?? []);
  const requested = handles.map((handle) => opened.resultsIn(handle, context));
  const blocks = requested.flat();
  const { builder, parameters } = context.evaluator;
  const pace = new parts.Pace({ onProgress: given.onProgress, signal: given.signal });
  const run = async <T>(steps: Steps<T>, from: number, to: number): Promise<T> => {
    for (;;) {
      const step = steps.next();
      if (step.done) return step.value;
      await pace.done(from + step.value * (to - from));
    }
  };
  builder.retain(blocks);
  try {
    // As few bootstraps as there can be: whoever computes a part shortens its chains as that helps there.
    const { rotations }: Plan = await run(parts.planSteps(blocks, parameters), 0, 0.5);
    const groups = rotations.length === 0 ? [] : await run(partition(rotations, shape), 0.5, 1);
    const made = partsOf(rotations, groups, blocks, (source) => places.get(source) ?? refuse());
    let digit = 0;
    const described = handles.map((handle, i): PartResult => {
      const digits = made.results.slice(digit, (digit += requested[i].length));
      return { type: handle.type, padded: "padded" in handle && handle.padded === true, digits };
    });
    const cut = nameOf(made);
    return made.parts.map((part, index) => ({
      ...{ version: 1, cut, index, bootstraps: bootstrapsOf(part, index) },
      values: [...new Set(part.inputs.map(({ place }) => place))].sort((a, b) => a - b),
      needs: [...new Set(part.imports.map((one) => one.part))].sort((a, b) => a - b),
      ...part,
      ...(index === made.parts.length - 1 ? { results: described } : {}),
    }));
  } finally {
    builder.release(blocks);
  }
}

function shapeOf({ context, parts }: Opened, options: CutOptions): CutShape {
  const { workers = 2, threads = context.evaluator.threads, overhead = 3, transfer = 0.05, hop } = options;
  const { bootstraps = 150 * threads } = options;
  for (const [name, value] of Object.entries({ workers, threads, bootstraps })) {
    parts.checkNumber(name, value);
    if (!(Number.isSafeInteger(value) && value > 0))
      throw new RangeError(`${name} is a number from 1 on, not ${value}`);
  }
  for (const [name, value] of Object.entries({ overhead, transfer, hop: hop === undefined ? 0 : hop })) {
    parts.checkNumber(name, value);
    if (!(Number.isFinite(value) && value >= 0))
      throw new RangeError(`${name} is a number from 0 on, not ${value}`);
  }
  return { workers, threads, rotations: bootstraps, overhead, transfer, hop };
}

/** Number of bootstraps that are a part's own. */
function bootstrapsOf({ rotations, team }: Part, index: number): number {
  return team === undefined
    ? rotations.length
    : team.lanes.filter((lane) => lane === index - team.first).length;
}

/** The ciphertexts that a handle rests on, in an order that is the same wherever the same is loaded. */
export function sourcesOf({ context, digitsIn }: Opened, handle: Handle<Ciphertext>): Source[] {
  const found: Source[] = [];
  const seen = new Set<Block>();
  const stack = [...digitsIn(handle, context).blocks].reverse();
  for (let block = stack.pop(); block !== undefined; block = stack.pop()) {
    if (seen.has(block)) continue;
    seen.add(block);
    if (block.kind !== "linear" && !isPending(block)) found.push(block);
    else for (const need of needsOf(block).toReversed()) stack.push(need);
  }
  return found;
}

/** Where the ciphertexts of inputs are. */
function placesIn(
  opened: Opened,
  inputs: readonly Handle<Ciphertext>[],
): Map<Source, { place: number; at: number }> {
  const places = new Map<Source, { place: number; at: number }>();
  for (const [place, handle] of opened.handlesIn(inputs).entries()) {
    for (const [at, source] of sourcesOf(opened, handle).entries())
      if (!places.has(source)) places.set(source, { place, at });
  }
  return places;
}

function refuse(): never {
  throw new TypeError(
    "the computation starts from more than the inputs: from random values, or from what was loaded or computed besides",
  );
}

/** A name for parts, which is the same when the same is cut again. */
function nameOf({ parts, results }: Parts): string {
  let name = 1;
  const add = (...numbers: readonly number[]): void => {
    for (const number of numbers) name = named(name, number);
  };
  for (const { inputs, imports, rotations, gives, team } of parts) {
    if (team !== undefined) add(team.first, ...team.lanes);
    for (const { place, at, twin } of inputs) add(place, at, twin);
    for (const { part, at, twin } of imports) add(part, at, twin);
    for (const { terms, constant, size, anywhere, tables } of rotations) {
      add(...terms.flat(), constant, size, Number(anywhere));
      for (const { table, min, max } of tables) add(...table, min, max);
    }
    add(...gives, gives.length);
  }
  for (const { terms, constant, min, max } of results) add(...terms.flat(), constant, min, max);
  return Math.abs(name).toString(16).padStart(16, "0");
}
