import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";

/** A cluster of PostgreSQL of a test's own. */
export interface Cluster {
  /** Of a database of the cluster. */
  readonly url: string;
  /** Ends it as a crash does. */
  kill(): Promise<void>;
  start(): Promise<void>;
  /** Ends and removes it. */
  remove(): Promise<void>;
}

/** Where Debian's packages, and others, put the programs; `undefined` if there are none. */
export const postgresFolder: string | undefined = findPrograms();

function findPrograms(): string | undefined {
  const given = process.env.TACET_POSTGRES;
  if (given !== undefined) return given;
  const debian = "/usr/lib/postgresql";
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [...versions.map((version) => join(debian, version, "bin")), "/usr/local/bin", "/usr/bin"];
  return folders.find((folder) => existsSync(join(folder, "initdb")) && existsSync(join(folder, "postgres")));
}

/** PostgreSQL does not run as root: then it runs as a user who may nothing. */
function unprivileged(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of ["postgres", "nobody"]) {
    try {
      const idOf = (option: string) =>
        Number(execFileSync("id", [option, name], { stdio: "pipe" }).toString());
      return { uid: idOf("-u"), gid: idOf("-g") };
    } catch {}
  }
  throw new Error("there is no user as whom PostgreSQL could run");
}

/** Makes and starts a cluster in a temporary folder, on a port that is free. */
export async function startCluster(): Promise<Cluster> {
  const folder = mkdtempSync(join(tmpdir(), "tacet-postgres-"));
  const user = unprivileged();
  if (user !== undefined) chownSync(folder, user.uid, user.gid);
  const data = join(folder, "data");
  const options = { ...user, stdio: "pipe" as const, cwd: folder };
  execFileSync(
    join(postgresFolder!, "initdb"),
    ["-D", data, "-U", "tacet", "-A", "trust", "-E", "UTF8", "--no-sync"],
    options,
  );
  const port = await freePort();
  const url = `postgres://tacet@127.0.0.1:${port}/postgres`;
  let server: ChildProcess;
  const start = async () => {
    // As it is after a crash of the program, not of the machine, nothing is lost without fsync.
    const settings = ["-c", "listen_addresses=127.0.0.1", "-c", "fsync=off", "-c", "max_connections=80"];
    server = spawn(
      join(postgresFolder!, "postgres"),
      ["-D", data, "-p", String(port), "-k", folder, ...settings],
      { ...user, cwd: folder, stdio: "ignore" },
    );
    await ready(url);
  };
  const end = async (signal: NodeJS.Signals) => {
    if (server.exitCode !== null || server.signalCode !== null) return;
    server.kill(signal);
    await once(server, "exit");
  };
  await start();
  return {
    url,
    start,
    kill: () => end("SIGKILL"),
    remove: async () => {
      await end("SIGQUIT");
      await sleep(100);
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

async function ready(url: string): Promise<void> {
  for (let left = 600; ; left--) {
    const client = new pg.Client({ connectionString: url });
    try {
      await client.connect();
      await client.query("select 1");
      return;
    } catch (error) {
      if (left === 0) throw error;
      await sleep(100);
    } finally {
      await client.end().catch(() => undefined);
    }
  }
}
