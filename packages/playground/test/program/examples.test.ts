import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { LanguageService } from "../../src/editor/language-service.ts";
import { libraryFiles } from "../../src/editor/library-files.ts";
import { examples } from "../../src/examples/index.ts";
import { checkName } from "../../src/program/check-name.ts";
import { computeClear } from "../../src/program/clear/compute.ts";
import type { ClearValue } from "../../src/program/types.ts";
import { Toy } from "./toy.ts";

/** What the examples give, and what they may cost: a bootstrap takes some 8 ms of one of two threads or more. */
const EXPECTED: Record<string, { results: Record<string, ClearValue>; bootstraps: number }> = {
  salaries: { results: { aliceEarnsMore: true, byMoreThan5000: false }, bootstraps: 150 },
  vote: { results: { park: 2, library: 1, pool: 1 }, bootstraps: 150 },
  auction: { results: { winningPlace: 3, price: 350 }, bootstraps: 300 },
  password: { results: { strong: true, wellKnown: false }, bootstraps: 400 },
  search: { results: { mentioned: true, position: 4, copy: "Ask *** at noon" }, bootstraps: 2200 },
  multiplication: { results: { result: 3_141_592_653n * 2_718_281_828n }, bootstraps: 1100 },
};

const service = new LanguageService(libraryFiles);
let toy: Toy;
beforeAll(async () => void (toy = await Toy.create()));
afterAll(() => toy.engine.dispose());

test("there are those that the page promises", () => {
  expect(examples.map(({ id }) => id)).toEqual(Object.keys(EXPECTED));
});

describe.each(examples)("$id", ({ id, program }) => {
  const { results, bootstraps } = EXPECTED[id]!;

  test("has inputs with good names", () => {
    for (const [i, { name }] of program.inputs.entries()) {
      const others = program.inputs.toSpliced(i, 1).map((input) => input.name);
      expect(() => checkName(name, others)).not.toThrow();
    }
  });

  test("compiles, and gives in clear what it says", () => {
    expect(service.findings(program)).toEqual([]);
    const found = computeClear(service.javascript(program), program.inputs);
    expect(Object.fromEntries(found)).toEqual(results);
  });

  test("gives the same under encryption, in a reasonable number of bootstraps", async () => {
    const javascript = service.javascript(program);
    const planned = toy.plan(javascript, program.inputs);
    expect(toy.engine.explain(...planned.values()).bootstraps).toBeLessThan(bootstraps);
    expect(Object.fromEntries(await toy.compute(javascript, program.inputs))).toEqual(results);
  });
});
