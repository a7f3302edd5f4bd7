import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { build } from "vite";
import { afterAll, beforeAll, expect, test } from "vitest";
import { installTarball, type Project, userRun } from "./packed.ts";

/*
 * Applications that are built for older engines have `a ** b` turned into `Math.pow(a, b)`, which is wrong for bigints,
 * while bigints themselves stay as they are: the engines that such builds run on mostly have them.
 */

const root = fileURLToPath(new URL("../../../..", import.meta.url));
const library = join(root, "packages/tacet");

/** What TypeScript says of `**` on bigints where there is no such operator. */
const NO_POWERS = 2791;

/** Where the sources, as far as an entry leads to them, have `**` on bigints. */
function powersOfBigints(entry: string): string[] {
  const { config } = ts.readConfigFile(join(root, "tsconfig.json"), ts.sys.readFile);
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root);
  const program = ts.createProgram([entry], { ...options, target: ts.ScriptTarget.ES2015 });
  const sources = program.getSourceFiles().filter(({ text, isDeclarationFile }) => {
    return !isDeclarationFile && /[^/*]\*\*[^*/]/.test(text);
  });
  return sources
    .flatMap((source) => program.getSemanticDiagnostics(source))
    .filter(({ code }) => code === NO_POWERS)
    .map(({ file, start }) => `${file!.fileName}:${file!.getLineAndCharacterOfPosition(start!).line + 1}`);
}

test.each(["index", "regex", "clear", "cut", "leveled"])(
  "no bigint is raised to a power by ** in what users import from %s",
  (entry) => {
    expect(powersOfBigints(join(library, `src/${entry}.ts`))).toEqual([]);
  },
);

/** Every operation on toy ciphertexts, and which of them were wrong. */
const program = `
import { ClientKey, DEFAULT_PARAMETERS, Engine, FheInt8, FheUint8, ServerKey, shortint } from "tacet";
import { everyOperation } from ${JSON.stringify(join(library, "test/every-operation.ts"))};

async function run() {
  const parameters = {
    ...DEFAULT_PARAMETERS, name: "INSECURE_TOY", lweDimension: 16, polynomialSize: 256, lweNoise: 30, insecure: true,
  };
  const clientKey = await ClientKey.generate({ parameters, allowInsecureParameters: true });
  const engine = await Engine.create(await ServerKey.from(clientKey), { threads: 2 });
  const wrong = [];
  let count = 0;
  for (const [type, a, b] of [[FheUint8, 201n, 77n], [FheInt8, -93n, 7n]]) {
    for (const { name, found, expected } of everyOperation(engine, clientKey, type, a, b, true)) {
      const results = await Promise.all(found().map((handle) => handle.ciphertext()));
      const values = results.map((result) => result.decrypt(clientKey));
      const plain = values.map((value) => typeof value === "boolean" ? value : BigInt(value));
      if (plain.join() !== expected.join()) wrong.push([name, plain.join(), expected.join()].join(" "));
      count++;
    }
  }
  const below = engine.random(FheUint8, { below: 100, seed: 5n });
  if (!((await below.ciphertext()).decrypt(clientKey) < 100)) wrong.push("random");
  const key = await shortint.ClientKey.generate();
  if (shortint.Ciphertext.encrypt(3, key).decrypt(key) !== 3) wrong.push("shortint");
  engine.dispose();
  console.log(JSON.stringify({ count, wrong }));
}
run();
`;

let project: Project;

beforeAll(async () => {
  project = await installTarball();
});
afterAll(() => project.remove());

test("an application that Vite builds for ES2015 computes right", async () => {
  const { folder, installed } = project;
  await writeFile(join(folder, "main.js"), program);
  await build({
    root: folder,
    logLevel: "silent",
    // The operations, too, are to be those of the package.
    resolve: { alias: [{ find: /^.*\/src\/index\.ts$/, replacement: join(installed, "dist/index.js") }] },
    build: {
      target: "es2015",
      outDir: "out",
      rolldownOptions: { input: join(folder, "main.js"), output: { entryFileNames: "main.js" } },
    },
  });
  const bundle = await readFile(join(folder, "out/main.js"), "utf8");
  expect(bundle.includes("Math.pow(")).toBe(true);
  const { stdout } = await userRun(folder, "node", ["out/main.js"]);
  const { count, wrong } = JSON.parse(stdout);
  expect(wrong).toEqual([]);
  expect(count).toBeGreaterThan(100);
});
