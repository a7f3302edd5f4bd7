import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const source = fileURLToPath(new URL("../src/", import.meta.url));
const files = readdirSync(source, { recursive: true, encoding: "utf8" }).filter((file) =>
  file.endsWith(".ts"),
);

/** What each file imports of the others. */
const imports = new Map(
  files.map((file) => {
    const text = readFileSync(join(source, file), "utf8");
    const found = [...text.matchAll(/from\s*"(\.[^"]+)"/g)].map(([, from]) =>
      relative(source, join(source, dirname(file), from!)),
    );
    return [file, found] as const;
  }),
);

/** What each room imports from, beside `errors.ts` and `wire.ts`. */
const ROOMS: Readonly<Record<string, readonly string[]>> = {
  value: [],
  schema: ["value"],
  plan: ["schema", "value"],
  language: ["plan", "schema", "value"],
  engine: [],
  encoding: ["engine", "plan", "schema", "value"],
  client: ["encoding", "engine", "language", "plan", "schema", "value"],
  server: ["encoding", "engine", "language", "plan", "schema", "value"],
  http: ["server"],
  adaptors: ["client"],
  command: ["client", "engine", "language", "schema", "server"],
};

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

test("imports point one way", () => {
  for (const [file, found] of imports) {
    const room = dirname(file);
    if (room === ".") continue;
    for (const from of found) {
      const other = dirname(from);
      if (other !== "." && other !== room) expect(ROOMS[room], `${file} → ${from}`).toContain(other);
    }
  }
});

test("the library is imported as users do", () => {
  for (const [file, found] of imports)
    expect(
      found.filter((from) => from.startsWith("..")),
      file,
    ).toEqual([]);
});

test("files are short, and rooms small", () => {
  for (const file of files) {
    const lines = readFileSync(join(source, file), "utf8").split("\n").length;
    expect(lines, file).toBeLessThanOrEqual(400);
  }
  for (const room of Object.keys(ROOMS))
    expect(files.filter((file) => dirname(file) === room).length).toBeLessThanOrEqual(20);
});
