import { type Block, constantOf, type Source, standsAnywhere, type Term, termsOf } from "../block.ts";
import { commonFactor } from "../common-factor.ts";
import { type Job, rangeSize } from "../job.ts";
import { PIECE, type Steps } from "../steps.ts";
import { sameEntries } from "../tables.ts";
import { rangeOf } from "../terms.ts";
import type { Code, Codes, StateMap } from "./code.ts";
import { combination } from "./reading.ts";

/** An input of lookups that reads the result of another lookup, the state of a chain, and does something to it. */
export interface Link {
  readonly state: Source;
  /** The input without the state, less its smallest value and divided by its common factor. */
  readonly rest: Block;
  /** What the rest's values make of the state, by job. */
  readonly steps: ReadonlyMap<Job, Step>;
}

/** A lookup as a step of a chain. */
export interface Step {
  readonly code: Code;
  /** Whether the chain goes on from its result; else it only reads the chain's state. */
  readonly goesOn: boolean;
  /** Number of lookups on the longest path through it. */
  readonly path: number;
}

/** The result of a lookup as the state of a chain. */
export interface Result {
  /** Its values in ascending order: a state is told by its place among them. */
  readonly values: readonly number[];
  /** What the block tells: the state by itself. */
  readonly code: Code;
}

/** What the passes know of the lookups of a plan and of the chains that they form. */
export interface Chains {
  readonly links: ReadonlyMap<Block, Link>;
  readonly results: ReadonlyMap<Block, Result>;
}

/** Finds chains. @param jobs each after those that it depends on. */
export function* findChains(jobs: readonly Job[], codes: Codes): Steps<Chains> {
  const producers = new Map<Block, Job>(jobs.map((job) => [job.output, job]));
  const results = new Map<Block, Result>(jobs.map((job) => [job.output, resultOf(job, codes)]));
  const readers = new Map<Block, Job[]>();
  for (const job of jobs) {
    const group = readers.get(job.input);
    if (group) group.push(job);
    else readers.set(job.input, [job]);
  }
  yield 0.2;

  const { levels, heights } = pathsOf(jobs, producers);
  const states = new Map<Block, Source>();
  let done = 0;
  for (const [input, group] of readers) {
    if (standsAnywhere(input)) continue;
    if (++done % PIECE === 0) yield 0.2 + (0.4 * done) / readers.size;
    const rank = ({ source }: Term): number[] => [
      group.some(({ table }) => sameEntries(table, producers.get(source)!.table)) ? 1 : 0,
      -results.get(source)!.values.length,
      levels.get(source)!,
    ];
    const candidates = termsOf(input).filter(({ source }) => producers.has(source));
    if (candidates.length === 0) continue;
    const best = candidates.reduce((a, b) => (exceeds(rank(b), rank(a)) ? b : a));
    states.set(input, best.source);
  }

  const continued = new Set(states.values());
  const links = new Map<Block, Link>();
  done = 0;
  for (const [input, state] of states) {
    if (++done % PIECE === 0) yield 0.6 + (0.4 * done) / states.size;
    const before = results.get(state)!.values;
    const split = splitOff(input, state, before);
    if (rangeSize(split.rest) > codes.capacity) continue;
    const steps = new Map<Job, Step>();
    for (const job of readers.get(input)!) {
      const after = results.get(job.output)!.values;
      steps.set(job, {
        code: codes.of(mapsOf(job, split, before, after)),
        goesOn: continued.has(job.output) && after.length <= before.length,
        path: levels.get(job.output)! + heights.get(job.output)!,
      });
    }
    links.set(input, { state, rest: split.rest, steps });
  }
  return { links, results };
}

/** For each lookup the number of lookups on the longest path to it, itself included, and on the longest one from it. */
function pathsOf(
  jobs: readonly Job[],
  producers: ReadonlyMap<Block, Job>,
): { levels: Map<Block, number>; heights: Map<Block, number> } {
  const levels = new Map<Block, number>();
  const heights = new Map<Block, number>();
  for (const { input, output } of jobs) {
    let level = 0;
    for (const { source } of termsOf(input)) level = Math.max(level, levels.get(source) ?? 0);
    levels.set(output, level + 1);
    heights.set(output, 0);
  }
  for (const { input, output } of jobs.toReversed()) {
    const height = heights.get(output)! + 1;
    for (const { source } of termsOf(input)) {
      if (producers.has(source)) heights.set(source, Math.max(heights.get(source)!, height));
    }
  }
  return { levels, heights };
}

/** An input as a sum of two: `at` of the rest's value, and the state's times a coefficient. */
interface Split {
  readonly rest: Block;
  readonly at: (value: number) => number;
  readonly coefficient: number;
}

/** Splits an input into the state and the rest. @param values of the state, in ascending order. */
function splitOff(input: Block, state: Source, values: readonly number[]): Split {
  const { coefficient } = termsOf(input).find(({ source }) => source === state)!;
  const others = termsOf(input).filter(({ source }) => source !== state);
  const constant = constantOf(input);
  if (others.length === 0) {
    return { rest: combination([], 0, 1), at: () => constant, coefficient };
  }
  if (others.length === 1) {
    const [{ source, coefficient: c }] = others;
    return { rest: source, at: (value) => constant + c * value, coefficient };
  }
  const factor = commonFactor(others.map((term) => term.coefficient));
  const { min, max } = rangeOf(others, constant);
  // The input's range may be narrower than its terms tell.
  const shares = [values[0], values.at(-1)!].map((value) => coefficient * value);
  const lowest = min + factor * Math.max(0, Math.ceil((input.min - Math.max(...shares) - min) / factor));
  const highest = Math.min(max, input.max - Math.min(...shares));
  const terms = others.map(({ source, coefficient: c }) => ({ source, coefficient: c / factor }));
  return {
    rest: combination(terms, (constant - lowest) / factor, Math.floor((highest - lowest) / factor) + 1),
    at: (value) => lowest + factor * value,
    coefficient,
  };
}

/** For each value of the rest, where a lookup takes each state among some to, by their places. */
function mapsOf(
  { input, table }: Job,
  { rest, at, coefficient }: Split,
  before: readonly number[],
  after: readonly number[],
): StateMap[] {
  return Array.from({ length: rangeSize(rest) }, (_, index) => {
    const images = before.map((from) => {
      const sum = Math.min(Math.max(at(rest.min + index) + coefficient * from, input.min), input.max);
      return after.indexOf(table[sum]);
    });
    return String.fromCharCode(...images);
  });
}

function resultOf({ input, output, table }: Job, codes: Codes): Result {
  // Where the padding bit may be set, what comes out is the mirror image of an entry, and no entry itself.
  const entries = standsAnywhere(input)
    ? Array.from({ length: rangeSize(output) }, (_, at) => output.min + at)
    : table.slice(input.min, input.max + 1);
  const values = [...new Set(entries)].sort((a, b) => a - b);
  const maps = new Array<StateMap>(output.max - output.min + 1).fill("");
  for (const [at, value] of values.entries()) maps[value - output.min] = String.fromCharCode(at);
  return { values, code: codes.of(maps) };
}

function exceeds(a: readonly number[], b: readonly number[]): boolean {
  const at = a.findIndex((entry, index) => entry !== b[index]);
  return at >= 0 && a[at] > b[at];
}
