import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type Block,
  type BlockForm,
  formOf,
  type InputBlock,
  isPending,
  type Source,
  termsOf,
} from "../../src/graph/block.ts";
import { Builder, type Summand } from "../../src/graph/builder.ts";
import { interpret } from "../../src/graph/interpret.ts";
import { interpretPlan } from "../../src/graph/interpret-plan.ts";
import { type Plan, plan } from "../../src/graph/plan.ts";
import { blockCapacity } from "../../src/parameters/parameter-set.ts";
import { DEFAULT_PARAMETERS } from "../../src/parameters/sets.ts";

const parameters = DEFAULT_PARAMETERS;
const capacity = blockCapacity(parameters);
const build = (): Builder => new Builder(parameters);
const outputs = (planned: Plan): Block[][] =>
  planned.rotations.map(({ tables }) => tables.map(({ output }) => output));
const message = (value: number): number => value % 4;
const carry = (value: number): number => value >> 2;
const rotate = [1, 2, 3, 0];

/** What holds for every plan: order, room, and ranges that start at 0. */
function expectSound(planned: Plan): void {
  const producer = new Map<Block, number>();
  for (const [index, rotation] of planned.rotations.entries()) {
    expect(rotation.index).toBe(index);
    expect(rotation.size * rotation.tables.length).toBeLessThanOrEqual(capacity);
    for (const { table } of rotation.tables) expect(table).toHaveLength(rotation.size);
    const reads = rotation.terms.map(({ source }) => producer.get(source)).filter((at) => at !== undefined);
    expect(rotation.dependencies).toEqual([...new Set(reads)].sort((p, q) => p - q));
    for (const { source } of rotation.terms) expect(isPending(source) && !producer.has(source)).toBe(false);
    if (rotation.terms.some(({ source }) => formOf(source) !== "big")) {
      expect(rotation).toMatchObject({ terms: [{ coefficient: 1 }], constant: 0 });
      expect(rotation.terms).toHaveLength(1);
    }
    for (const { output } of rotation.tables) producer.set(output, index);
  }
  for (const { index, priority } of planned.rotations) {
    const waiting = planned.rotations.filter(({ dependencies }) => dependencies.includes(index));
    expect(priority).toBe(Math.max(-1, ...waiting.map((rotation) => rotation.priority)) + 1);
  }
  expect(planned.depth).toBe(Math.max(-1, ...planned.rotations.map(({ priority }) => priority)) + 1);
}

