import { cp, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { examplesIn, installTarball, type Project, userRun } from "./packed.ts";

const consumer = fileURLToPath(new URL("consumer", import.meta.url));
const compiler = fileURLToPath(import.meta.resolve("typescript/lib/tsc.js"));

/** What an installation of the package weighs on the wire, at most. */
const maxPackedBytes = 200_000;

/** What the library adds to a page, at most, where servers compress what they send with gzip. */
const maxCompressedBytes = 150_000;

let project: Project;

beforeAll(async () => {
  project = await installTarball();
  await cp(consumer, project.folder, { recursive: true });
});

afterAll(() => project.remove());

describe("the tarball", () => {
  test("holds the built library, its licence and its README, and nothing else", () => {
    const paths = project.tarball.files.map((file) => file.path);
    const expected = ["LICENSE", "README.md", "dist/index.d.ts", "dist/index.js", "package.json"];
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

  test("brings no other package along", async () => {
    const lock = JSON.parse(await readFile(join(project.folder, "package-lock.json"), "utf8"));
    expect(Object.keys(lock.packages)).toEqual(["", "node_modules/tacet"]);
  });

  test("passes publint", async () => {
    const { messages, pkg } = await publint({ pkgDir: project.installed, pack: false, strict: true });
    expect(messages.map((message) => formatMessage(message, pkg!))).toEqual([]);
  });

  test("imports nothing that a browser lacks, and names no path of the machine that built it", async () => {
    const root = fileURLToPath(new URL("../../../..", import.meta.url));
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

  test("may be imported where nothing runs it, as servers that render pages do", async () => {
    const program = `const before = Reflect.ownKeys(globalThis).length;
      await import("tacet");
      console.log(Reflect.ownKeys(globalThis).length - before);`;
    const { stdout } = await userRun(project.folder, "node", ["--input-type=module", "--eval", program]);
    expect(stdout).toBe("0\n"); // and the process has ended
  });

  test("runs the examples of the README, which print what their comments say", async () => {
    await runExamples("readme", join(project.installed, "README.md"));
  });

  test("runs those of the documentation of operations", async () => {
    await runExamples("operations", new URL("../../../../docs/operations.md", import.meta.url));
  });

  test("runs those of the documentation of security", async () => {
    await runExamples("security", new URL("../../../../docs/security.md", import.meta.url));
  });

  test("runs those on TFHE-rs beside its package, which the project then has as well", async () => {
    const peer = fileURLToPath(new URL("..", import.meta.resolve("node-tfhe")));
    await symlink(join(peer, "node-tfhe"), join(project.folder, "node_modules", "node-tfhe"), "junction");
    await runExamples("tfhe-rs", new URL("../../../../docs/tfhe-rs.md", import.meta.url));
  });

  test("compiles as TypeScript, and does not where it mixes types", async () => {
    await userRun(project.folder, process.execPath, [compiler, "-p", "."]);
  });
});

/** Runs the examples of a document in the project: they print what their comments say. */
async function runExamples(name: string, document: string | URL): Promise<void> {
  const examples = examplesIn(await readFile(document, "utf8"));
  expect(examples.length).toBeGreaterThan(2);
  for (const [i, { code, prints }] of examples.entries()) {
    const file = `${name}-${i}.js`;
    await writeFile(join(project.folder, file), code);
    const { stdout } = await userRun(project.folder, "node", [file]);
    expect(stdout.trimEnd().split("\n")).toEqual(prints);
  }
}
