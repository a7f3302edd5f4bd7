import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { clearEngine } from "../../src/clear.ts";
import {
  type Engine,
  FheInt2,
  FheInt8,
  FheInt24,
  FheInt64,
  type FheIntegerType,
  FheUint2,
  FheUint4,
  FheUint8,
  FheUint16,
  FheUint40,
  FheUint64,
  PARAM_MESSAGE_1_CARRY_1_KS_PBS_TUNIFORM_2M128 as ONE_BIT,
  PARAM_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128 as TWO_BITS,
} from "../../src/index.ts";
import { decryptOutcome, everyOperation } from "../every-operation.ts";
import { computeCases, everyTextOperation } from "../every-text-operation.ts";
import { rangeOf, wrapTo } from "../operations.ts";
import { sampleCount } from "../samples.ts";

describe.each([TWO_BITS, ONE_BIT])("at $name", (parameters) => {
  let engine: Engine;

  beforeAll(async () => {
    engine = await clearEngine({ parameters });
  });
  afterAll(() => engine.dispose());

  test.each([
    { type: FheUint2, some: 4, all: 12 },
    { type: FheUint4, some: 4, all: 12 },
    { type: FheUint8, some: 4, all: 24 },
    { type: FheUint16, some: 2, all: 12 },
    { type: FheUint40, some: 1, all: 12 },
    { type: FheUint64, some: 1, all: 8 },
    { type: FheInt2, some: 4, all: 12 },
    { type: FheInt8, some: 4, all: 24 },
    { type: FheInt24, some: 1, all: 12 },
    { type: FheInt64, some: 1, all: 8 },
  ] as { type: FheIntegerType; some: number; all: number }[])(
    "every operation of $type.name agrees with plain arithmetic",
    async ({ type, some, all }) => {
      const [low, high] = rangeOf(type);
      const turns = [0n, 1n, 2n, -1n, high, high - 1n, low, low + 1n, high / 3n].map((value) =>
        wrapTo(type, value),
      );
      const value = fc.oneof(fc.bigInt(low, high), fc.constantFrom(...turns));
      await fc.assert(
        fc.asyncProperty(value, value, fc.boolean(), async (a, b, choice) => {
          const cases = everyOperation(engine, null, type, a, b, choice);
          expect(cases.length).toBeGreaterThan(60);
          for (const { name, found, expected } of cases) {
            const values = await Promise.all(found().map((outcome) => decryptOutcome(outcome, null)));
            expect(`${name}: ${values}`).toBe(`${name}: ${expected}`);
          }
        }),
        { numRuns: sampleCount(some, all) },
      );
    },
  );

  test.each([
    { a: "a bA", b: "bA", padding: [0, 0], choice: true },
    { a: " aXa", b: "a", padding: [1, 1], choice: false },
    { a: "ab", b: "", padding: [0, 2], choice: true },
    { a: "same", b: "same", padding: [3, 0], choice: false },
  ] as const)("every operation with $a and $b is right", async (texts) => {
    const { found, expected } = await computeCases(null, everyTextOperation(engine, null, texts));
    expect(found.length).toBeGreaterThan(60);
    expect(found).toEqual(expected);
  });
});
