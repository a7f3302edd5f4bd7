import { describe, expect, test } from "vitest";
import { GraphError, PlanningError } from "../../src/errors.ts";
import { type Block, isPending, type LookupBlock, type Source, termsOf } from "../../src/graph/block.ts";
import { Builder } from "../../src/graph/builder.ts";
import { interpreter } from "../../src/graph/interpret.ts";
import { interpretPlan } from "../../src/graph/interpret-plan.ts";
import { type Plan, plan, type Rotation } from "../../src/graph/plan.ts";
import { PlanVerifier } from "../../src/graph/verify/verifier.ts";
import { blockCapacity } from "../../src/parameters/parameter-set.ts";
import { DEFAULT_PARAMETERS } from "../../src/parameters/sets.ts";
import { generateGraph } from "../fuzz/generate/graph.ts";
import { build, type GraphInput, isNode, operandsOf } from "../fuzz/graph.ts";
import { Random } from "../fuzz/random.ts";
import { fitted, MOST_COMBINATIONS, verify } from "./fitted-plan.ts";

/*
 * Plans that are right pass, and what is wrong with a plan is found, each kind of fault by itself: all else of the plan fits
 * what has been changed.
 */

const parameters = DEFAULT_PARAMETERS;
const capacity = blockCapacity(parameters);

/** A plan and what it is for. */
interface Case {
  readonly plan: Plan;
  readonly requested: readonly Block[];
  readonly inputs: readonly Block[];
  readonly random: Random;
}

/** Plans of random graphs, of few enough inputs that all of their values are tried. */
function* cases(count: number): Generator<Case> {
  for (let seed = 0, found = 0; found < count; seed++) {
    const random = new Random(20, seed);
    const graph = generateGraph(random);
    const combinations = graph.inputs.reduce((product, { max }) => product * (max + 1), 1);
    if (graph.parameters !== "2_2" || combinations > MOST_COMBINATIONS) continue;
    const builder = new Builder(parameters);
    const blocks = new Map<number, Block>();
    const enter = ({ id, max, noiseLevel }: GraphInput): void =>
      void blocks.set(id, builder.input({ max, noise: noiseLevel ** 2 }));
    for (const input of graph.inputs) enter(input);
    const inputs = [...blocks.values()];
    for (const item of graph.items) {
      if (item.do === "load") blocks.set(item.id, blocks.get(item.of)!);
      if (!isNode(item)) continue;
      const [stead] = operandsOf(item);
      blocks.set(item.id, build(builder, item, (id) => blocks.get(id)!) ?? blocks.get(stead)!);
    }
    const some = [...blocks.values()].slice(-30).filter(() => random.chance(0.5));
    const threads = random.pick([1, 2, 8, 64]);
    const made = plan(some, parameters, { threads, batch: random.pick([1, 8]) });
    const one = { plan: made, requested: some, inputs, random };
    if (made.rotations.length === 0 || made.rotations.length > 80) continue;
    if (!holds(one)) continue;
    found++;
    yield one;
  }
}

/** Whether all blocks are within their ranges for all values of the inputs: of some, more is said than holds. */
function holds({ requested, inputs }: Case): boolean {
  const run = interpreter(requested, parameters);
  try {
    for (const values of assignments(inputs)) run(values);
    return true;
  } catch (error) {
    if (error instanceof GraphError) return false;
    throw error;
  }
}

/** All values of some inputs. */
function* assignments(inputs: readonly Block[]): Generator<Map<Source, number>> {
  const values = inputs.map(({ min }) => min);
  for (let at = 0; at < inputs.length; ) {
    yield new Map(inputs.map((input, i) => [input as Source, values[i]]));
    for (at = 0; at < inputs.length && values[at] === inputs[at].max; at++) values[at] = inputs[at].min;
    if (at < inputs.length) values[at]++;
  }
}

/** What a plan gives for all values of its inputs; nothing where it cannot be carried out. */
function results(made: Plan, { requested, inputs }: Case): string {
  const all: string[] = [];
  for (const values of assignments(inputs)) {
    try {
      all.push(interpretPlan(made, requested, values).join());
    } catch (error) {
      if (!(error instanceof GraphError)) throw error;
      return "";
    }
  }
  return all.join(" ");
}

