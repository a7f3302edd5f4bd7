import { rm } from "node:fs/promises";
import { afterAll, beforeAll, test } from "vitest";
import { DEFAULT_OPTIONS } from "../src/service/options.ts";
import { ADMIN, newFolder } from "./harness.ts";
import { type Cluster, postgresFolder, startCluster } from "./postgres.ts";
import { type ServiceProcess, startProcess } from "./processes.ts";

/** A service on PostgreSQL: one process that takes requests in, and two that compute. Tests replace those that they kill. */
export interface Machines {
  cluster: Cluster;
  api: ServiceProcess;
  readonly workers: ServiceProcess[];
  start(role: "api" | "worker"): Promise<ServiceProcess>;
}

/** For tests that need PostgreSQL. */
export const withPostgres: typeof test = test.skipIf(postgresFolder === undefined) as typeof test;

/** Has such a service while the tests of a file run. */
export function useMachines(): Machines {
  const machines = { workers: [] as ServiceProcess[] } as unknown as Machines;
  let folder: string;
  machines.start = (role) => {
    const shared = {
      database: { url: machines.cluster.url },
      blobs: { kind: "database" as const },
      adminToken: ADMIN,
    };
    const rest = { folder, role, graceMs: 10_000, concurrency: 1, port: 0 };
    return startProcess({ ...DEFAULT_OPTIONS, ...shared, ...rest });
  };
  if (postgresFolder === undefined)
    console.warn("There is no PostgreSQL on this machine: its tests are left out.");

  beforeAll(async () => {
    if (postgresFolder === undefined) return;
    folder = await newFolder();
    machines.cluster = await startCluster();
    // All at once, on a database that is empty.
    const all = (["api", "worker", "worker"] as const).map((role) => machines.start(role));
    const [api, ...workers] = await Promise.all(all);
    machines.api = api!;
    machines.workers.push(...workers);
  });
  afterAll(async () => {
    if (postgresFolder === undefined) return;
    await Promise.all([machines.api, ...machines.workers].map((one) => one.kill()));
    await machines.cluster.remove();
    await rm(folder, { recursive: true, force: true });
  });
  return machines;
}
