import { rm } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { DEFAULT_OPTIONS } from "../src/service/options.ts";
import { ADMIN, Caller, keyOf, newFolder, newTenant } from "../test/harness.ts";
import { postgresFolder, startCluster } from "../test/postgres.ts";
import { startProcess } from "../test/processes.ts";
import { KEY_BYTES } from "../test/stand-in.ts";
import type { Note } from "./figures.ts";

const KEYS = 8;
const WORKERS = 2;
/** Each worker has room for so many keys: together they have room for all, if each keeps its own. */
const ROOM = 5;
const JOBS = 600;
const MILLISECONDS = 40;
const CLIENTS = 6;
/** Workers tell every three seconds. */
const TOLD_MS = 4_000;

/** How many jobs find their key ready, where eight keys are asked for at random and no worker has room for all. */
export async function keyHits(note: Note): Promise<void> {
  if (postgresFolder === undefined) return;
  const cluster = await startCluster();
  const folder = await newFolder();
  const start = (role: "api" | "worker") =>
    startProcess({
      ...DEFAULT_OPTIONS,
      role,
      folder,
      adminToken: ADMIN,
      port: 0,
      concurrency: 1,
      keyBytes: ROOM * KEY_BYTES,
      database: { url: cluster.url },
      blobs: { kind: "folder", folder },
    });
  const api = await start("api");
  const workers = await Promise.all(Array.from({ length: WORKERS }, () => start("worker")));
  try {
    const caller = await newTenant(api.url!, "hits");
    const program = await caller.storeProgram({ op: "add", inputs: [] });
    const keys: string[] = [];
    for (let at = 0; at < KEYS; at++) keys.push(await caller.upload(keyOf(`hits ${at}`)));
    let left = JOBS;
    const client = async () => {
      while (left-- > 0) {
        const serverKey = keys[Math.floor(KEYS * Math.random())]!;
        const parameters = { milliseconds: MILLISECONDS };
        const { id } = await caller.submit({ program, serverKey, inputs: {}, parameters });
        await (await caller.ask("GET", `/v1/jobs/${id}/events`)).text();
      }
    };
    const before = performance.now();
    await Promise.all(Array.from({ length: CLIENTS }, client));
    const seconds = (performance.now() - before) / 1000;
    await sleep(TOLD_MS);
    const overview = await new Caller(api.url!, ADMIN).json<{
      workers: { details: { keysAsked: number; keyHits: number } }[];
    }>("GET", "/v1/admin/overview");
    const sum = (of: "keysAsked" | "keyHits") =>
      overview.workers.reduce((total, { details }) => total + details[of], 0);
    const place = "PostgreSQL";
    const name = `keys that were ready: ${KEYS} keys, ${WORKERS} workers, room for ${ROOM} each`;
    note({ name, place, value: (100 * sum("keyHits")) / sum("keysAsked"), unit: "%", aim: { least: 95 } });
    const busy = (100 * JOBS * MILLISECONDS) / 1000 / (WORKERS * seconds);
    note({
      name: `of their time, the workers compute (jobs of ${MILLISECONDS} ms)`,
      place,
      value: busy,
      unit: "%",
    });
  } finally {
    await Promise.all([api, ...workers].map((one) => one.kill()));
    await cluster.remove();
    await rm(folder, { recursive: true, force: true });
  }
}
