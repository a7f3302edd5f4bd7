import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
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
import { sampleCount, takesAllSamples } from "../samples.ts";
import { toyPair } from "../toy.ts";

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

const computers = [
  { computer: "workers", options: { threads: 2 }, types: TYPES },
  { computer: "the calling thread", options: { threads: 0 }, types: takesAllSamples ? TYPES : [FheInt8] },
];

describe.each(computers)("on $computer", ({ options, types }) => {
  let clientKey: ClientKey;
  let engine: Engine;

  beforeAll(async () => {
    ({ clientKey, engine } = await toyPair(options));
    expect(engine.info.sharedMemory).toBe(options.threads > 0);
  });
  afterAll(() => engine.dispose());

  test.each(types)("every operation of $name agrees with plain arithmetic", async (type) => {
    const [low, high] = rangeOf(type);
    const turns = [0n, 1n, 2n, -1n, high, high - 1n, low, low + 1n, high / 3n].map((value) =>
      wrapTo(type, value),
    );
    const value = fc.oneof(fc.bigInt(low, high), fc.constantFrom(...turns));
    const runs =
      type.width <= 8 ? sampleCount(6, 12) : type.width <= 24 ? sampleCount(3, 6) : sampleCount(1, 2);
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
});