const known = new Map<Case, string>();
function rightResults(one: Case): string {
  let right = known.get(one);
  if (right === undefined) known.set(one, (right = results(one.plan, one)));
  return right;
}

function changed(made: Plan, at: number, change: Partial<Rotation>): Plan {
  return { ...made, rotations: made.rotations.with(at, { ...made.rotations[at], ...change }) };
}

const isRead = ({ rotations }: Plan, { output }: { output: Source }): boolean =>
  rotations.some(({ terms }) => terms.some(({ source }) => source === output));

/** A lookup that the graph does not know. */
function stranger({ tables: [{ output }] }: Rotation, id = 2 ** 51): LookupBlock {
  return { ...output, id, input: undefined, table: undefined, family: { ...output.family, added: true } };
}

const changes: Record<string, (one: Case) => Plan | undefined> = {
  "leaves a rotation out": ({ plan: { rotations }, random }) =>
    fitted(rotations.toSpliced(random.below(rotations.length), 1)),
  "leaves a lookup out": ({ plan: made, requested, random }) => {
    const at = random.below(made.rotations.length);
    const { tables } = made.rotations[at];
    const wanted = new Set<Source>(requested.flatMap(termsOf).map(({ source }) => source));
    const which = tables.findIndex((table) => wanted.has(table.output) || isRead(made, table));
    if (tables.length === 1) return undefined;
    return fitted(made.rotations.with(at, { ...made.rotations[at], tables: tables.toSpliced(which, 1) }));
  },
  "computes what is read too late": ({ plan: { rotations }, random }) => {
    const late = rotations.filter(({ dependencies }) => dependencies.length > 0);
    if (late.length === 0) return undefined;
    const { index, dependencies } = random.pick(late);
    const moved = rotations.toSpliced(index, 1);
    return fitted(moved.toSpliced(dependencies[0], 0, rotations[index]));
  },
  "has another entry in a table": ({ plan: made, random }) => {
    const at = random.below(made.rotations.length);
    const { tables, size } = made.rotations[at];
    const which = random.below(tables.length);
    const { table, output } = tables[which];
    const entry = random.below(size);
    const other = (table[entry] + random.between(1, capacity - 1)) % capacity;
    return changed(made, at, { tables: tables.with(which, { output, table: table.with(entry, other) }) });
  },
  "mixes its tables up": ({ plan: made, random }) => {
    const at = random.below(made.rotations.length);
    const { tables } = made.rotations[at];
    if (tables.length < 2) return undefined;
    const rolled = tables.map(({ output }, i) => ({ output, table: tables[(i + 1) % tables.length].table }));
    return changed(made, at, { tables: rolled });
  },
  "has another coefficient": ({ plan: made, random }) => {
    const at = random.below(made.rotations.length);
    const { terms } = made.rotations[at];
    const which = random.below(terms.length);
    const { source, coefficient } = terms[which];
    return changed(made, at, {
      terms: terms.with(which, { source, coefficient: coefficient + random.pick([-2, -1, 1, 2]) }),
    });
  },
  "reads another source": ({ plan: made, inputs, random }) => {
    const at = random.below(made.rotations.length);
    const { terms, ...rest } = made.rotations[at];
    const which = random.below(terms.length);
    const before = made.rotations.slice(0, at).flatMap(({ tables }) => tables.map(({ output }) => output));
    const source = random.pick([...(inputs as Source[]), ...before]);
    if (terms.some((term) => term.source === source)) return undefined;
    return fitted(
      made.rotations.with(at, { ...rest, terms: terms.with(which, { ...terms[which], source }) }),
    );
  },
  "shifts a constant": ({ plan: made, random }) => {
    const at = random.below(made.rotations.length);
    return changed(made, at, { constant: made.rotations[at].constant + random.pick([-1, 1]) });
  },
  "has a size too small": ({ plan: made, random }) => {
    const at = random.below(made.rotations.length);
    const { size, tables } = made.rotations[at];
    const cut = tables.map(({ output, table }) => ({ output, table: table.slice(0, -1) }));
    return size < 2 ? undefined : changed(made, at, { size: size - 1, tables: cut });
  },
};

