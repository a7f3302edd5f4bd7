import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const source = fileURLToPath(new URL("../src/", import.meta.url));
const files = readdirSync(source, { recursive: true, encoding: "utf8" }).filter((file) =>
  file.endsWith(".ts"),
);

/** What each file imports of the others when it is loaded. */
const imports = new Map(
  files.map((file) => {
    const text = readFileSync(join(source, file), "utf8");
    const found = [...text.matchAll(/from\s*"(\.[^"]+)"/g)].map(([, from]) =>
      relative(source, join(source, dirname(file), from!)),
    );
    return [file, found] as const;
  }),
);

test("no file imports in a circle", () => {
  const done = new Set<string>();
  const visit = (file: string, way: readonly string[]): void => {
    expect(way, [...way, file].join(" → ")).not.toContain(file);
    if (done.has(file)) return;
    for (const next of imports.get(file) ?? []) visit(next, [...way, file]);
    done.add(file);
  };
  for (const file of files) visit(file, []);
});

test("the library is imported as users do", () => {
  for (const [file, found] of imports) {
    expect(
      found.filter((from) => from.startsWith("..")),
      file,
    ).toEqual([]);
  }
});

test("files are short", () => {
  for (const file of files) {
    const lines = readFileSync(join(source, file), "utf8").split("\n").length;
    expect(lines, file).toBeLessThanOrEqual(400);
  }
});
