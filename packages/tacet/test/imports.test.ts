import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path/posix";
import { describe, expect, test } from "vitest";
import { circles, forbidden, type Imports, importsOf, readImports, readPlan } from "./imports.ts";

const root = join(import.meta.dirname, "../../..");
const imports = readImports(root);
const plan = readPlan(readFileSync(join(root, "CONTRIBUTING.md"), "utf8"));

/** The only circles that there may be. */
const known = [
  // Operations of each class give others, so that their types know each other wherever they stand.
  "packages/playground/src/program/clear/bool.ts packages/playground/src/program/clear/integer.ts packages/playground/src/program/clear/match.ts packages/playground/src/program/clear/text.ts",
  "packages/tacet/src/api/engine/handles/bool-handle.ts packages/tacet/src/api/engine/handles/found.ts packages/tacet/src/api/engine/handles/integer-handle.ts packages/tacet/src/api/engine/handles/string-handle.ts packages/tacet/src/api/engine/handles/text-handle.ts",
];

describe("the sources", () => {
  test("import files that are there", () => {
    const missing = [...imports.values()].flat().filter((path) => !existsSync(join(root, path)));
    expect(missing).toEqual([]);
    expect(imports.size).toBeGreaterThan(200);
  });

  test("import nothing in a circle", () => {
    expect(circles(imports).map((circle) => circle.join(" "))).toEqual(known);
  });

  test("import from the rooms that CONTRIBUTING.md says", () => {
    expect(forbidden(imports, plan)).toEqual([]);
  });
});

describe("CONTRIBUTING.md", () => {
  test("says nothing of rooms that are not there", () => {
    for (const room of [...plan.rooms.entries()].flat(2)) {
      expect(existsSync(join(root, "packages/tacet/src", room)), room).toBe(true);
    }
    for (const file of plan.common) expect(imports.has(`packages/tacet/src/${file}`), file).toBe(true);
  });

  test("has no arrow that no file needs", () => {
    const needed = (from: string, to: string): boolean =>
      [...imports].some(
        ([file, targets]) =>
          file.startsWith(`packages/tacet/src/${from}/`) &&
          targets.some((target) => target.startsWith(`packages/tacet/src/${to}/`)),
      );
    for (const [room, targets] of plan.rooms) {
      expect(
        targets.filter((target) => !needed(room, target)),
        room,
      ).toEqual([]);
    }
  });
});

describe("what reads them", () => {
  const made = (files: Record<string, string[]>): Imports => new Map(Object.entries(files));
  const file = (name: string): string => `packages/tacet/src/${name}.ts`;

  test("sees imports of every form", () => {
    const text = `
      import { a } from "./a.ts";
      import type { B } from "../room/b.ts";
      import { type C } from "./c.tsx";
      import "./d.ts";
      export * from "./e.ts";
      export type { F } from "./f.ts";
      type G = import("./g.ts").G;
      const h = async () => \`\${await import("./h.ts")}\`;
      import { none } from "package";
      import "./none.css";
      // import "./none.ts";`;
    const names = ["a.ts", "../room/b.ts", "c.tsx", "d.ts", "e.ts", "f.ts", "g.ts", "h.ts"];
    expect(importsOf("packages/x/src/here/file.ts", text).sort()).toEqual(
      names.map((name) => join("packages/x/src/here", name)).sort(),
    );
  });

  test("finds circles, however long, and what lies on several of them once", () => {
    const graph = { a: ["b"], b: ["c", "e"], c: ["d", "b"], d: ["a"], e: ["f"], f: ["f"], g: ["a"] };
    expect(circles(made(graph))).toEqual([["a", "b", "c", "d"], ["f"]]);
    expect(circles(made({ a: ["b", "c"], b: ["c"], c: [] }))).toEqual([]);
  });

  test.each([
    ["graph/a", "api/b"],
    ["kernel/a", "random/b"],
    ["api/a", "kernel/b"],
    ["parameters/a", "index"],
    ["pattern/a", "regex"],
    ["regex", "index"],
    ["clear/a", "clear"],
    ["api/a", "clear/b"],
    ["engine/a", "clear/b"],
    ["pattern/a", "text/b"],
    ["progress", "api/a"],
  ])("refuses the arrow from %s to %s", (from, to) => {
    expect(forbidden(made({ [file(from)]: [file(to)] }), plan)).toEqual([`${file(from)} → ${file(to)}`]);
  });

  test("refuses imports of another package's inside", () => {
    const [page, inside] = ["packages/playground/src/a.ts", file("index")];
    expect(forbidden(made({ [page]: [inside] }), plan)).toHaveLength(1);
  });
});
