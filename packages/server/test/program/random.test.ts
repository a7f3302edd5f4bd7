import fc from "fast-check";
import type { Engine } from "tacet";
import { clearEngine } from "tacet/clear";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  type Cipher,
  checkGraph,
  estimateGraph,
  type Graph,
  ProgramError,
  textOf,
  trivialCipher,
} from "../../src/program/index.ts";
import { bothWays, VALUES } from "./both-ways.ts";
import { Random, randomProgram } from "./random-program.ts";

let engine: Engine;
let cipher: Cipher;

beforeAll(async () => {
  engine = await clearEngine();
  cipher = trivialCipher(engine.info.parameters);
});
afterAll(() => engine.dispose());

/** Many more in `npm run test:slow`. */
const RUNS = process.env.TACET_ALL_SAMPLES === undefined ? 60 : 3000;

const seeds = fc.integer({ min: 0, max: 2 ** 31 - 1 });
const values = fc.record({
  x: fc.integer({ min: 0, max: 255 }),
  y: fc.integer({ min: 0, max: 9 }),
  wide: fc.integer({ min: 0, max: 65_535 }),
  s: fc.integer({ min: -128, max: 127 }),
  r: fc.integer({ min: -128, max: 127 }),
  large: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  b: fc.boolean(),
  c: fc.boolean(),
  t: fc.constantFrom("", "ab, abc", "abab", "a b"),
  u: fc.constantFrom("ab", "ba", "cc"),
  v: fc.constantFrom("", "é", "abc", "éa"),
});

test("random programs give what the library gives, and the forms that the catalogue says", async () => {
  let compared = 0;
  await fc.assert(
    fc.asyncProperty(seeds, values, async (seed, given) => {
      const { direct, traced } = await bothWays(randomProgram(seed, 8), engine, cipher, given);
      compared += direct.length;
      expect(traced).toEqual(direct);
    }),
    { numRuns: RUNS },
  );
  expect(compared).toBeGreaterThan(4 * RUNS);
});

/** Changes something in a graph: what comes of it may be one, or none. */
function damaged(graph: Graph, random: Random): unknown {
  const copy = JSON.parse(textOf(graph)) as unknown;
  const places: [container: Record<string, unknown>, key: string][] = [];
  const collect = (part: unknown): void => {
    if (typeof part !== "object" || part === null) return;
    for (const [key, one] of Object.entries(part)) {
      places.push([part as Record<string, unknown>, key]);
      collect(one);
    }
  };
  collect(copy);
  for (let i = 0; i <= random.below(2); i++) {
    const [container, key] = random.pick(places);
    const other = random.pick(places);
    const junk = [
      0,
      1,
      7,
      -1,
      0.5,
      1e300,
      null,
      "x",
      "3",
      "-1",
      "FheBool",
      {},
      [],
      [[]],
      { text: "é" },
      true,
      "9".repeat(700),
    ];
    container[key] = random.chance(0.5) ? other[0][other[1]] : random.pick<unknown>(junk);
  }
  try {
    JSON.stringify(copy);
    return copy;
  } catch {
    return null; // A circle.
  }
}

test("damaged graphs are refused with a ProgramError, or are graphs that can be planned", async () => {
  let [refused, planned] = [0, 0];
  await fc.assert(
    fc.asyncProperty(seeds, async (seed) => {
      const { graph } = await bothWays(randomProgram(seed, 4), engine, cipher, VALUES);
      const random = new Random(seed);
      for (let i = 0; i < 20; i++) {
        try {
          await estimateGraph(checkGraph(damaged(graph, random), { work: 20_000 }), engine);
          planned++;
        } catch (error) {
          if (!(error instanceof ProgramError)) throw error;
          refused++;
        }
      }
    }),
    { numRuns: RUNS / 2 },
  );
  expect(refused).toBeGreaterThan(100);
  expect(planned).toBeGreaterThan(5);
});