describe("a plan", () => {
  test("has nothing for inputs, constants and combinations of them", () => {
    const builder = build();
    const a = builder.input({ max: 3 });
    expect(plan([a, builder.constant(1), builder.linear([[2, a]], 1)], parameters)).toEqual({
      rotations: [],
      depth: 0,
    });
  });

  test("leaves out what was not asked for and what is resolved", () => {
    const builder = build();
    const a = builder.input({ max: 15 });
    const first = builder.lookup(a, message);
    builder.lookup(a, carry);
    const last = builder.lookup(builder.linear([[1, first]]), rotate);
    expect(outputs(plan([first], parameters))).toEqual([[first]]);
    if (first.kind === "lookup") builder.resolve(first);
    expect(outputs(plan([first, last], parameters))).toEqual([[last]]);
  });

  test("takes what is under way as given", () => {
    const builder = build();
    const a = builder.input({ max: 15 });
    const b = builder.input({ max: 3 });
    const first = builder.lookup(a, message);
    const last = builder.lookup(
      builder.linear([
        [1, first],
        [1, b],
      ]),
      message,
    );
    const planned = plan([first, last], parameters, { isUnderWay: (block) => block === first });
    expect(outputs(planned)).toEqual([[last]]);
    expect(planned.rotations[0].dependencies).toEqual([]);
  });

  test("looks message and carry of a 3-bit sum up in one rotation, of a 4-bit sum in two", () => {
    const builder = build();
    const blocks = [3, 3, 1].map((max) => builder.input({ max }));
    const sum = builder.linear(blocks.map((block): Summand => [1, block]));
    const pair = [builder.lookup(sum, message), builder.lookup(sum, carry)];
    expect(outputs(plan(pair, parameters))).toEqual([pair]);
    const wide = builder.linear([
      [1, sum],
      [1, builder.input({ max: 1 })],
    ]);
    expect(
      plan([builder.lookup(wide, message), builder.lookup(wide, carry)], parameters).rotations,
    ).toHaveLength(2);
  });

  test("starts the range of an input at 0", () => {
    const builder = build();
    const a = builder.input({ max: 3 });
    const shifted = builder.lookup(a, [6, 5, 4, 6]);
    const b = builder.input({ max: 1 });
    const sum = builder.linear([
      [2, shifted],
      [3, b],
    ]);
    const [, rotation] = plan([builder.lookup(sum, (value) => value - 8)], parameters).rotations;
    expect(rotation).toMatchObject({ constant: -8, size: 8 });
  });

  test("makes a lookup of a lookup one", () => {
    const builder = build();
    const a = builder.input({ max: 15 });
    const first = builder.lookup(a, message);
    const second = builder.lookup(first, rotate);
    const third = builder.lookup(second, [2, 0, 3, 1]);
    const planned = plan([third], parameters);
    expect(outputs(planned)).toEqual([[third]]);
    expect(planned.rotations[0].terms).toEqual([{ source: a, coefficient: 1 }]);
    expect(interpretPlan(planned, [third], new Map([[a, 7]]))).toEqual([2]);
  });

  test("makes a lookup of a lookup one even where both are asked for, if they fit together", () => {
    const builder = build();
    const a = builder.input({ max: 3 });
    const first = builder.lookup(a, [2, 0, 1, 0]);
    const second = builder.lookup(first, [3, 0, 2, 0]);
    const planned = plan([first, second], parameters);
    expect(outputs(planned)).toEqual([[first, second]]);
    expect(planned.depth).toBe(1);
  });

  test("does not compose where that would undo merging", () => {
    const builder = build();
    const a = builder.input({ max: 15 });
    const first = builder.lookup(a, message);
    const fan = [
      [1, 3, 0, 0],
      [0, 2, 0, 1],
      [2, 2, 0, 1],
    ].map((table) => builder.lookup(first, table));
    expect(plan(fan, parameters)).toMatchObject({ depth: 2 });
    expect(outputs(plan(fan, parameters))).toEqual([[first], fan]);
  });

  test("does the same as its graph, whatever the graph", () => {
    const step = fc.record({
      kind: fc.constantFrom("lookup", "lookup", "linear"),
      operands: fc.array(fc.record({ at: fc.nat(), coefficient: fc.constantFrom(-2, -1, 1, 1, 2) }), {
        minLength: 1,
        maxLength: 3,
      }),
      table: fc.array(fc.nat({ max: 5 }), { minLength: capacity, maxLength: capacity }),
      requested: fc.boolean(),
      resolved: fc.nat({ max: 9 }),
    });
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 60 }),
        fc.array(fc.nat({ max: 3 }), { minLength: 4, maxLength: 4 }),
        fc.array(fc.constantFrom<BlockForm>("big", "big", "compact", "switched"), {
          minLength: 4,
          maxLength: 4,
        }),
        (steps, inputs, forms) => {
          const builder = build();
          const sources = forms.map((form): InputBlock => builder.input({ max: 3, form }));
          const values = new Map<Source, number>(sources.map((source, index) => [source, inputs[index]]));
          const blocks: Block[] = [...sources];
          const requested: Block[] = [];
          for (const { kind, operands, table, requested: wanted, resolved } of steps) {
            const summands = operands.map(
              ({ at, coefficient }): Summand => [coefficient, blocks[at % blocks.length]],
            );
            const lowest = summands.reduce((sum, [c, { min, max }]) => sum + c * (c > 0 ? min : max), 0);
            const highest = summands.reduce((sum, [c, { min, max }]) => sum + c * (c > 0 ? max : min), 0);
            const fits = highest - lowest < capacity && builder.noiseOf(summands) <= builder.maxNoise;
            const block =
              kind === "linear" && fits
                ? builder.linear(summands, -lowest)
                : builder.lookup(summands[0][1], table);
            blocks.push(block);
            builder.retain([block]);
            if (wanted) requested.push(block);
            if (resolved === 0 && isPending(block)) {
              values.set(block, interpret([block], values, parameters)[0]);
              builder.resolve(block);
            }
          }
          const planned = plan(requested, parameters);
          expectSound(planned);
          const pending = new Set(blocks.flatMap(termsOf).map(({ source }) => source).filter(isPending)); // biome-ignore format: short
          expect(planned.rotations.length).toBeLessThanOrEqual(pending.size);
          expect(interpretPlan(planned, requested, values)).toEqual(interpret(requested, values, parameters));
          expect(plan(requested, parameters)).toEqual(planned);
        },
      ),
      { numRuns: 300 },
    );
  });

  test("of a chain of 30,000 lookups does not overflow the stack", () => {
    const builder = build();
    const step = builder.input({ max: 1 });
    const start = builder.input({ max: 3 });
    let block: Block = start;
    for (let index = 0; index < 30_000; index++) {
      block = builder.lookup(
        builder.linear([
          [1, block],
          [1, step],
        ]),
        message,
      );
    }
    const planned = plan([block], parameters);
    expect(planned).toMatchObject({ depth: 30_000 });
    expect(planned.rotations).toHaveLength(30_000);
    const values = new Map<Source, number>([
      [start, 2],
      [step, 1],
    ]);
    expect(interpretPlan(planned, [block], values)).toEqual([2]);
    expect(interpret([block], values, parameters)).toEqual([2]);
  });

  test("of 30,000 lookups of lookups is one rotation", () => {
    const builder = build();
    let block: Block = builder.input({ max: 3 });
    for (let index = 0; index < 30_000; index++) block = builder.lookup(block, rotate);
    expect(plan([block], parameters).rotations).toHaveLength(1);
  });
});
