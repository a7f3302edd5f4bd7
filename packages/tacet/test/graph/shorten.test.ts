import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Block, type InputBlock, isPending, type Source } from "../../src/graph/block.ts";
import { Builder, type Summand } from "../../src/graph/builder.ts";
import { interpret } from "../../src/graph/interpret.ts";
import { interpretPlan } from "../../src/graph/interpret-plan.ts";
import { type Plan, plan } from "../../src/graph/plan.ts";
import { batchTime } from "../../src/graph/workforce/batch.ts";
import { makespanOf } from "../../src/graph/workforce/makespan.ts";
import { add, sub } from "../../src/integer/arithmetic/add.ts";
import { multiply } from "../../src/integer/arithmetic/multiply.ts";
import { sumColumns } from "../../src/integer/arithmetic/sum.ts";
import { lt, max } from "../../src/integer/comparison/compare.ts";
import { eq } from "../../src/integer/comparison/equal.ts";
import { blockCapacity, type ParameterSet } from "../../src/parameters/parameter-set.ts";
import { DEFAULT_PARAMETERS } from "../../src/parameters/sets.ts";
import { assign, inputRadix, integer, join, OPERATIONS, SHAPES } from "../integer/operations.ts";
import { sampleCount } from "../samples.ts";

const workforces = fc.record({
  threads: fc.constantFrom(1, 2, 3, 4, 16, 64),
  batch: fc.constantFrom(1, 1, 4, 8),
});

/** What holds for every plan: room for the tables, noise that a lookup tolerates, and nothing computed in vain. */
function expectSound({ rotations }: Plan, requested: readonly Block[], parameters: ParameterSet): void {
  const read = new Set<Block>(requested);
  for (const { terms } of rotations) for (const { source } of terms) read.add(source);
  for (const block of requested) {
    if (block.kind === "linear") for (const { source } of block.terms) read.add(source);
  }
  for (const { size, tables, terms } of rotations) {
    expect(size * tables.length).toBeLessThanOrEqual(blockCapacity(parameters));
    const noise = terms.reduce((sum, { source, coefficient }) => sum + coefficient ** 2 * source.noise, 0);
    expect(noise).toBeLessThanOrEqual(parameters.maxNoiseLevel ** 2);
    for (const { output } of tables) expect(read).toContain(output);
  }
}

/** A step of a chain: it adds inputs to the state, and looks the sum up. */
interface Step {
  readonly coefficient: number;
  readonly addends: readonly { readonly at: number; readonly coefficient: number }[];
  readonly values: number;
  readonly threshold: boolean;
  readonly table: readonly number[];
  readonly raised: number;
  readonly sameTable: boolean;
  readonly asksForState: number;
  readonly readers: number;
  readonly resolved: number;
  readonly feeds: number;
}

const chain: fc.Arbitrary<Step[]> = fc.array(
  fc.record({
    coefficient: fc.constantFrom(1, 1, 1, 2, -1),
    addends: fc.array(fc.record({ at: fc.nat(), coefficient: fc.constantFrom(-2, -1, 1, 1, 2) }), {
      maxLength: 3,
    }),
    values: fc.constantFrom(2, 2, 2, 3, 4),
    threshold: fc.boolean(),
    table: fc.array(fc.nat(), { minLength: 64, maxLength: 64 }),
    raised: fc.constantFrom(0, 0, 0, 1, 3),
    sameTable: fc.boolean(),
    asksForState: fc.nat({ max: 15 }),
    readers: fc.constantFrom(0, 1, 1, 2),
    resolved: fc.nat({ max: 30 }),
    feeds: fc.nat({ max: 6 }),
  }),
  { minLength: 1, maxLength: 30 },
);

/** Some chains as a graph, of which some is resolved or under way already. */
interface Program {
  readonly inputs: readonly InputBlock[];
  readonly requested: readonly Block[];
  readonly underWay: ReadonlySet<Block>;
  /** What inputs, resolved blocks and those under way hold. */
  readonly values: Map<Source, number>;
}

