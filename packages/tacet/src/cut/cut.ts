import { Engine, type Opened } from "../api/engine/engine.ts";
import type { Handle } from "../api/engine/handles/handle.ts";
import type { Ciphertext } from "../api/values/ciphertext.ts";
import { type Block, needsOf, twinOf } from "../graph/block.ts";
import { type Part, partsOf } from "../graph/cut/part.ts";
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
}

const NAMES: OptionNames<CutOptions> = {
  ...{ inputs: true, workers: true, threads: true, bootstraps: true, overhead: true, transfer: true },
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
  const places = namesIn(opened, given.inputs ?? []);
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
    const made = partsOf(rotations, groups, blocks);
    let digit = 0;
    const described = handles.map((handle, i): PartResult => {
      const digits = made.results.slice(digit, (digit += requested[i].length));
      return { type: handle.type, padded: "padded" in handle && handle.padded === true, digits };
    });
    const cut = nameOf(made.parts);
    return made.parts.map((part, index) => ({
      ...{ version: 1, cut, index, bootstraps: part.rotations.length },
      values: valuesOf(part, places),
      needs: [...new Set(part.imports.map((one) => one.part))].sort((a, b) => a - b),
      ...part,
      ...(index === made.parts.length - 1 ? { results: described } : {}),
    }));
  } finally {
    builder.release(blocks);
  }
}

function shapeOf({ context, parts }: Opened, options: CutOptions): CutShape {
  const { workers = 2, threads = context.evaluator.threads, overhead = 3, transfer = 0.05 } = options;
  const { bootstraps = 150 * threads } = options;
  for (const [name, value] of Object.entries({ workers, threads, bootstraps })) {
    parts.checkNumber(name, value);
    if (!(Number.isSafeInteger(value) && value > 0))
      throw new RangeError(`${name} is a number from 1 on, not ${value}`);
  }
  for (const [name, value] of Object.entries({ overhead, transfer })) {
    parts.checkNumber(name, value);
    if (!(Number.isFinite(value) && value >= 0))
      throw new RangeError(`${name} is a number from 0 on, not ${value}`);
  }
  return { workers, threads, rotations: bootstraps, overhead, transfer };
}

/** By the names of all that some handles rest on, which of them does, and what it is. */
export function namesIn(
  { context, digitsIn, handlesIn }: Opened,
  handles: readonly Handle<Ciphertext>[],
): Map<number, { place: number; block: Block }> {
  const found = new Map<number, { place: number; block: Block }>();
  for (const [place, handle] of handlesIn(handles).entries()) {
    const stack: Block[] = [...digitsIn(handle, context).blocks];
    const seen = new Set<Block>(stack);
    for (let block = stack.pop(); block !== undefined; block = stack.pop()) {
      if (block.kind !== "linear" && !found.has(twinOf(block))) found.set(twinOf(block), { place, block });
      for (const need of needsOf(block)) {
        if (seen.has(need)) continue;
        seen.add(need);
        stack.push(need);
      }
    }
  }
  return found;
}

function valuesOf({ inputs }: Part, places: ReadonlyMap<number, { place: number }>): number[] {
  const values = inputs.map((name) => {
    const input = places.get(name);
    if (input === undefined) {
      throw new TypeError(
        "the computation starts from more than the inputs: from random values, or from what was loaded or computed besides",
      );
    }
    return input.place;
  });
  return [...new Set(values)].sort((a, b) => a - b);
}

/** A name for parts, which is the same when the same is cut again. */
function nameOf(parts: readonly Part[]): string {
  let name = 1;
  for (const { inputs, imports, rotations, gives } of parts) {
    for (const input of inputs) name = named(name, input);
    for (const { part, at, twin } of imports) name = named(named(named(name, part), at), twin);
    for (const { terms, constant, tables } of rotations) {
      for (const [coefficient, source] of terms) name = named(named(name, coefficient), source);
      name = named(name, constant);
      for (const { table } of tables) for (const entry of table) name = named(name, entry);
    }
    for (const source of gives) name = named(name, source);
  }
  return Math.abs(name).toString(16).padStart(16, "0");
}
