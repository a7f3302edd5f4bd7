/** The two tarballs as npm installs them, with all that they need, on the oldest Node.js that the service runs on. */
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { pack, userRun } from "../../../tacet/test/package/packed.ts";
import { environment } from "../package/packed.ts";
import {
  documentOf,
  endAll,
  filesIn,
  type StartedCommand,
  scriptIn,
  startCommand,
  writeFiles,
} from "../package/service.ts";

const run = promisify(execFile);
const server = fileURLToPath(new URL("../..", import.meta.url));
const guide = await documentOf("docs/service");
const TACET_ADMIN_TOKEN = "the-token-of-the-operator-of-this-test";

let folder: string;
let env: NodeJS.ProcessEnv;
let node: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tacet-install-"));
  const { engines } = JSON.parse(await readFile(join(server, "package.json"), "utf8"));
  const oldest = `${engines.node.replace(/^>=/, "")}.0`;
  const project = { private: true, type: "module", allowScripts: { node: true } };
  await writeFile(join(folder, "package.json"), JSON.stringify(project));
  const tarballs = await Promise.all([pack(folder), pack(folder, server)]);
  const files = tarballs.map(({ filename }) => `./${filename}`);
  await userRun(folder, "npm", ["install", ...files, `node@${oldest}`, "--no-audit", "--no-fund"]);
  node = join(folder, "node_modules/node/bin/node");
  env = { ...environment(node), TACET_ADMIN_TOKEN } as NodeJS.ProcessEnv;
  expect((await run(node, ["--version"])).stdout).toBe(`v${oldest}\n`);
});

afterAll(async () => {
  endAll();
  await rm(folder, { recursive: true, force: true });
});

const tokenFor = async (url: string, name: string): Promise<string> => {
  const post = async (path: string, body: object) => {
    const headers = { authorization: `Bearer ${TACET_ADMIN_TOKEN}`, "content-type": "application/json" };
    const response = await fetch(url + path, { method: "POST", headers, body: JSON.stringify(body) });
    return (await response.json()) as { id: string; token: string };
  };
  const { id } = await post("/v1/admin/tenants", { name });
  return (await post(`/v1/admin/tenants/${id}/tokens`, { name: "test" })).token;
};

const end = async ({ child, ended }: StartedCommand) => {
  child.kill("SIGTERM");
  expect((await ended).code).toBe(0);
};

test("without types being left out, programs in TypeScript are refused with what to do", async () => {
  await writeFiles(folder, filesIn(guide), "");
  const started = startCommand(folder, ["./programs.ts"], env);
  await expect(started).rejects.toThrow(/22\.12\.0 does not run TypeScript.*--experimental-strip-types/);
});

test("with it, the document's shell computes, as a tenant who shows a token", async () => {
  const stripping = {
    ...env,
    NODE_OPTIONS: "--experimental-strip-types --disable-warning=ExperimentalWarning",
  };
  const service = await startCommand(folder, ["./programs.ts", "--log-level", "warn"], stripping);
  expect((await fetch(`${service.url}/v1/programs`)).status).toBe(401);
  await writeFiles(folder, filesIn(guide), service.url);
  const script = scriptIn(guide).replaceAll("http://127.0.0.1:8100", service.url);
  const TACET_TOKEN = await tokenFor(service.url, "first");
  const { stdout } = await run("bash", ["-c", script], { cwd: folder, env: { ...stripping, TACET_TOKEN } });
  expect(stdout).toContain("\n12300\n");
  await end(service);
});

test("programs in JavaScript need nothing", async () => {
  const source = filesIn(guide).get("programs.ts")!; // which has no types in it
  await writeFile(join(folder, "programs.js"), source);
  const service = await startCommand(folder, ["./programs.js", "--log-level", "warn"], env);
  const headers = { authorization: `Bearer ${await tokenFor(service.url, "second")}` };
  const response = await fetch(`${service.url}/v1/programs`, { headers });
  expect(await response.json()).toMatchObject({ programs: [{ name: "payroll" }] });
  await end(service);
});
