/**
 * Builds the packages that are published, step by step, leaving out the steps whose inputs are as they were the last time.
 *
 * 1. `worker`, `leveled worker`, `curve worker`: a worker and all that it imports become one script in a string, which
 *    starts as a Node.js worker and as a browser's, so that no bundler has to find a worker file.
 * 2. `library`: packages/tacet/dist, the modules and the types that the package publishes, and its papers beside it.
 * 3. `service`: packages/server/dist, the same of the service; and the licence.
 * 4. `sql`: packages/sql/dist, the same of encrypted queries.
 */
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "tsdown";

const root = fileURLToPath(new URL("..", import.meta.url));
const library = join(root, "packages/tacet");
const server = join(root, "packages/server");
const sql = join(root, "packages/sql");

interface Step {
  readonly name: string;
  /** The step's inputs are these files and every file that they reach through relative imports. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly run: () => void | Promise<void>;
}

/** The step that makes a worker of all that it imports. */
const workerStep = (name: string, folder: string): Step => ({
  name,
  inputs: [join(library, folder, "worker.ts")],
  outputs: [join(library, folder, "generated/worker.ts")],
  async run() {
    const [bundle] = await build({
      config: false,
      cwd: library,
      entry: join(folder, "worker.ts"),
      format: "iife",
      platform: "neutral",
      target: "es2022",
      // For people to read, but for the comments, which stand in the library's own module as well.
      outputOptions: { comments: false },
      banner: { js: '"use strict";' },
      dts: false,
      write: false,
      logLevel: "warn",
    });
    const [script, ...others] = bundle!.chunks;
    if (script?.type !== "chunk" || others.length > 0 || script.imports.length > 0) {
      throw new Error("A worker must become one script that imports nothing.");
    }
    const source = `export const workerSource: string = ${literalOf(script.code.trim())};\n`;
    mkdirSync(dirname(this.outputs[0]!), { recursive: true });
    writeFileSync(this.outputs[0]!, source);
  },
});

const worker = workerStep("worker", "src/engine/threads");
const leveledWorker = workerStep("leveled worker", "src/leveled/threads");
const curveWorker = workerStep("curve worker", "src/zk/curve/threads");

/** A text as a literal in which its lines stay lines. */
function literalOf(text: string): string {
  return `\`${text.replace(/[\\`]|\$\{/g, "\\$&")}\``;
}

/** The library, and what it can do without. */
const modules = ["index", "regex", "clear", "cut", "leveled"].flatMap((name) => [
  `dist/${name}.js`,
  `dist/${name}.d.ts`,
]);

/** What is published beside the code: it stands at the root of the repository, for those who look there. */
const papers = [
  "README.md",
  "LICENSE",
  "THIRD-PARTY-NOTICES",
  "SECURITY.md",
  "CHANGELOG.md",
  ...readdirSync(join(root, "docs")).map((name) => join("docs", name)),
];

const distribution: Step = {
  name: "library",
  inputs: [
    join(library, "src/index.ts"),
    join(library, "src/regex.ts"),
    join(library, "src/clear.ts"),
    join(library, "src/cut.ts"),
    join(library, "src/leveled.ts"),
    join(library, "tsdown.config.ts"),
    join(library, "package.json"),
    join(root, "tsconfig.json"),
    ...papers.map((file) => join(root, file)),
  ],
  outputs: [...modules, ...papers].map((file) => join(library, file)),
  async run() {
    await build({ cwd: library, logLevel: "warn" });
    rmSync(join(library, "docs"), { recursive: true, force: true }); // it may have one that is gone
    for (const file of papers) cpSync(join(root, file), join(library, file));
  },
};

/** What is started by itself, or imported by users. */
const serviceEntries = [
  "index",
  "client/index",
  "command/main",
  "computation/check-thread",
  "database/initialize",
  "program/run/no-clear",
];

