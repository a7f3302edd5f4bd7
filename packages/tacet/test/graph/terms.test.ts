import { expect, test } from "vitest";
import { Builder } from "../../src/graph/builder.ts";
import { sameTerms } from "../../src/graph/terms.ts";
import { DEFAULT_PARAMETERS } from "../../src/parameters/sets.ts";

test("combinations are the same if all of their terms are", () => {
  const builder = new Builder(DEFAULT_PARAMETERS);
  const [x, y, z] = [1, 2, 3].map((max) => builder.input({ max }));
  const terms = [
    { source: x, coefficient: 1 },
    { source: y, coefficient: 2 },
  ];
  expect(
    sameTerms(
      terms,
      terms.map((term) => ({ ...term })),
    ),
  ).toBe(true);
  for (const other of [
    terms.slice(0, 1),
    terms.slice(1),
    [...terms, { source: z, coefficient: 1 }],
    [],
    [terms[0], { source: y, coefficient: -2 }],
    [{ source: x, coefficient: 3 }, terms[1]],
    [terms[0], { source: z, coefficient: 2 }],
    [{ source: z, coefficient: 1 }, terms[1]],
  ]) {
    expect(sameTerms(terms, other)).toBe(false);
    expect(sameTerms(other, terms)).toBe(false);
  }
});
