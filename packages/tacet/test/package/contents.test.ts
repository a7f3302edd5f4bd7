/** What is published: which files there are, how large, and whether people and tools can read them. */
import { readFile, writeFile } from "node:fs/promises";
import { join, posix } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { build } from "esbuild";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import ts from "typescript";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { installTarball, type Project, userRun } from "./packed.ts";

const root = fileURLToPath(new URL("../../../..", import.meta.url));
const library = join(root, "packages/tacet");

/** What an installation of the package weighs on the wire, at most. */
const maxPackedBytes = 505_000;

/** What a page without a bundler loads, at most, where servers compress what they send with gzip. */
const maxCompressedBytes = 310_000;

/** What a page loads besides to compile regular expressions, at most. */
const maxRegexBytes = 26_000;

/** What the engine on plain values weighs beside the library, at most. */
const maxClearBytes = 8_000;

/** What cuts computations into parts, compressed. */
const maxCutBytes = 16_000;

/** What computes without bootstraps, compressed. */
const maxLeveledBytes = 36_000;

/** What users' tools make of the library before it runs, by what they are like. Each gives the file that it has written. */
const transformations: Record<string, (library: string) => Promise<string>> = {
  "a bundle with short names": async (library) => {
    const outfile = join(project.folder, "short.js");
    await build({ entryPoints: [library], outfile, bundle: true, minify: true, format: "esm" });
    return outfile;
  },

  // As test runners do, which want CommonJS of their own. Fields of classes become assignments.
  "a CommonJS module made by TypeScript": async (library) => {
    const { outputText } = ts.transpileModule(await readFile(library, "utf8"), {
      compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2020 },
    });
    const outfile = join(project.folder, "transpiled.cjs");
    await writeFile(outfile, outputText);
    return outfile;
  },
};

let project: Project;

beforeAll(async () => {
  project = await installTarball();
});

afterAll(() => project.remove());

