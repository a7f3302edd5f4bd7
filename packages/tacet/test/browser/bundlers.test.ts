import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build as esbuild } from "esbuild";
import { createServer, type Logger, build as vite } from "vite";
import { beforeAll, describe, expect, inject, test } from "vitest";
import webpack from "webpack";
import { openPage, PATIENCE, useBrowser, visit } from "./pages.ts";

useBrowser();

/** A user's program. */
const program = `import { ClientKey, Engine, FheUint8, ServerKey } from "tacet";

async function add() {
  const clientKey = await ClientKey.generate();
  const engine = await Engine.create(await ServerKey.from(clientKey), { threads: 2 });
  const sum = await engine.load(FheUint8.encrypt(40, clientKey)).add(2).serialize();
  document.title = \`\${FheUint8.deserialize(sum).decrypt(clientKey)} on \${engine.info.threads} threads\`;
  engine.dispose();
}

document.title = "computing";
add().catch((error) => (document.title = String(error)));
`;
const page = (script: string): string => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <title>Not yet</title>
    <link rel="icon" href="data:,">
    <script type="module" src="${script}"></script>
  </head>
</html>
`;

/** A program that encrypts and decrypts, and does not compute. */
const client = `import { ClientKey, FheUint8 } from "tacet";

const clientKey = await ClientKey.generate();
document.title = FheUint8.deserialize(FheUint8.encrypt(42, clientKey).serialize()).decrypt(clientKey);
`;

/** What the library may add to a page, at most: to one that computes, and to one that does not. */
const maxGzippedBytes = 145_000;
const maxClientBytes = 42_000;

/** What the page's title is when the program has run. */
const result = "42 on 2 threads";

/** A project's folder beside the installed package: an entry, a page, no configuration. */
async function makeProject(name: string, main = program): Promise<string> {
  const folder = join(inject("projectFolder"), name);
  await mkdir(folder);
  await writeFile(join(folder, "main.js"), main);
  await writeFile(join(folder, "index.html"), page("./main.js"));
  return folder;
}

function loggerInto(warnings: string[]): Logger {
  const warn = (message: string): void => void warnings.push(message);
  const ignore = (): void => {};
  const hasErrorLogged = (): boolean => false;
  return {
    info: ignore,
    warn,
    warnOnce: warn,
    error: warn,
    clearScreen: ignore,
    hasErrorLogged,
    hasWarned: false,
  };
}

/** What webpack says of all scripts above 244 KiB. */
const sizeHints = new Set([
  "AssetsOverSizeLimitWarning",
  "EntrypointsOverSizeLimitWarning",
  "NoAsyncChunksWarning",
]);

/** Each bundles the project in a folder into its folder "out", and gives what it warns of. */
const bundlers: Record<string, (folder: string) => Promise<string[]>> = {
  async vite(folder) {
    const warnings: string[] = [];
    await vite({
      root: folder,
      build: { outDir: "out" },
      customLogger: loggerInto(warnings),
    });
    return warnings;
  },

  async webpack(folder) {
    const stats = await new Promise<webpack.Stats | undefined>((resolve, reject) => {
      const configuration = { context: folder, entry: "./main.js", output: { path: join(folder, "out") } };
      webpack({ mode: "production", ...configuration }, (error, stats) =>
        error ? reject(error) : resolve(stats),
      );
    });
    await writeFile(join(folder, "out", "index.html"), page("./main.js"));
    const { errors, warnings } = stats!.compilation;
    return [...errors, ...warnings.filter(({ name }) => !sizeHints.has(name))].map(({ message }) => message);
  },

  async esbuild(folder) {
    const { warnings } = await esbuild({
      absWorkingDir: folder,
      entryPoints: ["main.js"],
      outdir: "out",
      bundle: true,
      format: "esm",
      minify: true,
      logLevel: "silent",
    });
    await writeFile(join(folder, "out", "index.html"), page("./main.js"));
    return warnings.map(({ text }) => text);
  },
};

/** The one script that a bundler has made, and no other file but the page. */
async function scriptOf(folder: string): Promise<Uint8Array> {
  const files = await readdir(join(folder, "out"), { recursive: true, withFileTypes: true });
  const paths = files.filter((file) => file.isFile()).map((file) => join(file.parentPath, file.name));
  const scripts = paths.filter((path) => !path.endsWith("index.html"));
  expect(scripts).toEqual([expect.stringMatching(/\.js$/)]);
  return readFile(scripts[0]!);
}

describe.each(Object.keys(bundlers))("%s", (name) => {
  let folder: string;
  let warnings: string[];

  beforeAll(async () => {
    folder = await makeProject(name);
    warnings = await bundlers[name]!(folder);
  });

  test("bundles the library without a warning", () => {
    expect(warnings).toEqual([]);
  });

  test("makes one script of it, and no other file", async () => {
    const script = await scriptOf(folder);
    const gzipped = gzipSync(script).length;
    console.log(`${name}: ${script.length} bytes, ${gzipped} gzipped`);
    expect(gzipped).toBeLessThan(maxGzippedBytes);
  });

  test("leaves out what a page does not use", async () => {
    const small = await makeProject(`${name}-client`, client);
    expect(await bundlers[name]!(small)).toEqual([]);
    const script = await scriptOf(small);
    const gzipped = gzipSync(script).length;
    console.log(`${name}, no engine: ${script.length} bytes, ${gzipped} gzipped`);
    expect(gzipped).toBeLessThan(maxClientBytes);
    const folders = { "/": join(small, "out") };
    await using site = await visit({ isolated: false, folders, path: "/index.html" });
    await expect.poll(() => site.page.title(), { timeout: PATIENCE }).toBe("42");
  });

  test("makes a page that computes", async () => {
    const folders = { "/": join(folder, "out") };
    await using site = await visit({ isolated: true, folders, path: "/index.html" });
    await expect.poll(() => site.page.title(), { timeout: PATIENCE }).toBe(result);
  });
});

test("Vite's development server serves a page that computes", async () => {
  const root = await makeProject("vite-dev");
  const warnings: string[] = [];
  const headers = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
  };
  const server = await createServer({
    root,
    server: { host: "127.0.0.1", port: 0, headers },
    customLogger: loggerInto(warnings),
  });
  try {
    await server.listen();
    const page = await openPage(server.resolvedUrls!.local[0]!);
    await expect.poll(() => page.title(), { timeout: PATIENCE }).toBe(result);
    await page.close();
    expect(warnings).toEqual([]);
  } finally {
    await server.close();
  }
});
