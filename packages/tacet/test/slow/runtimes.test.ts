/** What went wrong in other people's set-ups once, with the packed tarball, on the runtimes that npm can bring. */
import { spawn } from "node:child_process";
import { copyFile, cp, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { stripVTControlCharacters } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { pack, userEnvironment, userRun } from "../package/packed.ts";

const minute = 60_000;

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tacet-runtimes-"));
  await cp(fileURLToPath(new URL("runtimes", import.meta.url)), folder, { recursive: true });
  await userRun(folder, "npm", ["ci", "--no-audit", "--no-fund"], { timeout: 5 * minute });
  const { filename } = await pack(folder);
  await userRun(folder, "npm", ["install", `./${filename}`, "--no-save", "--offline"]);
  await copyFile(join(folder, "node_modules/tacet/dist/index.js"), join(folder, "second.js"));
}, 12 * minute);

afterAll(() => rm(folder, { recursive: true, force: true }));

const bin = (name: string): string => join("node_modules", ".bin", name);

const RUNTIMES: Readonly<Record<string, readonly string[]>> = {
  "the machine's own Node.js": ["node"],
  "the project's Node.js": [process.execPath],
  "Node.js whose flags are frozen": ["node", "--freeze-flags-after-init"],
  "Deno without any permission": [bin("deno"), "run", "--no-prompt"],
  Bun: [bin("bun")],
};

const noValue =
  "TypeError an encrypted integer has no value in JavaScript: compare with lt, gt, le, ge or eq, add with add";
const anotherCopy = (expected: string, found: string): string =>
  `TypeError expected ${expected}, not a value of type ${found} of another copy of Tacet: the program has loaded the library twice`;

/** What each program prints. */
const CASES: Readonly<Record<string, readonly string[]>> = {
  digits: new Array<string>(8).fill("right"),
  engines: ["little"],
  globals: ["5"],
  misuse: [
    ...[noValue, noValue, noValue],
    "TypeError an encrypted integer cannot be written as JSON: serialize() gives its bytes",
  ],
  realm: ["8"],
  sums: ["3 14 8 8 true false false false"],
  twice: [
    anotherCopy("a ClientKey", "ClientKey"),
    anotherCopy("a ServerKey", "ServerKey"),
    anotherCopy("a ClientKey", "ClientKey"),
    anotherCopy("an encrypted integer, boolean or text", "FheUint"),
    "42",
  ],
  unclear: [
    "TypeError Engine is not constructed with new: await Engine.create(serverKey) makes one",
    "TypeError expected pairs in the table, not a number",
    "TypeError expected an object of options, not null",
    "TypeError expected an object of options, not a bigint",
    "TypeError sizeLimit is a number, not a string",
    "TypeError expected bytes, not a detached Uint8Array: its memory has been transferred or cut off",
  ],
};

const linesOf = (stdout: string): string[] => stdout.trimEnd().split("\n");

describe.each(Object.keys(RUNTIMES))("on %s", (runtime) => {
  const [command, ...options] = RUNTIMES[runtime];
  test.each(Object.keys(CASES))("%s", async (name) => {
    const { stdout } = await userRun(folder, command, [...options, join("cases", `${name}.mjs`)]);
    expect(linesOf(stdout)).toEqual(CASES[name]);
  });
});

test("each program is among these, or the one that takes all memory", async () => {
  const programs = await readdir(join(folder, "cases"));
  expect(programs.sort()).toEqual([...Object.keys(CASES), "memory"].sort().map((name) => `${name}.mjs`));
});

test.skipIf(process.platform === "win32").each(["node", process.execPath])(
  "where address space is short, everything works or ends in an OutOfMemoryError: %s",
  async (node) => {
    for (const kilobytes of [1_500_000, 8_000_000, 12_000_000]) {
      const limited = `ulimit -v ${kilobytes}; exec "${node}" cases/memory.mjs`;
      const { stdout } = await userRun(folder, "bash", ["-c", limited]);
      expect(stdout, `${kilobytes} KB`).toBe("OutOfMemoryError\n");
    }
  },
);

test.each(["jsdom", "happy-dom"])("in a test runner with %s", async (environment) => {
  const vitest = join("node_modules", "vitest", "vitest.mjs");
  const { stdout } = await userRun(folder, process.execPath, [vitest, "run", "--environment", environment]);
  expect(stripVTControlCharacters(stdout)).toMatch(/Tests +1 passed/);
});

test("a client works on workerd, which compiles no WebAssembly, and a server says so", async () => {
  const server = spawn(bin("workerd"), ["serve", "workerd.capnp", "--control-fd=1"], {
    cwd: folder,
    env: userEnvironment(),
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    for await (const line of createInterface({ input: server.stdout })) {
      const said = JSON.parse(line) as { event: string; port?: number };
      if (said.event !== "listen") continue;
      const response = await fetch(`http://127.0.0.1:${said.port}`);
      expect(await response.json()).toEqual([
        42,
        expect.stringMatching(
          /^UnsupportedPlatformError: this host does not let a program compile .*serverless/,
        ),
      ]);
      return;
    }
    expect.fail("workerd has ended without listening");
  } finally {
    server.kill();
  }
});
