import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { GraphError } from "../../src/errors.ts";
import { type Block, isPending, type Source, termsOf } from "../../src/graph/block.ts";
import { Builder } from "../../src/graph/builder.ts";
import { interpret } from "../../src/graph/interpret.ts";
import { interpretPlan } from "../../src/graph/interpret-plan.ts";
import { plan } from "../../src/graph/plan.ts";
import { PlanVerifier } from "../../src/graph/verify/verifier.ts";
import { DEFAULT_PARAMETERS } from "../../src/parameters/sets.ts";

/* Lookups of combinations that use the padding bit. */

const parameters = DEFAULT_PARAMETERS;

/** A builder with three digits, and a combination of these from -9 to 9. */
function small(): { builder: Builder; inputs: Source[]; summands: (readonly [number, Block])[] } {
  const builder = new Builder(parameters);
  const inputs = Array.from({ length: 3 }, () => builder.input({ max: 3 }));
  return { builder, inputs, summands: inputs.map((input, i) => [COEFFICIENTS[i], input] as const) };
}

const COEFFICIENTS = [3, -2, -1];
const sumOf = (values: readonly number[]): number =>
  values.reduce((sum, value, i) => sum + COEFFICIENTS[i] * value, 0);

/** Carries out and checks what is built, for all values of some digits. */
function check(
  inputs: readonly Source[],
  results: readonly Block[],
  right: (values: number[]) => number[],
): void {
  const made = plan(results, parameters);
  new PlanVerifier(parameters, 256).verify(made, results);
  for (let index = 0; index < 4 ** inputs.length; index++) {
    const values = inputs.map((_, i) => (index >> (2 * i)) & 3);
    const given = new Map(inputs.map((input, i) => [input, values[i]]));
    expect(interpret(results, given, parameters)).toEqual(right(values));
    expect(interpretPlan(made, results, given)).toEqual(right(values));
  }
}

