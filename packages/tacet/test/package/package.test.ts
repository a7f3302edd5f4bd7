import { cp, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { installTarball, type Project, userRun } from "./packed.ts";

const consumer = fileURLToPath(new URL("consumer", import.meta.url));
const compiler = fileURLToPath(import.meta.resolve("typescript/lib/tsc.js"));

const alone = `process.getBuiltinModule = undefined;
const { ClientKey, Engine, FheUint2, ServerKey } = await import("tacet");
const clientKey = await ClientKey.generate();
const engine = await Engine.create(await ServerKey.from(clientKey), { threads: 2 });
const one = await engine.load(FheUint2.encrypt(1, clientKey)).add(2).ciphertext();
const { threads, sharedMemory } = engine.info;
console.log(\`\${one.decrypt(clientKey)} on \${threads} threads, shared memory: \${sharedMemory}\`);
`;

/** What is compiled beside the library is the library's own. */
const patterns = `import { Pattern, PatternError } from "tacet";
import { compile } from "tacet/regex";
const pattern = compile(/^(?=.*\\d)[^]{3,}$/u);
console.log(pattern instanceof Pattern, pattern.states, pattern.test("é1€"), pattern.test("é€日"));
try {
  compile(/(a)\\1/);
} catch (error) {
  console.log(error instanceof PatternError, error.name, error.position);
}
`;
const compiled = "true 7 true false\ntrue PatternError 3\n";

/** An engine on plain values is one of the library's, and what it refuses is refused with the library's errors. */
const clear = `import { Engine, FheAsciiString, FheUint8, MismatchError } from "tacet";
import { clearEngine } from "tacet/clear";
const engine = await clearEngine({ compression: true });
const x = engine.load(FheUint8.encryptTrivial(7));
const [product] = engine.expand(await engine.compress([x.mul(x)]), [FheUint8]);
const text = engine.load(FheAsciiString.encryptTrivial("abc")).toUpperCase();
const results = await Promise.all([product.ciphertext(), text.ciphertext()]);
console.log(engine instanceof Engine, ...results.map((result) => result.decryptTrivial()));
try {
  engine.keySwitch(results[0]);
} catch (error) {
  console.log(error instanceof MismatchError, error.name);
}
const refused = await clearEngine({ compression: 1 }).catch((error) => error);
console.log(refused instanceof TypeError, refused.message);
`;
const computed = "true 49 ABC\ntrue MismatchError\ntrue compression is a boolean, not a number\n";

let project: Project;

beforeAll(async () => {
  project = await installTarball();
  await cp(consumer, project.folder, { recursive: true });
});

afterAll(() => project.remove());

// Side by side: each keeps a single core busy for a good part of its time.
describe.concurrent("a user's project", () => {
  test("computes from plain JavaScript on the machine's own Node.js", async () => {
    const { stdout: version } = await userRun(project.folder, "node", ["--version"]);
    const [major, minor] = version.slice(1).split(".").map(Number) as [number, number];
    expect(major > 20 || (major === 20 && minor >= 16), `Node.js ${version.trim()} is too old`).toBe(true);

    const { stdout, stderr } = await userRun(project.folder, "node", ["program.js"]);
    expect(stdout).toBe("plain JavaScript works\n");
    expect(stderr).toBe("");
  });

  test("computes where V8's flags are to be left alone", async () => {
    const { stdout } = await userRun(project.folder, "node", ["program.js"], {
      env: { TACET_V8_FLAGS: "off" },
    });
    expect(stdout).toBe("plain JavaScript works\n");
  });

  test("computes on the calling thread on a Node.js that has no process.getBuiltinModule, as 21 has none", async () => {
    await writeFile(join(project.folder, "alone.js"), alone);
    const { stdout } = await userRun(project.folder, "node", ["alone.js"]);
    expect(stdout).toBe("3 on 1 threads, shared memory: false\n");
  });

  test("may be imported where nothing runs it, as servers that render pages do", async () => {
    const program = `const before = Reflect.ownKeys(globalThis).length;
      await import("tacet");
      console.log(Reflect.ownKeys(globalThis).length - before);`;
    const { stdout } = await userRun(project.folder, "node", ["--input-type=module", "--eval", program]);
    expect(stdout).toBe("0\n"); // and the process has ended
  });

  test("may be written in CommonJS where Node.js can require ES modules", async () => {
    const able = ["--print", "process.features.require_module === true"];
    const { stdout: answer } = await userRun(project.folder, "node", able);
    const programs = answer.trim() === "true" ? ["node", process.execPath] : [process.execPath];
    for (const node of programs) {
      const { stdout, stderr } = await userRun(project.folder, node, ["program.cjs"]);
      expect({ stdout, stderr }).toEqual({ stdout: "42\n", stderr: "" });
    }
  });

  test("compiles regular expressions with tacet/regex, bundled or not", async () => {
    await writeFile(join(project.folder, "patterns.js"), patterns);
    for (const node of ["node", process.execPath]) {
      expect((await userRun(project.folder, node, ["patterns.js"])).stdout).toBe(compiled);
    }
    const outfile = join(project.folder, "bundled.js");
    const entryPoints = [join(project.folder, "patterns.js")];
    await build({ entryPoints, outfile, bundle: true, minify: true, format: "esm" });
    expect((await userRun(project.folder, "node", ["bundled.js"])).stdout).toBe(compiled);
  });

  test("computes on plain values with tacet/clear, bundled or not", async () => {
    await writeFile(join(project.folder, "clear.js"), clear);
    for (const node of ["node", process.execPath]) {
      expect((await userRun(project.folder, node, ["clear.js"])).stdout).toBe(computed);
    }
    const outfile = join(project.folder, "bundled-clear.js");
    const entryPoints = [join(project.folder, "clear.js")];
    await build({ entryPoints, outfile, bundle: true, minify: true, format: "esm" });
    expect((await userRun(project.folder, "node", ["bundled-clear.js"])).stdout).toBe(computed);
  });

  test("compiles as TypeScript, and does not where it mixes types", async () => {
    await userRun(project.folder, process.execPath, [compiler, "-p", "."]);
  });

  test("compiles where TypeScript looks for packages as it did before they had exports", async () => {
    await userRun(project.folder, process.execPath, [compiler, "-p", "tsconfig.node10.json"]);
  });
});
