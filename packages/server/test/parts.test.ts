import { rm } from "node:fs/promises";
import { type ClientKey, FheBool, FheUint8, FheUint16, FheUint32, ServerKey } from "tacet";
import { afterAll, beforeAll, expect, test } from "vitest";
import { connect, list, program } from "../src/client/index.ts";
import { DEFAULT_FHE, FheComputation } from "../src/computation/computation.ts";
import { openDatabase } from "../src/database/open.ts";
import { DEFAULT_OPTIONS, type ServiceOptions } from "../src/service/options.ts";
import { type Service, startService } from "../src/service/service.ts";
import { ADMIN, newFolder, newTenant, TEST_LIMITS } from "./harness.ts";
import { type Cluster, postgresFolder, startCluster } from "./postgres.ts";
import { toyClientKey } from "./program/toy.ts";

/* Jobs that are cut into parts, which several workers compute. */

const payroll = program(
  "payroll",
  { in: { salary: list(FheUint16), cap: FheUint16 }, out: { sum: FheUint16, capped: list(FheBool) } },
  ({ salary, cap }, engine) => ({
    sum: engine.sum(salary.map((one) => one.min(cap))),
    capped: salary.map((one) => one.gt(cap)),
  }),
);
const product = program("product", { in: { a: FheUint32, b: FheUint32 }, out: FheUint32 }, ({ a, b }) =>
  a.mul(b),
);
const drawn = program("drawn", { in: { a: FheUint32 }, out: FheUint8 }, ({ a }, engine) =>
  engine.random(FheUint8).and(a.mul(a).cast(FheUint8)).and(0),
);

if (postgresFolder === undefined) console.warn("There is no PostgreSQL on this machine: jobs are not cut.");
const withPostgres = test.skipIf(postgresFolder === undefined);

let cluster: Cluster;
let folder: string;
let clientKey: ClientKey;
let serverKey: ServerKey;
let api: Service;
const workers: Service[] = [];
const errors: unknown[] = [];
/** How the tasks of each worker ended. */
const bootstraps: number[] = [0, 0];

const start = (role: "api" | "worker", index = 0): Promise<Service> => {
  const options: ServiceOptions = {
    ...DEFAULT_OPTIONS,
    ...{ database: { url: cluster.url }, blobs: { kind: "database" }, adminToken: ADMIN, role, port: 0 },
    ...{ limits: TEST_LIMITS, graceMs: 10_000, onError: (error: unknown) => errors.push(error) },
  };
  return startService(options, () => {
    return new FheComputation({
      ...DEFAULT_FHE,
      ...{ threads: 1, allowInsecureParameters: true, cutFrom: 60 },
      onBatch: () => void bootstraps[index]++,
    });
  });
};

beforeAll(async () => {
  if (postgresFolder === undefined) return;
  cluster = await startCluster();
  folder = await newFolder();
  clientKey = await toyClientKey();
  serverKey = await ServerKey.from(clientKey);
  api = await start("api");
  workers.push(await start("worker", 0), await start("worker", 1));
});

afterAll(async () => {
  if (postgresFolder === undefined) return;
  for (const one of [api, ...workers]) await one.stop();
  await cluster.remove();
  await rm(folder, { recursive: true, force: true });
  expect(errors).toEqual([]);
});

const rowsOf = async (statement: string): Promise<unknown[]> => {
  const database = await openDatabase({ url: cluster.url });
  try {
    return await database.query(statement);
  } finally {
    await database.close();
  }
};

withPostgres("a large job is computed by all workers, in parts", async () => {
  const { token } = await newTenant(api.url!, "parts");
  const server = connect(api.url!, { clientKey, serverKey, token });
  const salary = Array.from({ length: 12 }, (_, i) => 100 * i);
  const fractions: number[] = [];
  const result = await server.run(
    payroll,
    { salary, cap: 500 },
    { onProgress: (one) => fractions.push(one) },
  );
  expect(result).toEqual({
    sum: salary.reduce((sum, one) => sum + Math.min(500, one), 0),
    capped: salary.map((one) => one > 500),
  });
  expect(fractions.at(-1)).toBe(1);
  expect(fractions).toEqual(fractions.toSorted((a, b) => a - b));
  expect(Math.min(...bootstraps)).toBeGreaterThan(0);
  expect(await server.run(product, { a: 123_456, b: 7_890 })).toBe((123_456 * 7_890) % 2 ** 32);
  expect(await rowsOf("select 1 from tacet.parts")).toEqual([]);
  expect(await rowsOf("select 1 from tacet.tasks")).toEqual([]);
});

withPostgres("what draws random values is computed as a whole", async () => {
  const { token } = await newTenant(api.url!, "drawn");
  const server = connect(api.url!, { clientKey, serverKey, token });
  expect(await server.run(drawn, { a: 5 })).toBe(0);
});

withPostgres("a worker that stops leaves its part to others", async () => {
  const { token } = await newTenant(api.url!, "stops");
  const server = connect(api.url!, { clientKey, serverKey, token });
  const running = server.run(product, { a: 99_999, b: 88_888 });
  await expect.poll(async () => (await rowsOf("select 1 from tacet.parts")).length).toBeGreaterThan(1);
  await workers[1]!.stop();
  expect(await running).toBe(Number((99_999n * 88_888n) % 2n ** 32n));
  workers[1] = await start("worker", 1);
});

withPostgres("cancelling takes all of it out", async () => {
  const { token } = await newTenant(api.url!, "cancels");
  const server = connect(api.url!, { clientKey, serverKey, token });
  const controller = new AbortController();
  const salary = Array.from({ length: 100 }, (_, i) => i);
  const running = server.run(payroll, { salary, cap: 50 }, { signal: controller.signal });
  await expect.poll(async () => (await rowsOf("select 1 from tacet.parts")).length).toBeGreaterThan(1);
  controller.abort(new Error("enough"));
  await expect(running).rejects.toThrow("enough");
  await expect.poll(() => rowsOf("select 1 from tacet.tasks")).toEqual([]);
  await expect.poll(() => rowsOf("select 1 from tacet.parts")).toEqual([]);
});