/** The sum of a chain's state and what a step adds to it; nothing where a block has no room for it. */
function sumOf(
  builder: Builder,
  state: Block,
  { coefficient, addends }: Step,
  others: readonly Block[],
  capacity: number,
): Block | undefined {
  const fits = (summands: readonly Summand[]): boolean =>
    summands.reduce((sum, [c, { min, max }]) => sum + Math.abs(c) * (max - min), 0) < capacity &&
    builder.noiseOf(summands) <= builder.maxNoise;
  const summands: Summand[] = [[coefficient, state]];
  for (const addend of addends) {
    const more: Summand = [addend.coefficient, others[addend.at % others.length]];
    if (fits([...summands, more])) summands.push(more);
  }
  if (!fits(summands)) return undefined;
  const lowest = summands.reduce((sum, [c, { min, max }]) => sum + c * (c > 0 ? min : max), 0);
  return builder.linear(summands, -lowest);
}

function buildChains(
  parameters: ParameterSet,
  chains: readonly (readonly Step[])[],
  digits: readonly number[],
  noise: number,
): Program {
  const { messageModulus } = parameters;
  const capacity = blockCapacity(parameters);
  const builder = new Builder(parameters);
  const inputs = digits.map((): InputBlock => builder.input({ max: messageModulus - 1, noise }));
  const values = new Map<Source, number>(inputs.map((input, at) => [input, digits[at]]));
  const others: Block[] = [...inputs];
  const requested: Block[] = [];
  const underWay = new Set<Block>();
  for (const steps of chains) {
    let state: Block = inputs[0];
    let { table } = steps[0];
    for (const step of steps) {
      const sum = sumOf(builder, state, step, others, capacity);
      if (sum === undefined) {
        state = inputs[1];
        continue;
      }
      for (let reader = 0; reader < step.readers; reader++) {
        const read = builder.lookup(sum, (value) => step.table[(value + reader * 7) % 64] % messageModulus);
        requested.push(read);
        if (step.feeds === 0) others.push(read);
      }
      if (!step.sameTable) table = step.table;
      const count = Math.min(step.values, messageModulus);
      const scale = Math.min(1 + step.raised, Math.floor((capacity - 1) / count));
      const entries = Array.from({ length: capacity }, (_, value) =>
        step.threshold ? Math.min(count - 1, Math.floor((value * count) / capacity)) : table[value] % count,
      );
      state = builder.lookup(sum, (value) => scale * entries[value]);
      builder.retain([state]);
      if (step.asksForState === 0) requested.push(state);
      if (step.resolved <= 1 && isPending(state)) {
        values.set(state, interpret([state], values, parameters)[0]);
        if (step.resolved === 0) builder.resolve(state);
        else underWay.add(state);
      }
    }
    requested.push(state);
  }
  return { inputs, requested, underWay, values };
}

