import { execFile } from "node:child_process";
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const library = fileURLToPath(new URL("../..", import.meta.url));
const consumer = fileURLToPath(new URL("consumer", import.meta.url));
const compiler = fileURLToPath(import.meta.resolve("typescript/lib/tsc.js"));

/** What an installation of the package weighs on the wire, at most. */
const maxPackedBytes = 400_000;

interface Packed {
  readonly filename: string;
  readonly size: number;
  readonly unpackedSize: number;
  readonly files: readonly { readonly path: string }[];
}

let project: string;
let packed: Packed;
let installed: string;

// A project that has nothing but the packed tarball, installed without a network.
beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), "tacet-package-"));
  await cp(consumer, project, { recursive: true });
  await writeFile(join(project, "package.json"), JSON.stringify({ private: true, type: "module" }));

  const pack = ["pack", library, "--json", "--ignore-scripts", "--pack-destination", project];
  [packed] = JSON.parse((await userRun("npm", pack)).stdout);
  await userRun("npm", ["install", `./${packed.filename}`, "--offline", "--cache", join(project, "cache")]);
  installed = join(project, "node_modules", "tacet");
});

afterAll(() => rm(project, { recursive: true, force: true }));

describe("the tarball", () => {
  test("holds the built library, its licence and its README, and nothing else", () => {
    const paths = packed.files.map((file) => file.path);
    const expected = ["LICENSE", "README.md", "dist/index.d.ts", "dist/index.js", "package.json"];
    expect(paths.sort()).toEqual(expected);
  });

  test("is small", () => {
    console.log(`tarball: ${packed.size} bytes, ${packed.unpackedSize} unpacked`);
    expect(packed.size).toBeLessThan(maxPackedBytes);
  });

  test("brings no other package along", async () => {
    const lock = JSON.parse(await readFile(join(project, "package-lock.json"), "utf8"));
    expect(Object.keys(lock.packages)).toEqual(["", "node_modules/tacet"]);
  });

  test("passes publint", async () => {
    const { messages, pkg } = await publint({ pkgDir: installed, pack: false, strict: true });
    expect(messages.map((message) => formatMessage(message, pkg!))).toEqual([]);
  });

  test("imports nothing that a browser lacks, and names no path of the machine that built it", async () => {
    const root = fileURLToPath(new URL("../../../..", import.meta.url));
    for (const { path } of packed.files) {
      const text = await readFile(join(installed, path), "utf8");
      expect(text, path).not.toContain(root);
      expect(text, path).not.toMatch(/file:\/\/\//);
      const imports = [...text.matchAll(/^\s*(?:import|export)\b[^;"']*["']([^"']+)["']/gm)].map(
        ([, name]) => name!,
      );
      if (path.endsWith(".js")) expect(imports.filter((name) => !name.startsWith("./"))).toEqual([]);
    }
  });
});

describe("a user's project", () => {
  test("computes from plain JavaScript on the machine's own Node.js", async () => {
    const { stdout: version } = await userRun("node", ["--version"]);
    const [major, minor] = version.slice(1).split(".").map(Number) as [number, number];
    expect(major > 20 || (major === 20 && minor >= 16), `Node.js ${version.trim()} is too old`).toBe(true);

    const { stdout, stderr } = await userRun("node", ["program.js"]);
    expect(stdout).toBe("plain JavaScript works\n");
    expect(stderr).toBe("");
  });

  test("computes where V8's flags are to be left alone", async () => {
    const { stdout } = await userRun("node", ["program.js"], { TACET_V8_FLAGS: "off" });
    expect(stdout).toBe("plain JavaScript works\n");
  });

  test("runs the examples of the README, which print what their comments say", async () => {
    await runExamples(await readFile(join(installed, "README.md"), "utf8"));
  });

  test("runs those of the documentation of operations", async () => {
    await runExamples(await readFile(new URL("../../../../docs/operations.md", import.meta.url), "utf8"));
  });

  test("runs those on TFHE-rs beside its package, which the project then has as well", async () => {
    const peer = fileURLToPath(new URL("..", import.meta.resolve("node-tfhe")));
    await symlink(join(peer, "node-tfhe"), join(project, "node_modules", "node-tfhe"), "junction");
    await runExamples(await readFile(new URL("../../../../docs/tfhe-rs.md", import.meta.url), "utf8"));
  });

  test("compiles as TypeScript, and does not where it mixes types", async () => {
    await userRun(process.execPath, [compiler, "-p", project]);
  });
});

/** Runs the examples of a document in the project: they print what their comments say. */
async function runExamples(document: string): Promise<void> {
  const examples = [...document.matchAll(/```js\n([\s\S]*?)```/g)].map(([, code]) => code!);
  expect(examples.length).toBeGreaterThan(2);
  for (const [i, code] of examples.entries()) {
    const promised = [...code.matchAll(/console\.log\(.*\); \/\/ (.*)/g)].map(([, comment]) => comment!);
    await writeFile(join(project, `example-${i}.js`), code);
    const { stdout } = await userRun("node", [`example-${i}.js`]);
    expect(stdout.trimEnd().split("\n")).toEqual(promised);
  }
}

/** Runs a program in the project as a user would: on the machine's own Node.js, without what npm adds for scripts. */
async function userRun(
  command: string,
  args: string[],
  variables: Record<string, string> = {},
): Promise<{ stdout: string; stderr: string }> {
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(npm_|NODE_|VITEST)/i.test(name)),
  );
  const path = (env.PATH ?? "").split(delimiter).filter((entry) => !entry.includes("node_modules"));
  const shell = process.platform === "win32" && command === "npm";
  try {
    return await promisify(execFile)(command, args, {
      cwd: project,
      env: { ...env, ...variables, PATH: path.join(delimiter) },
      shell,
      timeout: 100_000,
      maxBuffer: 2 ** 24,
    });
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string };
    throw new Error(`${command} ${args.join(" ")} failed\n${stdout ?? ""}${stderr ?? ""}`);
  }
}
