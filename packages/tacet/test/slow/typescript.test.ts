/** The oldest TypeScript whose users can compile against the declarations, as the README says, which npm downloads. */
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { pack, userRun } from "../package/packed.ts";

const minute = 60_000;
const compiler = "node_modules/typescript/lib/tsc.js";

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tacet-typescript-"));
  for (const part of ["typescript", "../package/consumer"]) {
    await cp(fileURLToPath(new URL(part, import.meta.url)), folder, { recursive: true });
  }
  await userRun(folder, "npm", ["ci", "--no-audit", "--no-fund"], { timeout: 5 * minute });
  const { filename } = await pack(folder);
  await userRun(folder, "npm", ["install", `./${filename}`, "--no-save", "--offline"]);
}, 12 * minute);

afterAll(() => rm(folder, { recursive: true, force: true }));

test("is the one that the README names", async () => {
  const { stdout } = await userRun(folder, "node", [compiler, "--version"]);
  const [, version] = /^Version (\d+\.\d+)\./.exec(stdout)!;
  const readme = await readFile(join(folder, "node_modules/tacet/README.md"), "utf8");
  expect(readme).toContain(`TypeScript ${version} `);
});

test.each([
  { module: "nodenext", moduleResolution: "nodenext" },
  { module: "esnext", moduleResolution: "bundler" },
  { module: "commonjs", moduleResolution: "node" },
])("compiles a program, with all declarations checked: $moduleResolution", async (compilerOptions) => {
  const configuration = { extends: "./tsconfig.json", compilerOptions };
  await writeFile(join(folder, "tsconfig.tried.json"), JSON.stringify(configuration));
  await userRun(folder, "node", [compiler, "-p", "tsconfig.tried.json"]);
});