describe.each(SHAPES)("on blocks of shape $shape", ({ parameters, widths }) => {
  test("shortened chains mean the same, in no more time", () => {
    let shortened = 0;
    fc.assert(
      fc.property(
        fc.array(chain, { minLength: 1, maxLength: 4 }),
        fc.array(fc.nat({ max: parameters.messageModulus - 1 }), { minLength: 6, maxLength: 6 }),
        fc.constantFrom(1, 2),
        workforces,
        fc.infiniteStream(fc.nat({ max: 63 })),
        (chains, digits, noise, workforce, random) => {
          const { inputs, requested, underWay, values } = buildChains(parameters, chains, digits, noise);
          const isUnderWay = (block: Block): boolean => underWay.has(block);
          const serial = plan(requested, parameters, { isUnderWay });
          const planned = plan(requested, parameters, { isUnderWay, ...workforce });
          expectSound(planned, requested, parameters);
          expect(makespanOf(planned.rotations, workforce)).toBeLessThanOrEqual(
            makespanOf(serial.rotations, workforce),
          );
          if (planned.rotations.length > serial.rotations.length) shortened++;
          // What is resolved or under way goes with the digits that it was computed from.
          const rounds = values.size > inputs.length ? 1 : 4;
          for (let round = 0; round < rounds; round++) {
            expect(interpretPlan(planned, requested, values)).toEqual(
              interpret(requested, values, parameters),
            );
            for (const input of inputs) values.set(input, random.next().value % parameters.messageModulus);
          }
        },
      ),
      { numRuns: sampleCount(150, 400) },
    );
    expect(shortened).toBeGreaterThan(sampleCount(2, 10));
  });

  test("integer programs mean the same for any number of threads", () => {
    const [width] = widths;
    const step = fc.record({ operation: fc.constantFrom(...OPERATIONS), left: fc.nat(), right: fc.nat() });
    fc.assert(
      fc.property(
        fc.array(step, { minLength: 1, maxLength: 6 }),
        integer(2 * width),
        integer(2 * width),
        workforces,
        (steps, x, y, workforce) => {
          const builder = new Builder(parameters);
          const known = [x, y].map((value) => ({ radix: inputRadix(builder, 2 * width) as Block[], value }));
          const values = new Map<Source, number>();
          for (const { radix, value } of known) assign(values, radix as InputBlock[], value, parameters);
          for (const { operation, left, right } of steps) {
            const [a, b] = [left, right].map((pick) => known[pick % known.length]);
            const radix = operation.build(builder, a.radix, b.radix);
            const value = BigInt.asUintN(2 * width, operation.expected(a.value, b.value, 2 * width));
            const zeros = a.radix.slice(radix.length).map(() => builder.constant(0));
            known.push({ radix: [...radix, ...zeros], value });
          }
          const { radix, value } = known[known.length - 1];
          const planned = plan(radix, parameters, workforce);
          expectSound(planned, radix, parameters);
          expect(join(interpretPlan(planned, radix, values), parameters)).toBe(value);
        },
      ),
      { numRuns: sampleCount(25, 60) },
    );
  });

  test("a graph that is partly resolved and partly under way goes on from there", () => {
    const width = widths[0];
    for (let known = 0; known < 12; known++) {
      const builder = new Builder(parameters);
      const a = inputRadix(builder, width);
      const b = inputRadix(builder, width);
      const values = new Map<Source, number>();
      const [x, y] = [0x9e37_79b9n, 0x61c8_8647n].map((value) => BigInt.asUintN(width, value));
      assign(values, a, x, parameters);
      assign(values, b, y, parameters);
      const sum = add(builder, a, b);
      const outputs = plan(sum, parameters).rotations.flatMap(({ tables }) =>
        tables.map(({ output }) => output),
      );
      const early = outputs.slice(0, known);
      const results = interpret(early, values, parameters);
      builder.retain(early);
      for (const [at, block] of early.entries()) values.set(block, results[at]);
      for (const block of early.slice(0, known >> 1)) builder.resolve(block);
      const underWay = new Set<Block>(early);
      const planned = plan(sum, parameters, { isUnderWay: (block) => underWay.has(block), threads: 16 });
      for (const { tables } of planned.rotations)
        for (const { output } of tables) expect(early).not.toContain(output);
      expect(join(interpretPlan(planned, sum, values), parameters)).toBe(BigInt.asUintN(width, x + y));
    }
  });
});

const parameters = DEFAULT_PARAMETERS;

