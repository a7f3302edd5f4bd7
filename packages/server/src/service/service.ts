import type { AddressInfo } from "node:net";
import type { FastifyServerOptions } from "fastify";
import { Blobs } from "../blobs/blobs.ts";
import { Uploads } from "../blobs/upload.ts";
import type { Database } from "../database/database.ts";
import { openDatabase } from "../database/open.ts";
import type { App } from "../http/app.ts";
import { Jobs } from "../jobs/jobs.ts";
import { JobWatch } from "../jobs/watch.ts";
import { Programs } from "../programs/programs.ts";
import { Queue } from "../queue/queue.ts";
import { Metrics } from "../telemetry/metrics.ts";
import { startTelemetry } from "../telemetry/start.ts";
import { Deletion } from "../tenants/deletion.ts";
import { hasTokens, Tenants } from "../tenants/tenants.ts";
import { type BearerSource, Tokens } from "../tenants/tokens.ts";
import type { Computation } from "../worker/computation.ts";
import { Fleet } from "../worker/fleet.ts";
import { KeyCache } from "../worker/key-cache.ts";
import { Worker } from "../worker/worker.ts";
import { Maintenance } from "./maintenance.ts";
import { openStore } from "./open-store.ts";
import type { ServiceOptions } from "./options.ts";

/** A process of the service that runs. */
export interface Service {
  /** Where it listens, as in `http://127.0.0.1:8100`; `undefined` for a worker. */
  readonly url: string | undefined;
  readonly metrics: Metrics;
  /** Takes nothing new in, lets what is under way end, and stops. */
  stop(): Promise<void>;
}

/** Addresses that only programs on the same machine reach. */
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|::1)$/i;

/**
 * Starts a process of the service.
 *
 * @param makeComputation makes what computes; it may tell the metrics what it does.
 * @throws Error if others than programs on this machine would reach a service that asks nobody for a token.
 */
export async function startService(
  options: ServiceOptions,
  makeComputation: (metrics: Metrics) => Computation,
  logger: FastifyServerOptions["logger"] = false,
): Promise<Service> {
  const undo: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (const one of undo.splice(0).reverse()) await one().catch(options.onError);
  };
  try {
    return await start(options, makeComputation, logger, undo, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start(
  options: ServiceOptions,
  makeComputation: (metrics: Metrics) => Computation,
  logger: FastifyServerOptions["logger"],
  undo: (() => Promise<void>)[],
  stop: () => Promise<void>,
): Promise<Service> {
  const { role, onError } = options;
  const database = await openDatabase(options.database, { seed: options.seed, onError });
  undo.push(() => database.close());
  const telemetry = await startTelemetry(role, process.env, onError);
  undo.push(() => telemetry.stop());
  const metrics = new Metrics(telemetry.readers);
  undo.push(() => metrics.stop());
  const blobs = new Blobs(database, await openStore(options.blobs, database));
  const queue = await Queue.start(database, { supervise: true, onError });
  undo.push(() => queue.stop());
  if (database.kind === "pglite") await queue.takeAllBack();
  const computation = makeComputation(metrics);
  undo.push(() => computation.close());
  const maintenance = new Maintenance({ database, blobs, queue, retention: options.retention, onError });
  maintenance.start();
  undo.push(() => maintenance.stop());
  if (role !== "worker") metrics.watchQueue(database);
  const parts = { database, blobs, queue, computation, metrics, traced: telemetry.traces };
  if (role !== "api") undo.push(await startWorker(options, parts));
  if (role === "worker" && options.metricsPort !== undefined) {
    if (options.adminToken === undefined) refuseOthers(options.host);
    const { startWorkerServer } = await import("../http/worker-server.ts");
    undo.push(await startWorkerServer({ ...options, port: options.metricsPort, metrics, database }));
  }
  const url = role === "worker" ? undefined : await startApi(options, parts, logger, undo);
  return { url, metrics, stop };
}

interface Parts {
  readonly database: Database;
  readonly blobs: Blobs;
  readonly queue: Queue;
  readonly computation: Computation;
  readonly metrics: Metrics;
  readonly traced: boolean;
}

/** @returns what stops it. */
async function startWorker(
  { concurrency, keyBytes, keyIdleMs, graceMs, patienceMs, onError }: ServiceOptions,
  { metrics, ...parts }: Parts,
): Promise<() => Promise<void>> {
  const onAsked = (hit: boolean) => metrics.keysAsked(1, { hit });
  const keys = new KeyCache({ bytes: keyBytes, idleMs: keyIdleMs, onAsked });
  metrics.watchKeys(keys);
  metrics.watchSpeed(parts.computation);
  const worker = new Worker(
    { ...parts, keys, patienceMs, onJob: metrics.job, onError },
    {
      concurrency,
      onTask: (outcome, milliseconds, bootstraps) => {
        metrics.tasks(1, { outcome });
        metrics.taskSeconds(milliseconds / 1000);
        if (outcome === "succeeded") metrics.bootstraps(bootstraps);
      },
    },
  );
  await worker.start();
  return () => worker.stop(graceMs);
}

function refuseOthers(host: string): void {
  if (LOOPBACK.test(host)) return;
  throw new Error(
    `without an operator's token, the service listens on loopback alone, not on ${host}: set TACET_ADMIN_TOKEN, or make a tenant's token first`,
  );
}

/** @returns where it listens. */
async function startApi(
  options: ServiceOptions,
  { metrics, ...parts }: Parts,
  logger: FastifyServerOptions["logger"],
  undo: (() => Promise<void>)[],
): Promise<string> {
  const { database, blobs, queue, computation } = parts;
  const { adminToken, host, port, limits, origins, jwt, onError } = options;
  const anonymous = adminToken === undefined && jwt === undefined && !(await hasTokens(database));
  if (anonymous) refuseOthers(host);
  const programs = new Programs(database, computation, options.named);
  if (Object.keys(options.programs).length > 0) await programs.publish(options.programs);
  const watch = new JobWatch(database);
  await watch.start();
  let stopping = false;
  const tokens = new Tokens(database);
  const bearers: BearerSource[] = [tokens];
  if (jwt !== undefined) bearers.push(new (await import("../tenants/jwt.ts")).Jwts(database, jwt));
  const { createApp } = await import("../http/server.ts"); // workers do without
  const app: App = await createApp(
    {
      ...parts,
      programs,
      watch,
      uploads: new Uploads(database, blobs),
      jobs: new Jobs(database, queue),
      tenants: new Tenants(database),
      tokens,
      bearers,
      fleet: new Fleet(database),
      deletion: new Deletion(database, blobs, queue),
      computation,
      limits,
      adminToken,
      anonymous,
      origins,
      metrics: () => metrics.text(),
      onAnswered: (seconds, about) => metrics.requestSeconds(seconds, about),
      stopping: () => stopping,
      onError,
    },
    logger,
  );
  undo.push(async () => {
    stopping = true;
    await watch.stop();
    await app.close();
  });
  await app.listen({ host, port });
  const address = app.server.address() as AddressInfo;
  return `http://${address.family === "IPv6" ? `[${address.address}]` : address.address}:${address.port}`;
}
