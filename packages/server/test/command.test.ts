import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ClientKey, FheUint8, ServerKey } from "tacet";
import { afterAll, expect, test } from "vitest";
import { nodeOptions } from "./command-line.ts";
import { Caller, newFolder } from "./harness.ts";

const main = fileURLToPath(new URL("../src/command/main.ts", import.meta.url));
const folder = await newFolder();

afterAll(() => rm(folder, { recursive: true, force: true }));

function start(args: readonly string[], environment: Record<string, string> = {}) {
  const child = spawn(process.execPath, [...nodeOptions, main, ...args], {
    cwd: folder,
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (data) => {
      printed += data;
    });
  }
  const ended = once(child, "close").then(([code]) => ({ code: code as number | null, printed }));
  return { child, ended, printed: () => printed };
}

test("help names all settings, and what they are in the environment", async () => {
  const { code, printed } = await start(["--help"]).ended;
  expect(code).toBe(0);
  for (const word of ["--database", "--blobs", "--role", "TACET_ADMIN_TOKEN", "TACET_PORT", "s3://"]) {
    expect(printed).toContain(word);
  }
});

test.each([
  [["--port", "x"], {}, "--port"],
  [[], { TACET_ROLE: "boss" }, "TACET_ROLE"],
  [["./none.ts"], {}, "none.ts"],
  [[], { TACET_ADMIN_TOKEN: "short" }, "adminToken"],
] as const)("%j %j is told what is wrong", async (args, environment, word) => {
  const { code, printed } = await start(args, environment).ended;
  expect(printed).toContain(word);
  expect(printed).not.toContain("short");
  expect(printed).not.toMatch(/\n {4}at /);
  expect(code).toBe(2);
});

test.each([
  [
    "enum",
    "enum Colour { red }\nexport const x = Colour.red;",
    /enum is not supported.*compile the file to JavaScript/s,
  ],
  ["package", 'import "not-there-at-all";', /npm install not-there-at-all/],
  ["nothing", "export const x = 1;", /exports no programs/],
  ["copy", "export const x = { trace() {} };", /another copy of tacet-server/],
  ["throws", 'throw new Error("on purpose");', /cannot be loaded: on purpose/],
])("what is wrong with a file of programs is told: %s", async (name, source, words) => {
  await writeFile(join(folder, `${name}.ts`), source);
  const { code, printed } = await start([`./${name}.ts`]).ended;
  expect(printed).toMatch(words);
  expect(printed).toContain(`${name}.ts`);
  expect(code).toBe(2);
});

test("it serves programs of a module by name, and ends in order", async () => {
  const library = fileURLToPath(new URL("../src/index.ts", import.meta.url));
  const tacet = fileURLToPath(new URL("../../tacet/dist/index.js", import.meta.url));
  const source = `
    import { clear, list, program } from ${JSON.stringify(library)};
    import { FheUint8 } from ${JSON.stringify(tacet)};
    export const total = program("total", { in: { list: list(FheUint8), more: clear.number }, out: FheUint8 },
      ({ list, more }, engine) => engine.sum(list).add(more));
  `;
  await writeFile(join(folder, "programs.ts"), source);
  await writeFile(join(folder, "settings.json"), JSON.stringify({ port: 0, threads: 1, logLevel: "silent" }));
  const service = start(["./programs.ts", "--config", "settings.json", "--data", "./data"]);
  await expect.poll(service.printed).toMatch(/answers at (\S+)/);
  const caller = new Caller(/answers at (\S+)/.exec(service.printed())![1]!);
  if (process.platform === "linux") {
    const status = await readFile(`/proc/${service.child.pid}/status`, "utf8");
    const megabytes = Number(/VmRSS:\s+(\d+)/.exec(status)![1]) / 1_000;
    console.log(`idle, the embedded service takes ${Math.round(megabytes)} MB`);
    expect(megabytes).toBeLessThan(400);
  }
  const { programs } = await caller.json<{ programs: object[] }>("GET", "/v1/programs");
  expect(programs).toMatchObject([
    { name: "total", description: { inputs: { list: { list: "FheUint8" }, more: { clear: "number" } } } },
  ]);
  const key = await ClientKey.generate();
  const serverKey = await caller.upload((await ServerKey.from(key)).serialize());
  const hashes: string[] = [];
  for (const value of [5, 6]) hashes.push(await caller.upload(FheUint8.encrypt(value, key).serialize()));
  const body = { program: "total", serverKey, inputs: { list: hashes }, parameters: { more: 100 } };
  const job = await caller.finished((await caller.submit(body)).id);
  expect(job.problem).toBeNull();
  const result = FheUint8.deserialize(await caller.download(job.outputs!.result as string));
  expect(result.decrypt(key)).toBe(111);
  const wrong = await caller.ask("POST", "/v1/jobs", { ...body, parameters: {} });
  expect(wrong.status).toBe(400);
  service.child.kill("SIGTERM");
  expect((await service.ended).code).toBe(0);
});

test("it does not listen to others without credentials", async () => {
  const { code, printed } = await start(["--host", "0.0.0.0", "--port", "0", "--data", "./data"]).ended;
  expect(code).toBe(1);
  expect(printed).toContain("TACET_ADMIN_TOKEN");
});
