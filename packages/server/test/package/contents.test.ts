/** What is published of the service: which files, how large, and whether people, tools and bundlers can do with them. */
import { readdir, readFile, writeFile } from "node:fs/promises";
import { builtinModules } from "node:module";
import { dirname, join, posix } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { type BuildResult, build } from "esbuild";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { userRun } from "../../../tacet/test/package/packed.ts";
import { installService, type ServiceProject } from "./packed.ts";
import { documentOf, filesIn, USUAL_URL, writeFiles } from "./service.ts";

const root = fileURLToPath(new URL("../../../..", import.meta.url));
const sources = join(root, "packages/server/src");
const compiler = fileURLToPath(import.meta.resolve("typescript/lib/tsc.js"));

/** What an installation of the package weighs on the wire, at most. */
const maxPackedBytes = 150_000;

/** What a page gets for the client, minified and gzipped, at most: without the library, and with what it takes of it. */
const maxClientBytes = 30_000;
const maxPageBytes = 90_000;

let project: ServiceProject;

beforeAll(async () => {
  project = await installService();
  await writeFiles(project.folder, filesIn(await documentOf("README")), USUAL_URL);
});

afterAll(() => project.remove());

describe("the tarball", () => {
  test("holds the built service and its papers, and nothing else", async () => {
    const paths = project.tarball.files.map(({ path }) => path);
    const others = paths.filter((path) => !/^dist\/[\w/@.+-]+\.js$/.test(path)).sort();
    expect(others.filter((path) => !path.startsWith("dist/"))).toEqual([
      "LICENSE",
      "README.md",
      "THIRD-PARTY-NOTICES",
      "bin/tacet-server.js",
      "client/package.json",
      "package.json",
    ]);
    const declared = others.filter((path) => path.startsWith("dist/"));
    expect(declared).toEqual(expect.arrayContaining(["dist/client/index.d.ts", "dist/index.d.ts"]));
    // What is started by itself is named in the code, not imported.
    const started = /new URL\(`\.\/([\w-]+)\$\{import\.meta\.url/;
    for (const source of (await readdir(sources, { recursive: true })).filter((name) =>
      name.endsWith(".ts"),
    )) {
      const name = started.exec(await readFile(join(sources, source), "utf8"))?.[1];
      if (name !== undefined) expect(paths).toContain(posix.join("dist", dirname(source), `${name}.js`));
    }
    const assets = (await readdir(sources, { recursive: true })).filter((name) =>
      /\.(?!ts$|md$)\w+$/.test(name),
    );
    expect(paths).toEqual(expect.arrayContaining(assets.map((name) => posix.join("dist", name))));
  });

  test("is small", () => {
    console.log(`tarball: ${project.tarball.size} bytes, ${project.tarball.unpackedSize} unpacked`);
    expect(project.tarball.size).toBeLessThan(maxPackedBytes);
  });

  test("passes publint", async () => {
    const { messages: all, pkg } = await publint({ pkgDir: project.installed, pack: false, strict: true });
    // A condition in "exports" is for names; this replaces a file, and does so for the sources' names as they are.
    const messages = all.filter(({ code }) => code !== "USE_EXPORTS_OR_IMPORTS_BROWSER");
    expect(messages.map((message) => formatMessage(message, pkg!))).toEqual([]);
  });

  test("has types wherever it has code, as attw sees it", async () => {
    const { filename } = project.tarball;
    const tarball = createPackageFromTarballData(await readFile(join(project.folder, filename)));
    const analysis = await checkPackage(tarball);
    const kinds = analysis.types === false ? ["none"] : analysis.problems.map(({ kind }) => kind);
    // CommonJS gets the ES module, which Node.js requires from 22.12 on.
    expect([...new Set(kinds)]).toEqual(["CJSResolvesToESM"]);
  });

  test("says what it needs, runs where that has no `using`, and names no path of the machine that built it", async () => {
    const { dependencies, peerDependencies } = JSON.parse(
      await readFile(join(project.installed, "package.json"), "utf8"),
    );
    const known = new Set([...Object.keys(dependencies), ...Object.keys(peerDependencies)]);
    const used = new Set<string>();
    for (const { path } of project.tarball.files) {
      const text = await readFile(join(project.installed, path), "utf8");
      expect(text, path).not.toContain(root);
      if (!path.endsWith(".js")) continue;
      expect(text, path).not.toMatch(/^\s*(?:await )?using \w+ =/m);
      for (const [, name] of text.matchAll(/^import\b[^;"']*["']((?:@[^/"']+\/)?[^./"'][^/"']*)/gm)) {
        if (!name!.startsWith("node:")) used.add(name!);
      }
    }
    expect([...used].filter((name) => !known.has(name))).toEqual([]);
  });

  test("has the notice of what is copied into it", async () => {
    const notices = await readFile(join(project.installed, "THIRD-PARTY-NOTICES"), "utf8");
    const copied = new Set<string>();
    for (const { path } of project.tarball.files) {
      if (!path.endsWith(".js") && !path.endsWith(".d.ts")) continue;
      const text = await readFile(join(project.installed, path), "utf8");
      for (const [, module] of text.matchAll(/^\s*\/\/#region (.+)$/gm)) {
        if (!module!.startsWith("src/")) copied.add(module!.replace(/@[\d.]+/, ""));
      }
    }
    const licences: Record<string, string> = {
      "\\0@oxc-project+runtime/helpers/usingCtx.js": "@oxc-project/types",
      "\\0rolldown/runtime.js": "rolldown",
    };
    expect([...copied].filter((module) => licences[module] === undefined)).toEqual([]);
    for (const module of copied) {
      const licence = await readFile(join(root, "node_modules", licences[module]!, "LICENSE"), "utf8");
      expect(notices, module).toContain(licence.trim());
    }
  });
});

describe("users' tools", () => {
  test("compile the README's files", async () => {
    const compilerOptions = {
      module: "nodenext",
      target: "es2023",
      lib: ["es2023", "dom", "esnext.disposable"],
      strict: true,
      noEmit: true,
      types: [],
      allowImportingTsExtensions: true,
      verbatimModuleSyntax: true,
    };
    const wrong = `import { ClientKey } from "tacet";
import { connect } from "tacet-server/client";
import { payroll } from "./programs.ts";
const server = connect("http://127.0.0.1", { clientKey: await ClientKey.generate() });
const total: number = await server.run(payroll, { salary: [1n, 2], cap: 3 });
// @ts-expect-error A list is expected.
await server.run(payroll, { salary: 1, cap: 3 });
// @ts-expect-error The total is a number.
const text: string = await payroll.clear({ salary: [1], cap: 3 });
void [total, text];
`;
    await writeFile(join(project.folder, "types.ts"), wrong);
    await writeFile(
      join(project.folder, "tsconfig.json"),
      JSON.stringify({ compilerOptions, files: ["client.ts", "types.ts"] }),
    );
    await userRun(project.folder, process.execPath, [compiler, "-p", "."]);
  });

  test("leave out of a page what computes on plain values, which says so", async () => {
    await writeFile(
      join(project.folder, "page.ts"),
      'import { payroll } from "./programs.ts";\npayroll.clear({ salary: [1], cap: 2 }).catch((error) => console.log(String(error)));\n',
    );
    const outfile = join(project.folder, "page.js");
    const options = { absWorkingDir: project.folder, bundle: true, format: "esm" } as const;
    await build({ ...options, entryPoints: ["page.ts"], outfile });
    const { stdout } = await userRun(project.folder, process.execPath, [outfile]);
    expect(stdout).toMatch(/^ProgramError: clear\(\) is for tests on Node\.js/);
  });

  test("bundle a page's client without what is the server's", async () => {
    const alone = await bundle(["tacet", "tacet/*"]);
    const whole = await bundle([]);
    const [own, all] = [alone, whole].map(({ outputFiles }) => {
      return outputFiles!.reduce((sum, { contents }) => sum + gzipSync(contents).length, 0);
    }) as [number, number];
    console.log(`the client: ${own} bytes gzipped; with the library: ${all}`);
    expect(own).toBeLessThan(maxClientBytes);
    expect(all).toBeLessThan(maxPageBytes);
    const packages = new Set(
      Object.keys(whole.metafile!.inputs).map(
        (file) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1],
      ),
    );
    packages.delete(undefined);
    expect([...packages].sort()).toEqual([
      "@noble/hashes",
      "eventsource-parser",
      "lru-cache",
      "tacet",
      "tacet-server",
    ]);
    const imported = Object.values(whole.metafile!.outputs).flatMap(({ imports }) =>
      imports.filter(({ external }) => external).map(({ path }) => path.replace(/^node:/, "")),
    );
    expect(imported.filter((name) => builtinModules.includes(name))).toEqual([]);
    expect(imported).toEqual([]);
  });
});

/** The README's client, as a page has it. */
function bundle(external: string[]): Promise<BuildResult> {
  return build({
    absWorkingDir: project.folder,
    entryPoints: ["client.ts"],
    outdir: "out",
    bundle: true,
    splitting: true,
    minify: true,
    format: "esm",
    metafile: true,
    write: false,
    external,
    logLevel: "error",
  });
}
