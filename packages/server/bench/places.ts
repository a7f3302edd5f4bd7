import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { nodeOptions } from "../test/command-line.ts";
import { newFolder } from "../test/harness.ts";
import { postgresFolder, startCluster } from "../test/postgres.ts";

/** The service as operators start it: one process, in a folder of its own. */
export interface RunningCommand {
  readonly place: string;
  readonly url: string;
  /** Seconds until it answered. */
  readonly started: number;
  /** Megabytes of memory that the process has at the moment. */
  megabytes(): number;
  stop(): Promise<void>;
}

/** What was built, where there is something: what users start. */
const built = fileURLToPath(new URL("../dist/command/main.js", import.meta.url));
const main = existsSync(built) ? built : fileURLToPath(new URL("../src/command/main.ts", import.meta.url));

/** Starts it on a database embedded in its folder; what it has made there, a first process has made. */
export async function startEmbedded(): Promise<RunningCommand> {
  const folder = await newFolder();
  const args = ["--data", folder];
  await (await startCommand("embedded", args)).stop();
  const running = await startCommand("embedded", args);
  return {
    ...running,
    stop: async () => {
      await running.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Starts it on PostgreSQL; `undefined` where there is none. */
export async function startOnPostgres(): Promise<RunningCommand | undefined> {
  if (postgresFolder === undefined) return undefined;
  const folder = await newFolder();
  const cluster = await startCluster();
  const args = ["--database", cluster.url, "--blobs", join(folder, "blobs")];
  const running = await startCommand("PostgreSQL", args);
  return {
    ...running,
    stop: async () => {
      await running.stop();
      await cluster.remove();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** An API and workers on PostgreSQL, each a process; `undefined` where there is none. */
export async function startMachines(
  workers: number,
  threads: number,
  cutFrom: number,
): Promise<RunningCommand | undefined> {
  if (postgresFolder === undefined) return undefined;
  const folder = await newFolder();
  const cluster = await startCluster();
  const args = ["--database", cluster.url, "--blobs", join(folder, "blobs")];
  const api = await startCommand("PostgreSQL", [...args, "--role", "api"]);
  const worker = ["--role", "worker", "--threads", String(threads), "--cut-from", String(cutFrom)];
  const all = await Promise.all(
    Array.from({ length: workers }, () => startCommand("PostgreSQL", [...args, ...worker])),
  );
  return {
    ...api,
    stop: async () => {
      for (const one of [...all, api]) await one.stop();
      await cluster.remove();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function startCommand(place: string, args: readonly string[]): Promise<RunningCommand> {
  const before = performance.now();
  const child = spawn(
    process.execPath,
    [...nodeOptions, main, ...args, "--port", "0", "--log-level", "silent"],
    {
      stdio: ["ignore", "pipe", "inherit"],
      env: { ...process.env, TACET_REQUESTS_PER_MINUTE: "1000000000" },
    },
  );
  const url = await urlOf(child);
  return {
    place,
    url,
    started: (performance.now() - before) / 1000,
    megabytes: () => Number(execFileSync("ps", ["-o", "rss=", "-p", String(child.pid)]).toString()) / 1000,
    stop: async () => {
      child.kill("SIGTERM");
      if (child.exitCode === null) await once(child, "exit");
    },
  };
}

/** Where it answers, once it is ready; nowhere, if it is a worker. */
async function urlOf(child: ChildProcess): Promise<string> {
  let printed = "";
  for await (const data of child.stdout!) {
    printed += data;
    const [told, url = ""] = /answers at (\S+)|tacet-server works/.exec(printed) ?? [];
    if (told !== undefined) return url;
  }
  throw new Error(`the service did not start: ${printed}`);
}
