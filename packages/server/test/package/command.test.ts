/** The packed service does what the README says, from the command to the result. */
import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { environment, installService, type ServiceProject } from "./packed.ts";
import { readmeFiles, startCommand, writeClient } from "./service.ts";

const run = promisify(execFile);

let project: ServiceProject;
const files = await readmeFiles();

beforeAll(async () => {
  project = await installService();
  await writeFile(join(project.folder, "programs.ts"), files.get("programs.ts")!);
});

afterAll(() => project.remove());

test.skipIf(process.platform === "win32")("npx finds the command, and it answers", async () => {
  const options = { cwd: project.folder, env: environment() as NodeJS.ProcessEnv };
  const { stdout } = await run("npx", ["--offline", "tacet-server", "./programs.ts", "--help"], options);
  expect(stdout).toContain("Usage: tacet-server");
  expect(stdout).toContain("TACET_ADMIN_TOKEN");
});

test("it serves the README's programs, computes for the README's client, and ends by SIGTERM", async () => {
  const service = await startCommand(project.folder, ["./programs.ts", "--log-level", "warn"]);
  const { programs } = (await (await fetch(`${service.url}/v1/programs`)).json()) as { programs: object[] };
  expect(programs).toMatchObject([{ name: "payroll" }]);
  const client = await writeClient(project.folder, files, service.url);
  const options = { cwd: project.folder, env: environment() as NodeJS.ProcessEnv };
  const { stdout, stderr } = await run(process.execPath, [client], options);
  expect({ stdout, stderr }).toEqual({ stdout: "12300\n", stderr: "" });
  const page = await fetch(`${service.url}/docs/`);
  expect(await page.text()).toContain("swagger");
  service.child.kill("SIGTERM");
  const { code, printed } = await service.ended;
  expect({ code, printed }).toEqual({
    code: 0,
    printed: expect.stringMatching(/^tacet-server answers at .*\n$/),
  });
});
