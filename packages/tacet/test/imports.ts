import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path/posix";
import ts from "typescript";

/** Files, as paths from the root of the repository, and what each imports. */
export type Imports = ReadonlyMap<string, readonly string[]>;

/** The imports among the source files of all packages, those of types and at run time as well. */
export function readImports(root: string): Imports {
  const sources = readdirSync(join(root, "packages")).flatMap((name) =>
    sourcesOf(root, `packages/${name}/src`),
  );
  return new Map(sources.map((path) => [path, importsOf(path, readFileSync(join(root, path), "utf8"))]));
}

function sourcesOf(root: string, folder: string): string[] {
  if (!existsSync(join(root, folder))) return [];
  const names = readdirSync(join(root, folder), { recursive: true, encoding: "utf8" });
  return names.filter((name) => /\.tsx?$/.test(name)).map((name) => join(folder, name.replaceAll("\\", "/")));
}

/** The source files that a text imports from others of the repository: not packages, and not what the build made. */
export function importsOf(path: string, text: string): string[] {
  return ts
    .preProcessFile(text, true, true)
    .importedFiles.map(({ fileName }) => fileName)
    .filter((name) => /^\.{1,2}\/.*\.tsx?$/.test(name))
    .map((name) => join(path, "..", name));
}

/** The groups of files each of which leads to each other one: their paths, sorted. */
export function circles(imports: Imports): string[][] {
  const reached = new Map([...imports.keys()].map((file) => [file, reachedFrom(file, imports)]));
  const found = new Map<string, string[]>();
  for (const [file, targets] of reached) {
    if (!targets.has(file)) continue;
    const circle = [...targets].filter((other) => reached.get(other)?.has(file)).sort();
    found.set(circle.join(), circle);
  }
  return [...found.keys()].sort().map((key) => found.get(key)!);
}

/** All that a file imports, and what that imports, and so on. */
function reachedFrom(file: string, imports: Imports): Set<string> {
  const reached = new Set<string>();
  const open = [file];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const target of imports.get(next) ?? []) {
      if (reached.has(target)) continue;
      reached.add(target);
      open.push(target);
    }
  }
  return reached;
}

/** What the rooms of the library may import. */
export interface Plan {
  /** For each room, those that it imports from. */
  readonly rooms: ReadonlyMap<string, readonly string[]>;
  /** Files outside all rooms that belong to all of them. */
  readonly common: readonly string[];
}

const quoted = (text: string): string[] => [...text.matchAll(/`([^`]+)`/g)].map(([, name]) => name!);

/** The plan as it stands in CONTRIBUTING.md. */
export function readPlan(contributing: string): Plan {
  const table = contributing.match(/^\| room \| imports from \|\n\|[ -|]+\|\n((?:\|.*\|\n)+)/m);
  const common = contributing.match(/^(.+) belong to all of them\./m);
  if (table === null || common === null) throw new Error("CONTRIBUTING.md has no table of rooms");
  const rows = table[1]!.trimEnd().split("\n");
  return {
    rooms: new Map(rows.map((row) => quoted(row)).map(([room, ...targets]) => [room!, targets])),
    common: quoted(common[1]!),
  };
}

/** What users import, from `tacet`, `tacet/regex`, `tacet/clear`, `tacet/cut` and `tacet/leveled`. */
const FACES: readonly string[] = ["index.ts", "regex.ts", "clear.ts", "cut.ts", "leveled.ts"];

/** Imports that a plan does not have. What users import may import anything, and nothing imports it. */
export function forbidden(imports: Imports, { rooms, common }: Plan): string[] {
  const allows = (from: string, to: string): boolean =>
    from === to ||
    common.includes(to) ||
    (!FACES.includes(to) && (FACES.includes(from) || (rooms.get(from)?.includes(to) ?? false)));
  const arrows: string[] = [];
  for (const [file, targets] of imports) {
    for (const target of targets) {
      const [, home, from] = place(file);
      const [, other, to] = place(target);
      const inside = home === other && (home !== "tacet" || allows(from!, to!));
      if (!inside) arrows.push(`${file} → ${target}`);
    }
  }
  return arrows;
}

/** The package of a file, and its room: the folder under `src`, or its own name where it lies in none. */
function place(path: string): RegExpMatchArray {
  const match = path.match(/^packages\/([^/]+)\/src\/([^/]+)/);
  if (match === null) throw new Error(`${path} is outside the sources`);
  return match;
}