describe("at the default set", () => {
  const radix = (builder: Builder, width: number): Block[] => inputRadix(builder, width);
  const sum = (builder: Builder, width: number, count: number): readonly Block[] => {
    const addends = Array.from({ length: count }, () => radix(builder, width));
    return sumColumns(
      builder,
      addends[0].map((_, k) => addends.map((addend) => addend[k])),
    );
  };
  const build: Record<string, (builder: Builder, width: number) => readonly Block[]> = {
    add: (builder, width) => add(builder, radix(builder, width), radix(builder, width)),
    sub: (builder, width) => sub(builder, radix(builder, width), radix(builder, width)),
    lt: (builder, width) => [lt(builder, radix(builder, width), radix(builder, width))],
    eq: (builder, width) => [eq(builder, radix(builder, width), radix(builder, width))],
    mul: (builder, width) => multiply(builder, radix(builder, width), radix(builder, width)),
    "sum of 4": (builder, width) => sum(builder, width, 4),
    "sum of 16": (builder, width) => sum(builder, width, 16),
  };

  /** Rotations and depth for 1, 2, 4, 16 and 64 threads. */
  test.each([
    ["add", 8, "4/4 5/3 5/3 5/3 5/3"],
    ["add", 32, "16/16 23/9 27/7 34/5 34/5"],
    ["add", 64, "32/32 45/19 57/10 70/6 70/6"],
    ["add", 128, "64/64 97/33 111/20 136/8 140/8"],
    ["sub", 8, "4/4 5/3 5/3 5/3 5/3"],
    ["sub", 32, "16/16 23/9 27/7 34/5 34/5"],
    ["sub", 64, "32/32 45/19 57/10 70/6 70/6"],
    ["sub", 128, "64/64 97/33 111/20 136/8 140/8"],
    ["lt", 8, "4/4 4/3 4/3 4/3 4/3"],
    ["lt", 32, "16/16 16/9 17/6 18/5 18/5"],
    ["lt", 64, "32/32 33/17 33/10 35/6 35/6"],
    ["lt", 128, "64/64 65/33 65/17 68/8 69/8"],
    ["eq", 8, "3/2 3/2 3/2 3/2 3/2"],
    ["eq", 32, "11/2 11/2 11/2 11/2 11/2"],
    ["eq", 64, "21/3 21/3 21/3 21/3 21/3"],
    ["eq", 128, "42/3 42/3 42/3 42/3 42/3"],
    ["mul", 8, "23/6 23/6 23/6 23/6 23/6"],
    ["mul", 32, "298/23 298/23 298/23 298/23 298/23"],
    ["mul", 64, "1067/47 1067/47 1067/47 1067/47 1067/47"],
    ["mul", 128, "4013/96 4013/96 4013/96 4013/96 4013/96"],
    ["sum of 4", 8, "7/5 7/5 7/5 7/5 7/5"],
    ["sum of 4", 32, "31/17 31/17 48/12 62/7 62/7"],
    ["sum of 4", 64, "63/33 63/33 101/21 133/10 138/8"],
    ["sum of 4", 128, "127/65 127/65 204/40 288/12 292/10"],
    ["sum of 16", 8, "27/6 27/6 27/6 27/6 27/6"],
    ["sum of 16", 32, "123/19 123/19 123/19 155/9 153/9"],
    ["sum of 16", 64, "251/35 251/35 251/35 317/13 324/11"],
    ["sum of 16", 128, "507/67 507/67 507/67 600/37 669/13"],
  ])("%s of %i bits takes %s", (name, width, expected) => {
    const builder = new Builder(parameters);
    const blocks = build[name](builder, width);
    const costs = [1, 2, 4, 16, 64].map((threads) => {
      const { rotations, depth } = plan(blocks, parameters, { threads });
      return `${rotations.length}/${depth}`;
    });
    expect(costs.join(" ")).toBe(expected);
  });

  /** Rotations and depth for 1, 2 and 16 threads that take up to 8 rotations at once. */
  test.each([
    ["add", 64, "32/32 46/18 70/6"],
    ["lt", 64, "33/8 35/6 35/6"],
    ["eq", 64, "21/3 21/3 21/3"],
    ["mul", 64, "1067/47 1067/47 1067/47"],
    ["sum of 16", 64, "251/35 251/35 326/10"],
  ])("%s of %i bits takes %s in batches", (name, width, expected) => {
    const builder = new Builder(parameters);
    const blocks = build[name](builder, width);
    const costs = [1, 2, 16].map((threads) => {
      const { rotations, depth } = plan(blocks, parameters, { threads, batch: 8 });
      return `${rotations.length}/${depth}`;
    });
    expect(costs.join(" ")).toBe(expected);
  });

  test("chains are shortened too where what waits for them is more than they are", () => {
    const builder = new Builder(parameters);
    const [a, b] = [radix(builder, 64), radix(builder, 64)];
    const workforce = { threads: 2, batch: 8 };
    const serial = plan(max(builder, a, b), parameters).rotations;
    const planned = plan(max(builder, a, b), parameters, workforce).rotations;
    expect(makespanOf(planned, workforce)).toBeLessThan(0.75 * makespanOf(serial, workforce));
  });

  test("many chains side by side are left alone", () => {
    const builder = new Builder(parameters);
    const sums = Array.from({ length: 100 }, () => build.add(builder, 64)).flat();
    expect(plan(sums, parameters, { threads: 2 })).toEqual(plan(sums, parameters));
    expect(plan(sums, parameters, { threads: 64 }).depth).toBe(32);
  });

  test("only chains that the whole waits for are shortened", () => {
    const builder = new Builder(parameters);
    const short = build.add(builder, 8);
    let long: Block = builder.input({ max: 15 });
    for (let step = 0; step < 40; step++) {
      const table = Array.from({ length: 16 }, (_, value) => (value * 5 + step) % 14);
      long = builder.lookup(
        builder.linear(
          [
            [1, long],
            [1, builder.input({ max: 1 })],
          ],
          0,
          { max: 15 },
        ),
        table,
      );
    }
    const blocks = [...short, long];
    expect(plan(blocks, parameters, { threads: 64 })).toEqual(plan(blocks, parameters));
  });

  test("a chain of 100,000 lookups takes a fraction of the time", () => {
    const builder = new Builder(parameters);
    const step = builder.input({ max: 1 });
    const start = builder.input({ max: 3 });
    let block: Block = start;
    for (let index = 0; index < 100_000; index++) {
      const sum = builder.linear([
        [1, block],
        [1, step],
      ]);
      block = builder.lookup(sum, (value) => value % 4);
    }
    const planned = plan([block], parameters, { threads: 16 });
    expect(makespanOf(planned.rotations, { threads: 16, batch: 1 })).toBeLessThan(7000);
    const values = new Map<Source, number>([
      [start, 2],
      [step, 1],
    ]);
    expect(interpretPlan(planned, [block], values)).toEqual([2]);
  }, 60_000);
});

