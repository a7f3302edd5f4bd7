import { describe, expect, test } from "vitest";
import { GraphError, PlanningError } from "../../src/errors.ts";
import {
  type Block,
  isPending,
  type LinearBlock,
  type LookupBlock,
  type Source,
  termsOf,
} from "../../src/graph/block.ts";
import { Builder } from "../../src/graph/builder.ts";
import { interpretPlan } from "../../src/graph/interpret-plan.ts";
import { type Plan, plan, type Rotation } from "../../src/graph/plan.ts";
import { depthOf } from "../../src/graph/rotation.ts";
import { PlanVerifier } from "../../src/graph/verify/verifier.ts";
import { blockCapacity } from "../../src/parameters/parameter-set.ts";
import { DEFAULT_PARAMETERS } from "../../src/parameters/sets.ts";
import { generateGraph } from "../fuzz/generate-graph.ts";
import { build, type GraphInput } from "../fuzz/graph.ts";
import { Random } from "../fuzz/random.ts";

/*
 * Plans that are right pass, and what is wrong with a plan is found, each kind of fault by itself: all else of the plan fits
 * what has been changed.
 */

const parameters = DEFAULT_PARAMETERS;
const capacity = blockCapacity(parameters);
const MOST_COMBINATIONS = 512;

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
      if (item.do !== "linear" && item.do !== "lookup") continue;
      const operands = item.do === "lookup" ? [item.ref] : item.terms.map(([, ref]) => ref);
      blocks.set(item.id, build(builder, item, (id) => blocks.get(id)!) ?? blocks.get(operands[0])!);
    }
    const some = [...blocks.values()].slice(-30).filter(() => random.chance(0.5));
    const threads = random.pick([1, 2, 8, 64]);
    const made = plan(some, parameters, { threads, batch: random.pick([1, 8]) });
    const one = { plan: made, requested: some, inputs, random };
    if (made.rotations.length === 0 || made.rotations.length > 80) continue;
    found++;
    yield one;
  }
}

function verify(made: Plan, requested: readonly Block[], isUnderWay?: (block: Block) => boolean): void {
  new PlanVerifier(parameters, MOST_COMBINATIONS).verify(made, requested, isUnderWay);
}

/** What a plan gives for all values of its inputs; nothing where it cannot be carried out. */
function results(made: Plan, { requested, inputs }: Case): string {
  const all: string[] = [];
  const values = inputs.map(({ min }) => min);
  for (let at = 0; at < inputs.length; ) {
    try {
      all.push(
        interpretPlan(
          made,
          requested,
          new Map(inputs.map((input, i) => [input as Source, values[i]])),
        ).join(),
      );
    } catch (error) {
      if (!(error instanceof GraphError)) throw error;
      return "";
    }
    for (at = 0; at < inputs.length && values[at] === inputs[at].max; at++) values[at] = inputs[at].min;
    if (at < inputs.length) values[at]++;
  }
  return all.join(" ");
}

const known = new Map<Case, string>();
function rightResults(one: Case): string {
  let right = known.get(one);
  if (right === undefined) known.set(one, (right = results(one.plan, one)));
  return right;
}

/** Rotations with places, dependencies and priorities as they should be, so that nothing else is wrong with them. */
function fitted(rotations: readonly Omit<Rotation, "index" | "dependencies" | "priority">[]): Plan {
  const producers = new Map<Source, number>();
  for (const [index, { tables }] of rotations.entries())
    for (const { output } of tables) if (!producers.has(output)) producers.set(output, index);
  const all = rotations.map((rotation, index) => {
    const read = rotation.terms.map(({ source }) => producers.get(source)).filter((at) => at !== undefined);
    return { ...rotation, index, dependencies: [...new Set(read)].sort((a, b) => a - b), priority: 0 };
  });
  for (const { dependencies, priority } of all.toReversed())
    for (const at of dependencies) all[at].priority = Math.max(all[at].priority, priority + 1);
  return { rotations: all, depth: depthOf(all) };
}

function changed(made: Plan, at: number, change: Partial<Rotation>): Plan {
  return { ...made, rotations: made.rotations.with(at, { ...made.rotations[at], ...change }) };
}

const isRead = ({ rotations }: Plan, { output }: { output: Source }): boolean =>
  rotations.some(({ terms }) => terms.some(({ source }) => source === output));

