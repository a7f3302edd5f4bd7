import {
  type Block,
  constantOf,
  formOf,
  isPending,
  needsOf,
  type Source,
  type Term,
  termsOf,
} from "../../src/graph/block.ts";
import { interpreter } from "../../src/graph/interpret.ts";
import type { Plan, Rotation } from "../../src/graph/plan.ts";
import { blockCapacity, type ParameterSet } from "../../src/parameters/parameter-set.ts";

/** Number of assignments of the inputs that a case is run with side by side. */
export const WORLDS = 8;

/** The value of each source that has been loaded, planned or computed, in each world. */
export type Truth = WeakMap<Source, readonly number[]>;

/** A plan, or what comes of it, is not what it should be. */
export class PlanFault extends Error {
  override readonly name = "PlanFault";
}

/**
 * Checks a plan as it leaves the planner, apart from the planner, and learns what its results are to be: the one place
 * in which whatever runs here has its plans checked.
 *
 * @param truth what the plan starts from; what its rotations give is added.
 * @throws PlanFault
 */
export function checkPlan(
  plan: Plan,
  requested: readonly Block[],
  truth: Truth,
  parameters: ParameterSet,
): void {
  const capacity = blockCapacity(parameters);
  const producers = new Map<Source, number>();
  for (const [index, rotation] of plan.rotations.entries()) {
    demand(rotation.index === index, `rotation ${index} calls itself ${rotation.index}`);
    checkInput(rotation, producers, plan.rotations, truth, parameters);
    checkTables(rotation, producers, truth, capacity);
  }
  checkNeeded(plan, requested);
  const depth = plan.rotations.reduce((most, { priority }) => Math.max(most, priority + 1), 0);
  demand(depth === plan.depth, `the plan says that its depth is ${plan.depth}; it is ${depth}`);
  checkRequested(requested, truth, parameters);
}

function checkInput(
  { index, terms, constant, size, anywhere, tables, dependencies, priority }: Rotation,
  producers: ReadonlyMap<Source, number>,
  rotations: readonly Rotation[],
  truth: Truth,
  parameters: ParameterSet,
): void {
  const where = `rotation ${index}`;
  demand(terms.length > 0, `${where} is of nothing`);
  demand(new Set(terms.map(({ source }) => source)).size === terms.length, `${where} reads a source twice`);
  demand(
    terms.every(({ coefficient }) => Number.isSafeInteger(coefficient) && coefficient !== 0),
    `${where} has bad coefficients`,
  );
  const read = terms.map(({ source }) => producers.get(source)).filter((producer) => producer !== undefined);
  const needs = [...new Set(read)].sort((a, b) => a - b);
  demand(needs.join() === dependencies.join(), `${where} waits for ${dependencies}, but reads ${needs}`);
  for (const need of needs) {
    demand(need < index, `${where} reads what comes later`);
    demand(rotations[need].priority > priority, `${where} is not less urgent than what it waits for`);
  }
  if (formOf(terms[0].source) === "big") {
    const noise = terms.reduce((sum, { source, coefficient }) => sum + coefficient ** 2 * noiseOf(source), 0);
    demand(noise <= parameters.maxNoiseLevel ** 2, `the input of ${where} has a noise variance of ${noise}`);
    const room = anywhere ? blockCapacity(parameters) : size;
    demand(size === room, `${where} uses the padding bit with ${size} values`);
  } else demand(terms.length === 1 && tables.length > 0, `${where} combines what can only be looked up`);
  for (const value of combine(terms, constant, truth, where)) {
    const limit = anywhere ? 2 * size : size;
    demand(value >= 0 && value < limit, `the input of ${where} is ${value}, outside 0 to ${limit - 1}`);
  }
}

function checkTables(
  { index, terms, constant, size, tables }: Rotation,
  producers: Map<Source, number>,
  truth: Truth,
  capacity: number,
): void {
  const where = `rotation ${index}`;
  demand(
    tables.length > 0 && tables.length * size <= capacity,
    `${where}: ${tables.length} tables of ${size}`,
  );
  const inputs = combine(terms, constant, truth, where);
  for (const { table, output } of tables) {
    demand(table.length === size, `${where} has a table of ${table.length} entries for ${size} values`);
    demand(
      table.every((entry) => Number.isInteger(entry) && entry >= 0 && entry < capacity),
      `${where} has a table with bad entries`,
    );
    demand(!producers.has(output), `block ${output.id} is computed twice`);
    const values = inputs.map((value) => table[value] ?? output.min + output.max - table[value - size]);
    for (const value of values) {
      demand(
        value >= output.min && value <= output.max,
        `block ${output.id} is ${value}, outside ${output.min} to ${output.max}`,
      );
    }
    producers.set(output, index);
    truth.set(output, values);
  }
}

/**
 * Checks that a plan for one thread without batches takes no more rotations than the graph's lookups do as they are,
 * those of one block together.
 *
 * @throws PlanFault
 */
export function checkCost(plan: Plan, requested: readonly Block[], parameters: ParameterSet): void {
  const capacity = blockCapacity(parameters);
  const readers = new Map<Block, number>();
  const seen = new Set<Block>(requested);
  for (const block of seen) {
    if (isPending(block)) readers.set(block.input, (readers.get(block.input) ?? 0) + 1);
    for (const need of needsOf(block)) seen.add(need);
  }
  let most = 0;
  for (const [{ min, max }, count] of readers) {
    most += Math.ceil(count / Math.max(1, Math.floor(capacity / (max - min + 1))));
  }
  const found = plan.rotations.length;
  demand(found <= most, `a plan of ${found} rotations for lookups that take ${most}`);
}

/** Nothing is computed that neither is asked for nor read. */
function checkNeeded({ rotations }: Plan, requested: readonly Block[]): void {
  const read = new Set<Source>(requested.flatMap(termsOf).map(({ source }) => source));
  for (const { index, terms, tables } of rotations.toReversed()) {
    for (const { output } of tables) demand(read.has(output), `rotation ${index} gives what nobody reads`);
    for (const { source } of terms) read.add(source);
  }
}

/** Compares what has been planned for some blocks, now or earlier, with what the graph says that they are. */
function checkRequested(requested: readonly Block[], truth: Truth, parameters: ParameterSet): void {
  const run = interpreter(requested, parameters);
  const found = requested.map((block) =>
    combine(termsOf(block), constantOf(block), truth, `block ${block.id}`),
  );
  for (let world = 0; world < WORLDS; world++) {
    // The interpreter asks only for inputs and for what has been resolved.
    const given = { get: (source: Source) => truth.get(source)?.[world] } as ReadonlyMap<Source, number>;
    for (const [at, value] of run(given).entries()) {
      demand(
        found[at][world] === value,
        `block ${requested[at].id} is planned as ${found[at][world]}, the graph says ${value}`,
      );
    }
  }
}

function combine(terms: readonly Term[], constant: number, truth: Truth, where: string): number[] {
  const sums = new Array<number>(WORLDS).fill(constant);
  for (const { source, coefficient } of terms) {
    const values = truth.get(source);
    if (values === undefined)
      throw new PlanFault(`${where} reads block ${source.id}, which nothing computes`);
    for (let world = 0; world < WORLDS; world++) sums[world] += coefficient * values[world];
  }
  return sums;
}

/** A bootstrap gives a noise of 1; inputs say theirs. */
function noiseOf(source: Source): number {
  return source.kind === "input" ? source.noise : 1;
}

function demand(condition: boolean, otherwise: string): void {
  if (!condition) throw new PlanFault(otherwise);
}