describe("the tarball", () => {
  test("holds the built library and its papers, and nothing else", () => {
    const paths = project.tarball.files.map((file) => file.path);
    const expected = [
      "CHANGELOG.md",
      "LICENSE",
      "README.md",
      "SECURITY.md",
      "THIRD-PARTY-NOTICES",
      "clear/package.json",
      "cut/package.json",
      "dist/clear.d.ts",
      "dist/clear.js",
      "dist/cut.d.ts",
      "dist/cut.js",
      "dist/index.d.ts",
      "dist/index.js",
      "dist/leveled.d.ts",
      "dist/leveled.js",
      "dist/regex.d.ts",
      "dist/regex.js",
      "docs/benchmarks.md",
      "docs/benchmarks.svg",
      "docs/browsers.md",
      "docs/leveled.md",
      "docs/operations.md",
      "docs/parts.md",
      "docs/security.md",
      "docs/service.md",
      "docs/sql.md",
      "docs/testing.md",
      "docs/tfhe-rs.md",
      "leveled/package.json",
      "package.json",
      "regex/package.json",
    ];
    expect(paths.sort()).toEqual(expected);
  });

  test("is small", () => {
    console.log(`tarball: ${project.tarball.size} bytes, ${project.tarball.unpackedSize} unpacked`);
    expect(project.tarball.size).toBeLessThan(maxPackedBytes);
  });

  test("holds a small library", async () => {
    const compressed = gzipSync(await readFile(join(project.installed, "dist/index.js")), { level: 9 });
    console.log(`dist/index.js: ${compressed.length} bytes compressed`);
    expect(compressed.length).toBeLessThanOrEqual(maxCompressedBytes);
  });

  test("holds a small compiler of regular expressions, none of which is in the library itself", async () => {
    const [library, regex] = await Promise.all(
      ["index", "regex"].map((name) => readFile(join(project.installed, `dist/${name}.js`), "utf8")),
    );
    const compressed = gzipSync(regex!, { level: 9 });
    console.log(`dist/regex.js: ${compressed.length} bytes compressed`);
    expect(compressed.length).toBeLessThanOrEqual(maxRegexBytes);
    for (const module of ["/@eslint-community/regexpp/index.mjs", "src/pattern/parse.ts"]) {
      expect(modulesOf(regex!)).toContainEqual(expect.stringContaining(module));
      expect(modulesOf(library!)).not.toContainEqual(expect.stringContaining(module));
    }
    // What is the same class in both comes from one of them.
    for (const module of ["src/errors.ts", "src/opaque.ts", "src/pattern/pattern.ts"]) {
      expect(modulesOf(library!)).toContain(module);
      expect(modulesOf(regex!)).not.toContain(module);
    }
  });

  test("holds a small engine on plain values, none of which is in the library itself", async () => {
    const [library, clear] = await Promise.all(
      ["index", "clear"].map((name) => readFile(join(project.installed, `dist/${name}.js`), "utf8")),
    );
    const compressed = gzipSync(clear!, { level: 9 });
    console.log(`dist/clear.js: ${compressed.length} bytes compressed`);
    expect(compressed.length).toBeLessThanOrEqual(maxClearBytes);
    for (const module of ["src/clear/evaluator.ts", "src/graph/interpret.ts"]) {
      expect(modulesOf(clear!)).toContain(module);
      expect(modulesOf(library!)).not.toContain(module);
    }
    // It takes the graph's builder and its passes from the library.
    for (const module of ["src/errors.ts", "src/opaque.ts", "src/graph/builder.ts", "src/graph/plan.ts"]) {
      expect(modulesOf(library!)).toContain(module);
      expect(modulesOf(clear!)).not.toContain(module);
    }
  });

  test("holds what cuts computations into parts, none of which is in the library itself", async () => {
    const [library, cut] = await Promise.all(
      ["index", "cut"].map((name) => readFile(join(project.installed, `dist/${name}.js`), "utf8")),
    );
    const compressed = gzipSync(cut!, { level: 9 });
    console.log(`dist/cut.js: ${compressed.length} bytes compressed`);
    expect(compressed.length).toBeLessThanOrEqual(maxCutBytes);
    for (const module of ["src/cut/cut.ts", "src/graph/cut/partition.ts"]) {
      expect(modulesOf(cut!)).toContain(module);
      expect(modulesOf(library!)).not.toContain(module);
    }
    for (const module of ["src/errors.ts", "src/opaque.ts", "src/graph/builder.ts", "src/graph/plan.ts"]) {
      expect(modulesOf(library!)).toContain(module);
      expect(modulesOf(cut!)).not.toContain(module);
    }
  });

  test("holds what computes without bootstraps, none of which is in the library itself", async () => {
    const [library, leveled] = await Promise.all(
      ["index", "leveled"].map((name) => readFile(join(project.installed, `dist/${name}.js`), "utf8")),
    );
    const compressed = gzipSync(leveled!, { level: 9 });
    console.log(`dist/leveled.js: ${compressed.length} bytes compressed`);
    expect(compressed.length).toBeLessThanOrEqual(maxLeveledBytes);
    for (const module of ["src/leveled/engine.ts", "src/leveled/circuit/evaluate.ts"]) {
      expect(modulesOf(leveled!)).toContain(module);
      expect(modulesOf(library!)).not.toContain(module);
    }
    for (const module of ["src/errors.ts", "src/opaque.ts", "src/kernel/open.ts", "src/scheme/noise.ts"]) {
      expect(modulesOf(library!)).toContain(module);
      expect(modulesOf(leveled!)).not.toContain(module);
    }
  });

  test("brings no other package along", async () => {
    const lock = JSON.parse(await readFile(join(project.folder, "package-lock.json"), "utf8"));
    expect(Object.keys(lock.packages)).toEqual(["", "node_modules/tacet"]);
  });

  test("passes publint", async () => {
    const { messages, pkg } = await publint({ pkgDir: project.installed, pack: false, strict: true });
    expect(messages.map((message) => formatMessage(message, pkg!))).toEqual([]);
  });

  test("has types wherever it has code, as attw sees it", async () => {
    const { filename } = project.tarball;
    const tarball = createPackageFromTarballData(await readFile(join(project.folder, filename)));
    const analysis = await checkPackage(tarball);
    const kinds = analysis.types === false ? ["none"] : analysis.problems.map(({ kind }) => kind);
    // CommonJS gets the ES module, which Node.js requires from 20.19 and 22.12 on: see the README.
    expect([...new Set(kinds)]).toEqual(["CJSResolvesToESM"]);
  });

  test("imports nothing that a browser lacks, and names no path of the machine that built it", async () => {
    for (const { path } of project.tarball.files) {
      const text = await readFile(join(project.installed, path), "utf8");
      expect(text, path).not.toContain(root);
      expect(text, path).not.toMatch(/file:\/\/\//);
      const imports = [...text.matchAll(/^\s*(?:import|export)\b[^;"']*["']([^"']+)["']/gm)].map(
        ([, name]) => name!,
      );
      if (path.endsWith(".js")) expect(imports.filter((name) => !name.startsWith("./"))).toEqual([]);
    }
  });
});

describe("the papers", () => {
  test("have the notice of every package that parts of the published files come from", async () => {
    const notices = await readFile(join(project.installed, "THIRD-PARTY-NOTICES"), "utf8");
    const bundled = new Set<string>();
    for (const { path } of project.tarball.files.filter((file) => file.path.startsWith("dist/"))) {
      for (const module of modulesOf(await readFile(join(project.installed, path), "utf8"))) {
        if (!module.startsWith("src/")) bundled.add(packageOf(module));
      }
    }
    expect([...bundled]).toEqual(expect.arrayContaining(["@eslint-community/regexpp", "@noble/hashes"]));
    for (const name of bundled) {
      const licence = await readFile(join(root, "node_modules", name, "LICENSE"), "utf8");
      expect(notices, name).toContain(licence.trim());
    }
  });

  test("lead to what is in the tarball, wherever they lead to a file", async () => {
    const headings = new Map<string, Set<string>>();
    const links: { from: string; to: string; anchor: string | undefined }[] = [];
    for (const { path } of project.tarball.files) {
      if (!path.endsWith(".md")) {
        headings.set(path, new Set());
        continue;
      }
      const text = await readFile(join(project.installed, path), "utf8");
      headings.set(
        path,
        new Set(Array.from(text.matchAll(/^#+ (.+)$/gm), ([, heading]) => anchorOf(heading!))),
      );
      for (const [, target] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
        if (/^[a-z]+:/.test(target!)) continue;
        const [file, anchor] = target!.split("#") as [string, string?];
        links.push({ from: path, to: file === "" ? path : posix.join(path, "..", file), anchor });
      }
    }
    expect(links.length).toBeGreaterThan(20);
    const broken = links.filter(({ to, anchor }) => {
      const there = headings.get(to);
      return there === undefined || (anchor !== undefined && !there.has(anchor));
    });
    expect(broken).toEqual([]);
  });

  test("say what the version has, or will have", async () => {
    const { version } = JSON.parse(await readFile(join(project.installed, "package.json"), "utf8"));
    expect(await readFile(join(project.installed, "CHANGELOG.md"), "utf8")).toContain(version);
  });
});

describe("the published declarations", () => {
  // The test that compiles with the oldest TypeScript is one of the slow ones.
  test("give bytes no parameter, which TypeScript did not know before 5.7", async () => {
    const declarations = await readFile(join(project.installed, "dist/index.d.ts"), "utf8");
    expect(declarations).toContain("serialize(): Bytes;");
    expect(declarations).not.toMatch(/Array<ArrayBuffer/);
  });
});

describe("the published code", () => {
  test("has the names, the documentation and the lines of the sources", async () => {
    const lines = (await readFile(join(project.installed, "dist/index.js"), "utf8")).split("\n");
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(10_000);
    expect(lines).toContain(
      "/** The server: computes on encrypted values with a server key. It holds no secret. */",
    );
    expect(lines).toContainEqual(expect.stringMatching(/^var Engine = .*\bclass Engine .*\{$/));
    // The threads' script is a text in it, of the same kind.
    expect(lines).toContainEqual(expect.stringMatching(/^\t(var Executor = class|class Executor)\b/));
  });

  test.each([
    { how: "as it is", options: [] },
    { how: "with source maps enabled", options: ["--enable-source-maps"] },
  ])("has stack traces that name functions of the sources, on Node.js $how", async ({ options }) => {
    await writeFile(join(project.folder, "stack.js"), failing);
    const { stdout } = await userRun(project.folder, "node", [...options, "stack.js"]);
    const frames = await framesIn(stdout);
    expect(frames.length).toBeGreaterThan(3);
    expect(frames.at(-1)).toEqual({ name: "deserialize", file: "src/api/values/fhe-integer.ts" });
    for (const { name, file } of frames) {
      expect(await readFile(join(library, file), "utf8"), file).toMatch(new RegExp(`${name}[(<]`));
    }
  });
});

describe.each(Object.keys(transformations))("%s", (how) => {
  let tacet: typeof import("../../src/index.ts");

  beforeAll(async () => {
    const file = await transformations[how]!(join(project.installed, "dist/index.js"));
    tacet = await import(pathToFileURL(file).href);
  });

  test("has the names of its classes", () => {
    const { boolean, shortint } = tacet;
    const exported = [tacet, boolean, shortint].flatMap((face) => Object.entries(face));
    const classes = exported.filter(([name, value]) => typeof value === "function" && /^[A-Z]/.test(name));
    expect(classes.length).toBeGreaterThan(40);
    for (const [name, value] of classes) expect((value as { name: string }).name).toBe(name);
  });

  test("has the names of its errors", () => {
    const { DeserializationError, FheUint8 } = tacet;
    const refused = () => FheUint8.deserialize(new Uint8Array(1));
    expect(refused).toThrow(DeserializationError);
    expect(refused).toThrow(expect.objectContaining({ name: "DeserializationError" }));
    expect(refused).toThrow(
      expect.objectContaining({ stack: expect.stringMatching(/^DeserializationError: /) }),
    );
  });
});

/** The modules that a published file is put together from, by the bundler's names for them. */
function modulesOf(text: string): string[] {
  return Array.from(text.matchAll(/^\s*\/\/#region (.+)$/gm), ([, module]) => module!);
}

/** The package that a module of a bundle comes from, by the bundler's name for it: a path, or a part of itself. */
function packageOf(module: string): string {
  const inPackages = /.*\bnode_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(module);
  return inPackages?.[1] ?? module.replace(/^\\0([^/]+)\/.*/, "$1");
}

/** What a heading is called in links. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");
}

/** A program that prints the stack trace of an error that comes from the depth of the library. */
const failing = `import { FheUint8 } from "tacet";
try {
  FheUint8.deserialize(new Uint8Array(100));
} catch (error) {
  console.log(error.stack);
}
`;

/** The functions of the library that a stack trace names, each with its source file: the published code says where one begins. */
async function framesIn(stack: string): Promise<{ name: string; file: string }[]> {
  const lines = (await readFile(join(project.installed, "dist/index.js"), "utf8")).split("\n");
  const frames = stack.matchAll(/^ +at (?:async )?(\S+) \(.*\/tacet\/dist\/index\.js:(\d+):\d+\)$/gm);
  return [...frames].map(([, name, line]) => {
    const region = lines.slice(0, Number(line)).findLast((text) => text.startsWith("//#region "));
    // Without its object, and without what tells it from functions of other files that have its name.
    return {
      name: name!.replace(/^.*\./, "").replace(/\$\d+$/, ""),
      file: region!.slice("//#region ".length),
    };
  });
}