/** Faults that are faults whatever the plan gives. */
const faults: Record<string, (one: Case) => Plan | undefined> = {
  "waits for what it does not read": ({ plan: made, random }) => {
    const at = random.below(made.rotations.length);
    const { dependencies } = made.rotations[at];
    const more = made.rotations.slice(0, at).find(({ index }) => !dependencies.includes(index));
    if (more === undefined) return undefined;
    return changed(made, at, { dependencies: [...dependencies, more.index].sort((a, b) => a - b) });
  },
  "does not wait for what it reads": ({ plan: made, random }) => {
    const at = random.below(made.rotations.length);
    const { dependencies } = made.rotations[at];
    return dependencies.length === 0 ? undefined : changed(made, at, { dependencies: dependencies.slice(1) });
  },
  "stands elsewhere than it says": ({ plan: made, random }) => {
    const at = random.below(made.rotations.length);
    return changed(made, at, { index: at + 1 });
  },
  "has a size too large": ({ plan: made, random }) => {
    const at = random.below(made.rotations.length);
    const { tables } = made.rotations[at];
    const size = Math.floor(capacity / tables.length) + 1;
    const padded = tables.map(({ output, table }) => {
      return { output, table: [...table, ...new Array<number>(size - table.length).fill(0)] };
    });
    return changed(made, at, { size, tables: padded });
  },
  "has a table of another length": ({ plan: made, random }) => {
    const at = random.below(made.rotations.length);
    const [{ output, table }, ...rest] = made.rotations[at].tables;
    return changed(made, at, { tables: [{ output, table: [...table, 0] }, ...rest] });
  },
  "has an entry that no block holds": ({ plan: made, random }) => {
    const at = random.below(made.rotations.length);
    const [{ output, table }, ...rest] = made.rotations[at].tables;
    return changed(made, at, {
      tables: [{ output, table: table.with(0, random.pick([-1, capacity, 0.5])) }, ...rest],
    });
  },
  "has too many tables": ({ plan: made, random }) => {
    const at = random.below(made.rotations.length);
    const rotation = made.rotations[at];
    const { tables, size } = rotation;
    const more = Math.floor(capacity / size) + 1 - tables.length;
    const added = Array.from({ length: more }, (_, i) => {
      return { table: tables[0].table, output: stranger(rotation, 2 ** 51 + i) };
    });
    return changed(made, at, { tables: [...tables, ...added] });
  },
  "has no table": ({ plan: made, random }) =>
    changed(made, random.below(made.rotations.length), { tables: [] }),
  "reads nothing": ({ plan: made, random }) =>
    fitted(made.rotations.with(random.below(made.rotations.length), { ...made.rotations[0], terms: [] })),
  "reads a source twice": ({ plan: made, random }) => {
    const at = random.below(made.rotations.length);
    const [{ source, coefficient }, ...rest] = made.rotations[at].terms;
    const halves = [coefficient - 1, 1].map((part) => ({ source, coefficient: part }));
    return changed(made, at, { terms: [...halves, ...rest] });
  },
  "is less urgent than it says": ({ plan: made, random }) => {
    const at = random.below(made.rotations.length);
    return changed(made, at, { priority: made.rotations[at].priority + 1 });
  },
  "is more urgent than it says": ({ plan: made, random }) => {
    const at = random.below(made.rotations.length);
    return changed(made, at, { priority: made.rotations[at].priority - 1 });
  },
  "says that it is deeper": ({ plan: made }) => ({ ...made, depth: made.depth + 1 }),
  "says that it is shallower": ({ plan: made }) => ({ ...made, depth: made.depth - 1 }),
  "computes something twice": ({ plan: made, random }) =>
    fitted([...made.rotations, random.pick(made.rotations)]),
  "reads what nothing computes": ({ plan: made, random }) => {
    const at = random.below(made.rotations.length);
    const { terms, ...rest } = made.rotations[at];
    const source = stranger(made.rotations[at]);
    return fitted(made.rotations.with(at, { ...rest, terms: terms.with(0, { ...terms[0], source }) }));
  },
};

const CASES = [...cases(200)];

