/** The packed service does what the README and its own document say, from the command to the result. */
import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { FLAGS, SECRETS } from "../../src/command/flags.ts";
import { environment, installService, type ServiceProject } from "./packed.ts";
import {
  documentOf,
  endAll,
  filesIn,
  type StartedCommand,
  scriptIn,
  startCommand,
  writeFiles,
} from "./service.ts";

const run = promisify(execFile);

/** On Windows, there is neither a shell like that of the document, nor is a signal more than an end. */
const likeUnix = process.platform !== "win32";

const [readme, guide] = await Promise.all([documentOf("README"), documentOf("docs/service")]);

let project: ServiceProject;
let options: { cwd: string; env: NodeJS.ProcessEnv };

beforeAll(async () => {
  project = await installService();
  options = { cwd: project.folder, env: environment() as NodeJS.ProcessEnv };
  await writeFiles(project.folder, filesIn(readme), "");
});

afterAll(async () => {
  endAll();
  await project.remove();
});

test.runIf(likeUnix)("npx finds the command, and it answers", async () => {
  const { stdout } = await run("npx", ["--offline", "tacet-server", "./programs.ts", "--help"], options);
  expect(stdout).toContain("Usage: tacet-server");
  expect(stdout).toContain("TACET_ADMIN_TOKEN");
});

describe("a service with the README's programs", () => {
  let service: StartedCommand;

  beforeAll(async () => {
    const settings = /```json\n(\{ "port": .*)\n```/.exec(guide)![1]!;
    await writeFile(join(project.folder, "settings.json"), settings);
    const flags = ["--config", "settings.json", "--log-level", "warn"];
    service = await startCommand(project.folder, ["./programs.ts", ...flags]);
  });

  test("has them under their names", async () => {
    const { programs } = (await (await fetch(`${service.url}/v1/programs`)).json()) as { programs: object[] };
    expect(programs).toMatchObject([{ name: "payroll" }]);
  });

  test("computes for the README's client", async () => {
    await writeFiles(project.folder, filesIn(readme), service.url);
    const { stdout, stderr } = await run(process.execPath, ["client.ts"], options);
    expect({ stdout, stderr }).toEqual({ stdout: "12300\n", stderr: "" });
  });

  test("shows what it answers to", async () => {
    expect(await (await fetch(`${service.url}/docs/`)).text()).toContain("swagger");
    const { paths } = (await (await fetch(`${service.url}/openapi.json`)).json()) as { paths: object };
    const shown = guide.matchAll(/`(?:GET|PUT|POST|PATCH|DELETE|HEAD) (\/v1\/[^`]+)`/g);
    const patterns = new Set(Object.keys(paths).map((path) => path.replace(/\{\w+\}/g, ":")));
    for (const [, path] of shown) expect([...patterns]).toContain(path!.replace(/:\w+/g, ":"));
  });

  test.runIf(likeUnix)("computes for the shell of its document, and has its metrics", async () => {
    await writeFiles(project.folder, filesIn(guide), service.url);
    const script = scriptIn(guide).replaceAll("http://127.0.0.1:8100", service.url);
    const env = { ...options.env, TACET_ADMIN_TOKEN: "not asked for" };
    const { stdout } = await run("bash", ["-c", script], { ...options, env });
    expect(stdout).toContain('event: job\ndata: {"id":');
    expect(stdout).toContain("\n12300\n");
    const metrics = await (await fetch(`${service.url}/metrics`)).text();
    const names = guide.match(/`tacet_\w+`/g)!.map((name) => name.slice(1, -1));
    expect(names.length).toBeGreaterThan(5);
    const lacking = names.filter((name) => !metrics.includes(`\n# TYPE ${name} `));
    expect(lacking).toEqual(["tacet_queue_tasks"]); // which is not there while nothing waits
  });

  test.runIf(likeUnix)("ends by SIGTERM", async () => {
    service.child.kill("SIGTERM");
    const { code, printed } = await service.ended;
    expect(printed).toMatch(/^tacet-server answers at .*\n$/);
    expect(code).toBe(0);
  });
});

test("the document's program on plain values prints what it says", async () => {
  const file = filesIn(guide).get("programs.test.ts")!;
  await writeFile(join(project.folder, "programs.test.ts"), file);
  const { stdout } = await run(process.execPath, ["programs.test.ts"], options);
  expect(stdout).toBe(`${/console\.log\(.*\); \/\/ (.*)/.exec(file)![1]}\n`);
});

test("the document names all settings", () => {
  for (const { option } of FLAGS) expect(guide).toContain(`\`${option.long}\``);
  for (const variable of Object.values(SECRETS)) expect(guide).toContain(variable);
  expect(filesIn(guide).get("programs.ts")).toBe(filesIn(readme).get("programs.ts"));
  expect(filesIn(guide).get("client.ts")).toBe(filesIn(readme).get("client.ts"));
});