describe("lookups that use the padding bit", () => {
  test("give signs, and whether anything differs, with whatever constant and sign", () => {
    const { builder, inputs, summands } = small();
    const negative = summands.map(([coefficient, block]) => [-coefficient, block] as const);
    const more = builder.linear([[3, inputs[0]]], 6);
    const results = [
      builder.lookupWide(summands, 0, (value) => Math.sign(value) + 1),
      builder.lookupWide(summands, 0, (value) => Number(value !== 0)),
      builder.lookupWide(summands, -4, (value) => Number(value !== 0)),
      builder.lookupWide(negative, 2, (value) => 3 - 3 * Math.sign(value - 2)),
      builder.lookupWide([[1, more], ...summands.slice(1)], -6, (value) => 5 * Number(value !== 0)),
    ];
    expect(results.map(({ max }) => max)).toEqual([2, 1, 1, 6, 5]);
    check(inputs, results, (values) => {
      const sum = sumOf(values);
      const differs = Number(sum !== 0);
      return [Math.sign(sum) + 1, differs, Number(sum !== 4), 3 + 3 * Math.sign(sum), 5 * differs];
    });
  });

  test("are one rotation for what differs in a constant, a sign, or the sign of the combination", () => {
    const { builder, summands } = small();
    const negative = summands.map(([coefficient, block]) => [-coefficient, block] as const);
    const sign = builder.lookupWide(summands, 0, (value) => Math.sign(value) + 1);
    const others = [
      builder.lookupWide(summands, 0, (value) => Math.sign(value) + 4),
      builder.lookupWide(summands, 5, (value) => 1 - Math.sign(value - 5)),
      builder.lookupWide(negative, 0, (value) => Math.sign(value) + 1),
    ];
    const sources = new Set([sign, ...others].flatMap((block) => termsOf(block).map(({ source }) => source)));
    expect(sources.size).toBe(1);
    expect(plan([sign, ...others], parameters).rotations.length).toBe(1);
  });

  test("are ordinary ones where there is room without", () => {
    const { builder, inputs } = small();
    const summands = [
      [1, inputs[0]],
      [-1, inputs[1]],
    ] as const;
    const wide = builder.lookupWide(summands, 0, (value) => Number(value === 0));
    const difference = builder.linear(summands, 3);
    expect(wide).toBe(builder.lookup(difference, (value) => Number(value === 3)));
  });

  test("are not composed, nor do others compose with them", () => {
    const { builder, inputs, summands } = small();
    const sign = builder.lookupWide(summands, 0, (value) => Math.sign(value) + 1);
    const parity = builder.lookup(sign, (value) => value % 2);
    expect(plan([parity], parameters).rotations.length).toBe(2);
    check(inputs, [parity, sign], (values) => [
      Math.abs(Math.sign(sumOf(values)) + 1) % 2,
      Math.sign(sumOf(values)) + 1,
    ]);
  });

  test("know what a narrower block tells of a combination", () => {
    const { builder, inputs } = small();
    const [a, b, c] = inputs;
    const halves = builder.lookup(a, (value) => value >> 1);
    const known = builder.linear(
      [
        [1, a],
        [-2, halves],
      ],
      0,
      { min: 0, max: 1 },
    );
    const summands = [
      [1, known],
      [-4, b],
      [1, c],
    ] as const;
    const found = builder.lookupWide(summands, 0, (value) => Number(value > -4));
    check(inputs, [found], ([x, y, z]) => [Number((x & 1) - 4 * y + z > -4)]);
  });

  test("are refused where no polynomial has such a table, or values are too many, or too noisy", () => {
    const { builder, inputs, summands } = small();
    expect(() => builder.lookupWide(summands, 0, (value) => Number(value === 8))).toThrow(
      new GraphError("entries of values that are 16 apart do not all add up to 0"),
    );
    expect(() => builder.lookupWide(summands, 0, (value) => Number(value === 0))).toThrow("values from -1");
    expect(() => builder.lookupWide(summands, 0, (value) => (value === 0 ? 0 : 8))).toThrow(GraphError);
    expect(() => builder.lookupWide(summands, 0, (value) => (value === 0 ? 0 : 0.5))).toThrow(GraphError);
    const wider = [
      [5, inputs[0]],
      [-4, inputs[1]],
      [-2, inputs[2]],
    ] as const;
    expect(() => builder.lookupWide(wider, 0, (value) => Number(value > 0))).toThrow(
      "34 values do not fit the 32",
    );
    const noisy = inputs.map((_, i) => [COEFFICIENTS[i], builder.input({ max: 3, noise: 3 })] as const);
    expect(() => builder.lookupWide(noisy, 0, (value) => Number(value !== 0))).toThrow("noise");
  });

  test("count as one ciphertext with an ordinary lookup of the same, as their tables do not tell", () => {
    const builder = new Builder(parameters);
    const given = (twin: number, wide: boolean) =>
      builder.input({ max: 3, twin, kin: 7, opaque: true, wide });
    const [wide, another, ordinary] = [given(11, true), given(12, true), given(13, false)];
    const sum = (a: Block, b: Block) =>
      builder.linear([1, 1].map((one, i) => [one, [a, b][i]] as const)).noise;
    expect(sum(wide, ordinary)).toBeCloseTo(4);
    expect(sum(wide, another)).toBeCloseTo(3);
  });

  test("of any negacyclic table are right", () => {
    const coefficient = fc.constantFrom(-4, -3, -2, -1, 1, 2, 3, 4);
    fc.assert(
      fc.property(
        fc.tuple(coefficient, coefficient, coefficient),
        fc.array(fc.nat({ max: 3 }), { minLength: 16, maxLength: 16 }),
        fc.integer({ min: -40, max: 40 }),
        (coefficients, table, constant) => {
          const { builder, inputs } = small();
          const reach = coefficients.reduce((sum, c) => sum + 3 * Math.abs(c), 0);
          const noise = coefficients.reduce((sum, c) => sum + c * c, 0);
          fc.pre(reach < 32 && noise <= 25);
          const at = (value: number): number => {
            const place = ((value % 32) + 32) % 32;
            return place < 16 ? table[place] : 3 - table[place - 16];
          };
          const summands = inputs.map((input, i) => [coefficients[i], input] as const);
          const found = builder.lookupWide(summands, constant, at);
          check(inputs, [found], (values) => [
            at(values.reduce((sum, value, i) => sum + coefficients[i] * value, constant)),
          ]);
        },
      ),
      { numRuns: 100 },
    );
  });
});

test("what is known of wide lookups is let go of with them", () => {
  const { builder, summands } = small();
  const found = builder.lookupWide(summands, 0, (value) => Number(value !== 0));
  builder.retain([found]);
  builder.sweep();
  const [{ source }] = termsOf(found);
  expect(isPending(source)).toBe(true);
  builder.resolve(source as never);
  expect(builder.lookupWide(summands, 0, (value) => Number(value !== 0))).toBe(found);
  builder.release([found]);
  builder.sweep();
  expect(builder.size).toBe(0);
});