test("plans that are right pass, also by one verifier that has seen what came before", () => {
  for (const { plan: made, requested } of CASES) verify(made, requested);
  const builder = new Builder(parameters);
  const verifier = new PlanVerifier(parameters);
  const x = builder.input({ max: 3 });
  const a = builder.lookup(x, (value) => value ^ 1) as LookupBlock;
  verifier.verify(plan([a], parameters), [a]);
  builder.retain([a]);
  builder.resolve(a);
  const b = builder.lookup(builder.linear([[1, a], [2, x]]), (value) => value & 3); // biome-ignore format: short
  verifier.verify(plan([b], parameters), [b]);
});

describe("refuses a plan that", () => {
  test.each(Object.keys(changes))("%s", (name) => {
    let tried = 0;
    for (const one of CASES) {
      const damaged = changes[name](one);
      // What makes no difference is no fault.
      if (damaged === undefined || results(damaged, one) === rightResults(one)) continue;
      tried++;
      expect(() => verify(damaged, one.requested)).toThrow(PlanningError);
    }
    expect(tried).toBeGreaterThan(20);
  });

  test.each(Object.keys(faults))("%s", (name) => {
    let tried = 0;
    for (const one of CASES) {
      const damaged = faults[name](one);
      if (damaged === undefined) continue;
      tried++;
      expect(() => verify(damaged, one.requested)).toThrow(PlanningError);
    }
    expect(tried).toBeGreaterThan(20);
  });

  test("does not compute what is asked for", () => {
    let tried = 0;
    for (const one of CASES) {
      const outputs = one.plan.rotations.flatMap(({ tables }) => tables.map(({ output }) => output));
      const missing = termsOf(one.requested[0]).filter(({ source }) =>
        outputs.includes(source as LookupBlock),
      );
      if (missing.length === 0) continue;
      const tables = one.plan.rotations.map((rotation) =>
        rotation.tables.filter(({ output }) => output !== missing[0].source),
      );
      const kept = one.plan.rotations
        .map((rotation, at) => ({ ...rotation, tables: tables[at] }))
        .filter(
          ({ tables, terms }) =>
            tables.length > 0 && terms.every(({ source }) => source !== missing[0].source),
        );
      const short = [one.requested[0]];
      const gone = fitted(kept);
      const all = new Set(kept.flatMap(({ tables }) => tables.map(({ output }) => output)));
      const isWhole = kept.every(({ terms }) =>
        terms.every(
          ({ source }) => !outputs.includes(source as LookupBlock) || all.has(source as LookupBlock),
        ),
      );
      if (!isWhole) continue;
      tried++;
      expect(() => verify(gone, short)).toThrow(/does not compute block/);
    }
    expect(tried).toBeGreaterThan(20);
  });

  test("gives something else on the way to what is asked for", () => {
    const builder = new Builder(parameters);
    const x = builder.input({ max: 3 });
    const a = builder.lookup(x, [0, 1, 1, 2]) as LookupBlock;
    const b = builder.lookup(builder.linear([[1, a], [3, builder.input({ max: 1 })]]), (value) => value & 1) as LookupBlock; // biome-ignore format: short
    const { rotations } = plan([b], parameters);
    verify(fitted(rotations), [b]);
    const [first, second] = rotations;
    const mirrored = { ...first, tables: [{ output: a, table: [2, 1, 1, 0] }] };
    const terms = second.terms.map((term) => (term.source === a ? { ...term, coefficient: -1 } : term));
    // The result is the same, but whoever builds upon what it was made of finds something else.
    const damaged = fitted([mirrored, { ...second, terms, constant: second.constant + 2 }]);
    expect(() => verify(damaged, [b])).toThrow(new RegExp(`block ${a.id} the value`));
  });

  test("computes what is under way", () => {
    for (const one of CASES) {
      const outputs = one.plan.rotations.flatMap(({ tables }) => tables.map(({ output }) => output));
      const output = one.random.pick(outputs);
      expect(() => verify(one.plan, one.requested, (block) => block === output)).toThrow(PlanningError);
    }
  });

  test("computes what is there", () => {
    let tried = 0;
    for (const one of cases(60)) {
      const outputs = one.plan.rotations.flatMap(({ tables }) => tables.map(({ output }) => output));
      const output = outputs.find((block) => isPending(block) && one.requested.includes(block));
      if (output === undefined) continue;
      tried++;
      (output as { input: undefined }).input = undefined;
      expect(() => verify(one.plan, one.requested)).toThrow(/which is there/);
    }
    expect(tried).toBeGreaterThan(20);
  });
});
