import { describe, expect, test } from "vitest";
import { GraphError } from "../../src/errors.ts";
import { constantOf, isConstant, isPending, type Source, termsOf } from "../../src/graph/block.ts";
import { Builder } from "../../src/graph/builder.ts";
import { interpret } from "../../src/graph/interpret.ts";
import { DEFAULT_PARAMETERS } from "../../src/parameters/sets.ts";

const parameters = DEFAULT_PARAMETERS;
const build = (): Builder => new Builder(parameters);
const square = (value: number): number => (value * value) % 16;

describe("linear combinations", () => {
  test("carry range, degree and noise", () => {
    const builder = build();
    const a = builder.input({ max: 3 });
    const b = builder.input({ max: 2, noise: 3 });
    const block = builder.linear(
      [
        [2, a],
        [-1, b],
      ],
      5,
    );
    expect(block).toMatchObject({ kind: "linear", min: 3, max: 11, noise: 4 + 3, constant: 5 });
  });

  test("fold flat: sources merge, zero coefficients vanish", () => {
    const builder = build();
    const a = builder.input({ max: 3 });
    const b = builder.input({ max: 3 });
    const sum = builder.linear(
      [
        [1, a],
        [1, b],
      ],
      1,
    );
    const twice = builder.linear(
      [
        [1, sum],
        [1, a],
      ],
      2,
    );
    expect(termsOf(twice)).toEqual([
      { source: a, coefficient: 2 },
      { source: b, coefficient: 1 },
    ]);
    expect(constantOf(twice)).toBe(3);
    expect(
      builder.linear(
        [
          [1, sum],
          [-1, b],
        ],
        -1,
      ),
    ).toBe(a);
    expect(
      builder.linear(
        [
          [1, a],
          [-1, a],
        ],
        7,
      ),
    ).toBe(builder.constant(7));
  });

  test("are one node however they are written", () => {
    const builder = build();
    const a = builder.input({ max: 3 });
    const b = builder.input({ max: 3 });
    expect(
      builder.linear([
        [1, a],
        [2, b],
      ]),
    ).toBe(
      builder.linear([
        [2, b],
        [1, a],
      ]),
    );
    expect(
      builder.linear([
        [1, a],
        [2, b],
      ]),
    ).not.toBe(
      builder.linear([
        [2, a],
        [1, b],
      ]),
    );
    expect(builder.linear([[1, a]], 1)).not.toBe(builder.linear([[1, a]], 2));
  });

  test("keep what is known of their parts", () => {
    const builder = build();
    const a = builder.input({ max: 3 });
    const t = builder.input({ max: 6 });
    const digit = builder.linear(
      [
        [1, a],
        [1, t],
      ],
      0,
      { min: 3, max: 6 },
    );
    expect(digit).toMatchObject({ min: 3, max: 6 });
    expect(builder.linear([[1, digit]], -3)).toMatchObject({ min: 0, max: 3 });
    expect(
      builder.linear([
        [1, digit],
        [-1, t],
      ]),
    ).toBe(a);
  });

  test.each([
    ["above the capacity", 4, 4, 0],
    ["below zero", 1, -1, 2],
  ])("are refused where they can go %s", (_, p, q, constant) => {
    const builder = build();
    const a = builder.input({ max: 3 });
    const b = builder.input({ max: 3 });
    expect(() =>
      builder.linear(
        [
          [p, a],
          [q, b],
        ],
        constant,
      ),
    ).toThrow(GraphError);
  });

  test("are refused where they are too noisy, and only there", () => {
    const builder = build();
    const flags = Array.from({ length: 3 }, () => builder.input({ max: 1 }));
    expect(
      builder.linear([
        [4, flags[0]],
        [3, flags[1]],
      ]).noise,
    ).toBe(25);
    expect(() =>
      builder.linear([
        [4, flags[0]],
        [3, flags[1]],
        [1, flags[2]],
      ]),
    ).toThrow(/noise/);
    expect(
      builder.noiseOf([
        [4, flags[0]],
        [3, flags[1]],
        [1, flags[2]],
      ]),
    ).toBe(26);
    expect(() => builder.input({ max: 3, noise: 26 })).toThrow(GraphError);
  });

  test.each([0.5, Number.NaN, 2 ** 60])("refuse the coefficient %d", (coefficient) => {
    const builder = build();
    const a = builder.input({ max: 3 });
    expect(() => builder.linear([[coefficient, a]])).toThrow(GraphError);
  });

  test.each([-1, 16, 1.5, Number.NaN])("refuse the constant %d", (value) => {
    expect(() => build().constant(value)).toThrow(GraphError);
  });
});

