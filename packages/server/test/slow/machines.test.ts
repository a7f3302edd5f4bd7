/** What the document says of three machines, with the packed command: as many processes, and PostgreSQL. */
import { once } from "node:events";
import { ClientKey, FheUint32 } from "tacet";
import { afterAll, beforeAll, expect, test } from "vitest";
import { connect, list, program } from "../../src/client/index.ts";
import { Caller } from "../harness.ts";
import { environment, installService, type ServiceProject } from "../package/packed.ts";
import {
  documentOf,
  endAll,
  filesIn,
  type StartedCommand,
  startCommand,
  writeFiles,
} from "../package/service.ts";
import { type Cluster, postgresFolder, startCluster } from "../postgres.ts";

const TACET_ADMIN_TOKEN = "the-token-of-the-operator-of-this-test";

let project: ServiceProject;
let cluster: Cluster;

beforeAll(async () => {
  if (postgresFolder === undefined) return;
  [project, cluster] = await Promise.all([installService(), startCluster()]);
  await writeFiles(project.folder, filesIn(await documentOf("docs/service")), "");
});

afterAll(async () => {
  endAll();
  await Promise.all([project?.remove(), cluster?.remove()]);
});

test.skipIf(postgresFolder === undefined)("an api and two workers, of which one dies, compute", async () => {
  const env = {
    ...environment(),
    TACET_DATABASE: cluster.url,
    TACET_BLOBS: "database",
    TACET_LOG_LEVEL: "warn",
  };
  const start = (args: string[], more: object = {}) =>
    startCommand(project.folder, args, { ...env, ...more });
  const api = await start(["./programs.ts", "--role", "api"], { TACET_ADMIN_TOKEN });
  const workers: StartedCommand[] = [];
  for (let i = 0; i < 2; i++) workers.push(await start(["--role", "worker", "--threads", "2"]));
  expect(workers.map(({ url }) => url)).toEqual(Array(2).fill("tacet-server works"));

  const operator = new Caller(api.url, TACET_ADMIN_TOKEN);
  const { id } = await operator.json("POST", "/v1/admin/tenants", { name: "accounting" });
  const { token } = await operator.json("POST", `/v1/admin/tenants/${id}/tokens`, { name: "laptop" });
  const server = connect(api.url, { clientKey: await ClientKey.generate(), token: token as string });
  const payroll = program(
    "payroll",
    { in: { salary: list(FheUint32), cap: FheUint32 }, out: FheUint32 },
    ({ salary, cap }, engine) => engine.sum(salary.map((one) => one.min(cap))),
  );
  const result = server.run(payroll, { salary: Array(30).fill(1_000), cap: 900 });

  const running = async () => {
    const { running } = await operator.json<{ running: { worker: string }[] }>("GET", "/v1/admin/overview");
    return running.length;
  };
  await expect.poll(running).toBe(1);
  const [victim, other] = workers as [StartedCommand, StartedCommand];
  victim.child.kill("SIGKILL");
  await once(victim.child, "exit");
  expect(await result).toBe(27_000);
  for (const { child, ended } of [api, other]) {
    child.kill("SIGTERM");
    expect((await ended).code).toBe(0);
  }
});