describe("the time that threads take", () => {
  test("is the rotations of a chain, and those of many side by side divided by the threads", () => {
    const builder = new Builder(parameters);
    const chain = plan(build(builder, 5), parameters).rotations;
    expect([1, 4].map((threads) => makespanOf(chain, { threads, batch: 1 }))).toEqual([5, 5]);
    const many = plan(Array.from({ length: 10 }, () => build(builder, 1)).flat(), parameters).rotations;
    expect([1, 4, 64].map((threads) => makespanOf(many, { threads, batch: 1 }))).toEqual([10, 3, 1]);
  });

  test("is less in batches, for what is equally urgent or not urgent at all", () => {
    const builder = new Builder(parameters);
    const many = Array.from({ length: 10 }, () => build(builder, 1)).flat();
    const time = (blocks: readonly Block[], threads: number): number =>
      makespanOf(plan(blocks, parameters).rotations, { threads, batch: 8 });
    expect(time(many, 1)).toBe(batchTime(8) + batchTime(2));
    expect(time(many, 2)).toBe(batchTime(5));
    expect(time([...many, ...build(builder, 2)], 1)).toBe(2 * batchTime(6));
    expect(time(build(builder, 5), 1)).toBe(5);
  });

  test("begins with what the longest chains wait for", () => {
    const builder = new Builder(parameters);
    const blocks = [...Array.from({ length: 3 }, () => build(builder, 1)).flat(), ...build(builder, 3)];
    expect(makespanOf(plan(blocks, parameters).rotations, { threads: 2, batch: 1 })).toBe(3);
  });

  function build(builder: Builder, length: number): Block[] {
    let block: Block = builder.input({ max: 15 });
    for (let step = 0; step < length; step++) {
      const sum = builder.linear(
        [
          [1, block],
          [1, builder.input({ max: 1 })],
        ],
        0,
        { max: 15 },
      );
      block = builder.lookup(sum, (value) => (value * 5) % 14);
    }
    return [block];
  }
});