/** A lookup that the graph does not know. */
function stranger({ tables: [{ output }] }: Rotation, id = 2 ** 51): LookupBlock {
  return { ...output, id, input: undefined, table: undefined, root: undefined, family: undefined };
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

const table = (entry: (value: number) => number, size = capacity): number[] =>
  Array.from({ length: size }, (_, value) => entry(value));

describe("of what may stand anywhere", () => {
  const builder = new Builder(parameters);
  const x = builder.input({ max: capacity - 1, form: "unchecked" });
  const y = builder.input({ max: 3 });
  const a = builder.lookup(x, (value) => value & 3) as LookupBlock;
  const b = builder.lookup(a, [1, 0, 0, 2]) as LookupBlock;
  const made = plan([a, b], parameters);
  const [first, second] = made.rotations;

  test("a lookup, and one of that, pass", () => {
    expect(made.rotations).toHaveLength(2);
    verify(made, [a, b]);
  });

  test("it refuses what is composed over it", () => {
    const composed = table((value) => [1, 0, 0, 2][value & 3]);
    const alone = fitted([{ ...first, tables: [{ table: composed, output: b }] }]);
    expect(() => verify(alone, [b])).toThrow(PlanningError);
  });

  test("it refuses multiples, sums and shifts", () => {
    const parts = [
      { ...first, terms: [{ source: x, coefficient: 2 }] },
      { ...first, terms: [...first.terms, { source: y, coefficient: 1 }] },
      { ...first, constant: 1 },
    ];
    for (const part of parts)
      expect(() => verify(fitted([part, second]), [a, b])).toThrow(/not under the big key/);
  });

  test("it refuses to look up more than the value of what a seed gave", () => {
    const r = builder.input({ max: 3, form: "random" });
    const c = builder.lookup(r, (value) => value) as LookupBlock;
    const { rotations } = plan([c], parameters);
    verify(fitted(rotations), [c]);
    const d = builder.lookup(c, (value) => value ^ 1) as LookupBlock;
    const direct = { ...rotations[0], tables: [{ table: [1, 0, 3, 2], output: d }] };
    expect(() => verify(fitted([direct]), [d])).toThrow(PlanningError);
  });
});

describe("of noise", () => {
  /** A combination of which the graph says that it is quieter than it is. */
  const quieter = (block: Block, noise: number): LinearBlock => ({ ...(block as LinearBlock), noise });

  test("it refuses an input beyond the bound", () => {
    const builder = new Builder(parameters);
    const a = builder.lookup(builder.input({ max: 3 }), [0, 1, 1, 0]);
    const b = builder.lookup(builder.linear([[1, a], [1, builder.input({ max: 1 })]]), [0, 1, 1]) as LookupBlock; // biome-ignore format: short
    const { rotations } = plan([b], parameters);
    verify(fitted(rotations), [b]);
    const last = rotations.at(-1)!;
    // The same values six times as large, in a table with as much more room.
    for (const [factor, refused] of [
      [3, false],
      [5, true],
    ] as const) {
      // biome-ignore format: short
      const spread = table((value) => last.tables[0].table[Math.floor(value / factor)], 2 * factor + 1);
      const terms = last.terms.map(({ source, coefficient }) => ({
        source,
        coefficient: factor * coefficient,
      }));
      const rotation = { ...last, terms, constant: factor * last.constant, size: 2 * factor + 1 };
      const damaged = fitted([
        ...rotations.slice(0, -1),
        { ...rotation, tables: [{ output: b, table: spread }] },
      ]);
      if (refused) expect(() => verify(damaged, [b])).toThrow(/variance of 50/);
      else verify(damaged, [b]);
    }
  });

  test("it refuses results above what the graph says", () => {
    const builder = new Builder(parameters);
    const [x, y] = [builder.input({ max: 3, noise: 4 }), builder.input({ max: 3 })];
    const sum = builder.linear([[1, x], [2, y]]); // biome-ignore format: short
    verify(plan([sum], parameters), [sum]);
    const damaged = quieter(sum, 7.9);
    expect(() => verify(plan([damaged], parameters), [damaged])).toThrow(/variance of 8, not of 7.9/);
  });

  test("it counts tables of one rotation as correlated", () => {
    const builder = new Builder(parameters);
    const x = builder.input({ max: 3 });
    const [a, b] = [builder.lookup(x, [0, 1, 1, 0]), builder.lookup(x, [1, 0, 0, 0])];
    const sum = builder.linear([[1, a], [1, b]]); // biome-ignore format: short
    verify(plan([sum], parameters), [sum]);
    const damaged = quieter(sum, 2);
    expect(() => verify(plan([damaged], parameters), [damaged])).toThrow(/variance of 3, not of 2/);
  });

  test("it refuses to make akin or equal what the graph takes for independent or different", () => {
    const akin = new Builder(parameters);
    const sum = akin.linear([[1, akin.input({ max: 3 })], [1, akin.input({ max: 3 })]]); // biome-ignore format: short
    const [c, d] = [1, 2].map(
      (bit) =>
        akin.lookup(
          sum,
          table((value) => Number((value & bit) > 0)),
        ) as LookupBlock,
    );
    const made = plan([c, d], parameters);
    verify(made, [c, d]);
    (d as { kin: number }).kin++;
    expect(() => verify(made, [c, d])).toThrow(/independent/);
    const again = new Builder(parameters);
    const w = again.input({ max: 3 });
    const e = again.lookup(w, [0, 1, 1, 0]) as LookupBlock;
    const { rotations: [rotation] } = plan([e], parameters); // biome-ignore format: short
    const f: LookupBlock = { ...e, id: 100 };
    const shifted = { ...rotation, constant: 1, size: 5, tables: [{ table: [0, 0, 1, 1, 0], output: f }] };
    const same = { ...rotation, tables: [{ ...rotation.tables[0], output: f }] };
    for (const second of [same, shifted]) {
      const twice = fitted([rotation, second]);
      (f as { twin: number }).twin = e.twin;
      verify(twice, [e, f]);
      (f as { twin: number }).twin++;
      expect(() => verify(twice, [e, f])).toThrow(/different/);
    }
  });

  test("it counts equal rotations as one ciphertext", () => {
    const builder = new Builder(parameters);
    const [x, y, z] = [1, 2, 3].map((twin) => builder.input({ max: 3, twin }));
    const [a, b] = [y, z].map((other) => builder.lookup(builder.linear([[1, x], [1, other]]), table((value) => value & 1))); // biome-ignore format: short
    const sum = builder.linear([[1, a], [1, b]]); // biome-ignore format: short
    const made = plan([sum], parameters);
    verify(made, [sum]);
    expect(made.rotations).toHaveLength(2);
    // Had the builder not been told that they are the same ciphertext, it would count two.
    (z as { twin: number }).twin = 2;
    expect(() => verify(made, [sum])).toThrow(/variance of 4, not of 2/);
  });

  test("it counts lookups of a sum and of a difference with the negative as correlated", () => {
    const builder = new Builder(parameters);
    const [x, y, z] = [1, 2, 3].map((twin) => builder.input({ max: 3, twin }));
    const isOdd = table((value) => value & 1);
    const a = builder.lookup(builder.linear([[1, x], [1, y]]), isOdd); // biome-ignore format: short
    const b = builder.lookup(builder.linear([[1, x], [-1, z]], 3), isOdd); // biome-ignore format: short
    const sum = builder.linear([[1, a], [1, b]]); // biome-ignore format: short
    const made = plan([sum], parameters);
    verify(made, [sum]);
    (z as { twin: number }).twin = -2;
    expect(() => verify(made, [sum])).toThrow(/variance of 3, not of 2/);
  });

  test("it counts what is loaded twice as one ciphertext", () => {
    const builder = new Builder(parameters);
    for (const twin of [1, -1]) {
      const [x, y] = [1, twin].map((name) => builder.input({ max: 3, twin: name }));
      const sum = builder.linear([[1, x], [1, y]]); // biome-ignore format: short
      verify(plan([sum], parameters), [sum]);
      const damaged = quieter(sum, 2);
      expect(() => verify(plan([damaged], parameters), [damaged])).toThrow(/variance of 4, not of 2/);
    }
  });

  test("it knows what an earlier plan has computed, and what is computed again", () => {
    const builder = new Builder(parameters);
    const verifier = new PlanVerifier(parameters);
    const x = builder.input({ max: 3 });
    const results = [0, 1].map(() => {
      const middle = builder.lookup(x, [0, 1, 1, 2]);
      const end = builder.lookup(builder.linear([[1, middle], [4, builder.lookup(x, [1, 0, 0, 1])]]), (value) => Number(value > 2)); // biome-ignore format: short
      const requested = [middle, end];
      verifier.verify(plan(requested, parameters), requested);
      builder.retain([end]);
      for (const block of requested) builder.resolve(block as LookupBlock);
      builder.sweep();
      return end;
    });
    expect(results[0]).not.toBe(results[1]);
    const sum = builder.linear([[1, results[0]], [1, results[1]]]); // biome-ignore format: short
    verifier.verify(plan([sum], parameters), [sum]);
    const damaged = quieter(sum, 3);
    expect(() => verifier.verify(plan([damaged], parameters), [damaged])).toThrow(/variance of 4, not of 3/);
  });
});
