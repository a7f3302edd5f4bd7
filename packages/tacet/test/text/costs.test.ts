import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { withTextTable } from "../../bench/costs/tables.ts";
import { LENGTHS, type Length, type TextRow, textCosts } from "../../bench/costs/texts.ts";
import { takesAllSamples } from "../samples.ts";

/** Those of 128 characters take a while. */
const lengths: readonly Length[] = takesAllSamples ? LENGTHS : [8, 32];
const texts = textCosts(lengths);

const titleOf = ({ name, padded, operand }: TextRow): string =>
  [name, padded ? "padded" : "exact", operand].filter(Boolean).join(", ");
test.each(texts.map((row) => [titleOf(row), row] as const))(
  "%s takes no more bootstraps than in TFHE-rs",
  (_, { costs: own, peer }) => {
    for (const length of lengths) {
      const theirs = peer[length];
      if (theirs !== null) expect(own[length].rotations, `${length}`).toBeLessThanOrEqual(theirs);
    }
  },
);

const half = /^(eq|contains|indexOf|lastIndexOf|toLowerCase|toUpperCase|trim|replace|replaceAll)$/;
test.each(texts.filter(({ name }) => half.test(name)).map((row) => [titleOf(row), row] as const))(
  "%s takes about half of them at 32 characters, or less",
  (_, { name, operand, costs: own, peer }) => {
    // Two encrypted characters take three rotations, which is all that their digits' noise leaves.
    const most = operand !== "clear" && /^(eq|contains)$/.test(name) ? 0.66 : 0.51;
    if (peer[32] !== null) expect(own[32].rotations / peer[32]).toBeLessThanOrEqual(most);
  },
);

test.runIf(takesAllSamples)("the documentation says what operations with texts take", () => {
  const document = readFileSync(new URL("../../../../docs/operations.md", import.meta.url), "utf8");
  expect(withTextTable(document, texts)).toBe(document);
});
