import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  type ClientKey,
  type Engine,
  FheInt2,
  FheInt8,
  FheInt24,
  FheInt64,
  FheUint2,
  FheUint4,
  FheUint8,
  FheUint16,
  FheUint40,
  FheUint64,
} from "../../src/index.ts";
import { decryptOutcome, everyOperation } from "../every-operation.ts";
import { rangeOf, wrapTo } from "../operations.ts";
import { toyPair } from "../toy.ts";

let clientKey: ClientKey;
let engine: Engine;

beforeAll(async () => {
  ({ clientKey, engine } = await toyPair());
});
afterAll(() => engine.dispose());

const TYPES = [
  FheUint2,
  FheUint4,
  FheUint8,
  FheUint16,
  FheUint40,
  FheUint64,
  FheInt2,
  FheInt8,
  FheInt24,
  FheInt64,
];

test.each(TYPES)("every operation of $name agrees with plain arithmetic", async (type) => {
  const [low, high] = rangeOf(type);
  const turns = [0n, 1n, 2n, -1n, high, high - 1n, low, low + 1n, high / 3n].map((value) =>
    wrapTo(type, value),
  );
  const value = fc.oneof(fc.bigInt(low, high), fc.constantFrom(...turns));
  const runs = type.width <= 8 ? 12 : type.width <= 24 ? 6 : 2;
  await fc.assert(
    fc.asyncProperty(value, value, fc.boolean(), async (a, b, choice) => {
      const cases = everyOperation(engine, clientKey, type, a, b, choice);
      const found = await Promise.all(
        cases.map(({ found }) => Promise.all(found().map((outcome) => decryptOutcome(outcome, clientKey)))),
      );
      for (const [i, { name, expected }] of cases.entries()) {
        expect(`${name}: ${found[i]}`).toBe(`${name}: ${expected}`);
      }
    }),
    { numRuns: runs },
  );
});