describe("lookups", () => {
  test("know the range of their entries, and have the noise of one bootstrap", () => {
    const builder = build();
    const a = builder.input({ max: 3, noise: 5 });
    expect(builder.lookup(a, [4, 9, 2, 5, 0])).toMatchObject({ kind: "lookup", min: 2, max: 9, noise: 1 });
  });

  test("are one node where they agree on all that the input can reach", () => {
    const builder = build();
    const a = builder.input({ max: 2 });
    expect(builder.lookup(a, [1, 3, 2, 9])).toBe(builder.lookup(a, Uint8Array.of(1, 3, 2, 7)));
    expect(builder.lookup(a, [1, 3, 2])).not.toBe(builder.lookup(a, [1, 3, 3]));
  });

  test("of constants, and with constant tables, are constants", () => {
    const builder = build();
    const a = builder.input({ max: 2 });
    expect(builder.lookup(builder.constant(3), square)).toBe(builder.constant(9));
    expect(builder.lookup(a, [5, 5, 5, 0])).toBe(builder.constant(5));
  });

  test("that only shift or mirror cost nothing", () => {
    const builder = build();
    const a = builder.input({ max: 3 });
    expect(builder.lookup(a, (value) => value)).toBe(a);
    expect(builder.lookup(builder.linear([[1, a]], 2), (value) => value - 2)).toBe(a);
    expect(builder.lookup(a, (value) => 3 - value)).toBe(builder.linear([[-1, a]], 3));
    expect(builder.lookup(builder.linear([[3, a]], 1), (value) => (value - 1) / 3)).toBe(a);
  });

  test("that only shift or mirror a noisy block make it fresh, unless told otherwise", () => {
    const builder = build();
    const noisy = builder.input({ max: 3, noise: 2 });
    expect(builder.lookup(noisy, (value) => value)).toMatchObject({ kind: "lookup", noise: 1 });
    expect(builder.lookup(noisy, (value) => value, 2)).toBe(noisy);
    expect(builder.refresh(noisy)).toBe(builder.lookup(noisy, (value) => value));
    expect(builder.refresh(noisy, 2)).toBe(noisy);
    const fresh = builder.input({ max: 3 });
    expect(builder.refresh(fresh)).toBe(fresh);
  });

  test("read one input where only constants, signs or factors differ", () => {
    const builder = build();
    const a = builder.input({ max: 3 });
    const b = builder.input({ max: 3 });
    const inputs = [
      builder.linear(
        [
          [1, a],
          [-1, b],
        ],
        3,
      ),
      builder.linear(
        [
          [1, a],
          [-1, b],
        ],
        7,
      ),
      builder.linear(
        [
          [-1, a],
          [1, b],
        ],
        3,
      ),
      builder.linear(
        [
          [2, a],
          [-2, b],
        ],
        6,
      ),
    ].map((block) => {
      const lookup = builder.lookup(block, square);
      return isPending(lookup) ? lookup.input : undefined;
    });
    expect(new Set(inputs).size).toBe(1);
    expect(inputs[0]).toMatchObject({ min: 0, max: 6, noise: 2 });
    const single = builder.lookup(builder.linear([[4, a]], 3), square);
    expect(isPending(single) && single.input).toBe(a);
  });

  test("mean the same whatever their input was brought to", () => {
    const builder = build();
    const a = builder.input({ max: 3 });
    const b = builder.input({ max: 3 });
    for (const [p, q, constant] of [
      [1, -1, 4],
      [-1, 1, 3],
      [2, -2, 6],
      [-2, 1, 6],
      [0, 3, 5],
      [0, -3, 11],
      [2, 2, 1],
    ] as const) {
      const lookup = builder.lookup(
        builder.linear(
          [
            [p, a],
            [q, b],
          ],
          constant,
        ),
        square,
      );
      for (let x = 0; x < 4; x++) {
        for (let y = 0; y < 4; y++) {
          const values = new Map<Source, number>([
            [a, x],
            [b, y],
          ]);
          expect(interpret([lookup], values, parameters)).toEqual([square(p * x + q * y + constant)]);
        }
      }
    }
  });

  test("keep the narrower range that an algorithm asserts", () => {
    const builder = build();
    const a = builder.input({ max: 15 });
    const narrow = builder.linear([[1, a]], 0, { max: 3 });
    const lookup = builder.lookup(narrow, (value) => [1, 0, 1, 2][value]);
    expect(isPending(lookup) && lookup.input).toBe(narrow);
  });

  test.each([-1, 16, 0.5, Number.NaN])("refuse the reachable entry %d", (entry) => {
    const builder = build();
    const a = builder.input({ max: 1 });
    expect(() => builder.lookup(a, [0, entry])).toThrow(GraphError);
    expect(isConstant(builder.lookup(a, [0, 0, entry]))).toBe(true);
  });
});

describe.each(["compact", "switched"] as const)("inputs in %s form", (form) => {
  test("are looked up like others, by any table", () => {
    const builder = build();
    const input = builder.input({ max: 15, form });
    expect(input.form).toBe(form);
    const identity = builder.lookup(input, (value) => value);
    expect(identity).toMatchObject({ kind: "lookup", input, min: 0, max: 15, noise: 1 });
    expect(builder.refresh(input, builder.maxNoise)).toBe(identity);
    const digits = [
      builder.lookup(input, (value) => value % 4),
      builder.lookup(input, (value) => value >> 2),
    ];
    expect(builder.linear(digits.map((digit) => [1, digit] as const))).toMatchObject({ max: 6, noise: 3 });
    expect(interpret(digits, new Map([[input, 14]]), parameters)).toEqual([2, 3]);
  });

  test("are never combined", () => {
    const builder = build();
    const input = builder.input({ max: 3, form });
    const other = builder.input({ max: 3 });
    expect(() => builder.linear([[2, input]])).toThrow(GraphError);
    expect(() => builder.linear([[1, input]], 1)).toThrow(/only be looked up/);
    expect(() =>
      builder.linear([
        [1, input],
        [1, other],
      ]),
    ).toThrow(GraphError);
    expect(builder.noiseOf([[1, input]])).toBe(Infinity);
    expect(builder.linear([[1, input]])).toBe(input);
  });
});