const service: Step = {
  name: "service",
  inputs: [
    ...serviceEntries.map((name) => join(server, `src/${name}.ts`)),
    join(server, "tsdown.config.ts"),
    join(server, "package.json"),
    join(server, "tsconfig.json"),
    join(root, "tsconfig.json"),
    join(root, "LICENSE"),
    ...assetsOf(join(server, "src")).map((file) => join(server, "src", file)),
  ],
  outputs: [
    ...serviceEntries.map((name) => join(server, `dist/${name}.js`)),
    join(server, "dist/index.d.ts"),
    join(server, "dist/client/index.d.ts"),
    join(server, "LICENSE"),
  ],
  async run() {
    await build({ cwd: server, logLevel: "error" });
    for (const file of assetsOf(join(server, "src")))
      cpSync(join(server, "src", file), join(server, "dist", file));
    cpSync(join(root, "LICENSE"), join(server, "LICENSE"));
  },
};

const queries: Step = {
  name: "sql",
  inputs: [
    ...[
      "index",
      "adaptors/drizzle",
      "adaptors/kysely",
      "engine/bootstrapped",
      "http/fastify",
      "command/main",
    ].map((name) => join(sql, `src/${name}.ts`)),
    join(sql, "tsdown.config.ts"),
    join(sql, "package.json"),
    join(sql, "tsconfig.json"),
    join(root, "tsconfig.json"),
    join(root, "LICENSE"),
  ],
  outputs: [
    ...[
      "index",
      "adaptors/drizzle",
      "adaptors/kysely",
      "engine/bootstrapped",
      "engine/leveled",
      "http/fastify",
    ].flatMap((name) => [join(sql, `dist/${name}.js`), join(sql, `dist/${name}.d.ts`)]),
    join(sql, "dist/command/main.js"),
    join(sql, "LICENSE"),
  ],
  async run() {
    await build({ cwd: sql, logLevel: "error" });
    cpSync(join(root, "LICENSE"), join(sql, "LICENSE"));
  },
};

/** Files of a folder that are served or read as they are. */
function assetsOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) =>
    /\.(?!ts$|md$)\w+$/.test(file),
  );
}

for (const step of [worker, leveledWorker, curveWorker, distribution, service, queries])
  await bringUpToDate(step);

/** Runs a step unless its outputs exist and stem from the present inputs. */
async function bringUpToDate(step: Step): Promise<void> {
  const stamp = join(root, "node_modules/.tacet-build", step.name);
  const hash = hashOf(step);
  const fresh =
    step.outputs.every((file) => existsSync(file)) &&
    existsSync(stamp) &&
    readFileSync(stamp, "utf8") === hash;
  if (fresh) return;

  const start = performance.now();
  await step.run();
  const missing = step.outputs.find((file) => !existsSync(file));
  if (missing !== undefined) throw new Error(`The step "${step.name}" did not write ${missing}.`);
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, hash);
  console.log(`Built ${step.name} in ${((performance.now() - start) / 1000).toFixed(1)} s`);
}

/** A hash over everything that a step depends on: its inputs, this program and the versions of the tools. */
function hashOf(step: Step): string {
  const hash = createHash("sha256");
  const files = new Set([import.meta.filename, join(root, "package-lock.json")]);
  for (const input of step.inputs) addReachable(input, files);
  for (const file of [...files].sort()) {
    const content = existsSync(file) ? readFileSync(file) : "";
    hash.update(`${file}\0${content.length}\0`).update(content);
  }
  return hash.digest("hex");
}

/** Adds `file` and all that it imports by relative path, and so on, to `files`. */
function addReachable(file: string, files: Set<string>): void {
  if (files.has(file)) return;
  files.add(file);
  if (!file.endsWith(".ts") || !existsSync(file)) return;
  for (const [, path] of readFileSync(file, "utf8").matchAll(/\b(?:from|import)\s*\(?\s*"(\.[^"]+)"/g)) {
    addReachable(resolve(dirname(file), path!), files);
  }
}
