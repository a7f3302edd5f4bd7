import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { costs, type Row, WIDTHS } from "../../bench/costs/catalogue.ts";
import { withTables } from "../../bench/costs/tables.ts";

const families = costs();
const rows: readonly Row[] = Object.values(families).flat();
const title = ({ name, sign, operands }: Row): string => `${name}, ${sign}, ${operands}`;

test.each(rows.map((row) => [title(row), row] as const))(
  "%s takes no more bootstraps than in TFHE-rs",
  (_, row) => {
    for (const width of WIDTHS) {
      const theirs = row.peer[width];
      const ours = row.serial[width];
      if (ours !== null && theirs !== null)
        expect(ours.rotations, `${width} bits`).toBeLessThanOrEqual(theirs);
    }
  },
);

describe("where carries or comparisons run through all digits of encrypted integers", () => {
  const heavy = /^(add|sub|neg|mul|square|a·b|sum of (4|16)|overflowing\w+|lt|le|gt|ge|min|max)\b/;
  test.each(
    rows
      .filter(({ name, operands }) => heavy.test(name) && operands === "encrypted")
      .map((row) => [title(row), row] as const),
  )("%s takes at most 0.71 of them at 64 bits", (_, { serial, peer }) => {
    expect(serial[64]!.rotations / peer[64]!).toBeLessThanOrEqual(0.71);
  });
});

test("many threads never wait longer than one would for the same operation", () => {
  for (const row of rows) {
    for (const width of WIDTHS) {
      const [one, many] = [row.serial[width], row.parallel[width]];
      if (one === null || many === null) continue;
      expect(many.depth, `${title(row)}, ${width} bits`).toBeLessThanOrEqual(one.depth);
    }
  }
});

test("the documentation says what operations take", () => {
  const document = readFileSync(new URL("../../../../docs/operations.md", import.meta.url), "utf8");
  expect(withTables(document, families)).toBe(document);
});
