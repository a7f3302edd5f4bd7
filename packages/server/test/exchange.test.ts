import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Database } from "../src/database/database.ts";
import { migrate } from "../src/database/migrations.ts";
import { openDatabase } from "../src/database/open.ts";
import type { Task } from "../src/queue/task.ts";
import { exchangeThrough } from "../src/worker/exchange.ts";
import { type Cluster, postgresFolder, startCluster } from "./postgres.ts";

/* What parts of a job give each other while they are computed. */

const withPostgres = test.skipIf(postgresFolder === undefined);

let cluster: Cluster;
let database: Database;
const errors: unknown[] = [];

beforeAll(async () => {
  if (postgresFolder === undefined) return;
  cluster = await startCluster();
  database = await openDatabase({ url: cluster.url });
  await migrate(database);
  await database.query("insert into tacet.tenants(id, name) values ('one', 'one')");
});

afterAll(async () => {
  if (postgresFolder === undefined) return;
  await database.close();
  await cluster.remove();
  expect(errors).toEqual([]);
});

async function newTask(): Promise<Task> {
  const job = randomUUID();
  await database.query(
    `insert into tacet.jobs(id, tenant, request_hash, program_owner, program, server_key, inputs, state, bootstraps, charged_at)
     values ($1, 'one', '', '', '', '', '{}', 'running', 1, now())`,
    [job],
  );
  const fixed = { tenant: "one", lane: 0, bootstraps: 1, part: 0, attempt: 0 };
  return { id: randomUUID(), job, ...fixed };
}

const exchangeOf = (task: Task, team = 0) =>
  exchangeThrough(database, task, team, (error) => errors.push(error));

withPostgres("all of what is given at once arrives, once each, and with the same team alone", async () => {
  const [task, other] = [await newTask(), await newTask()];
  const [giver, hearer] = [exchangeOf(task), exchangeOf(task)];
  const [heard, apart]: [number[], number[]] = [[], []];
  const leaves = [await hearer.join((bytes) => void heard.push(bytes[0]! + 256 * bytes[1]!))];
  for (const stranger of [exchangeOf(other), exchangeOf(task, 1)])
    leaves.push(await stranger.join((bytes) => void apart.push(bytes[0]!)));
  const count = 1_000;
  // Of different sizes, so that some take longer than those after them.
  await Promise.all(
    Array.from({ length: count }, (_, i) => {
      const bytes = new Uint8Array(i % 7 === 0 ? 500_000 : 10);
      bytes.set([i % 256, i >> 8]);
      return giver.give(bytes);
    }),
  );
  await expect.poll(() => heard.length, { timeout: 10_000 }).toBe(count);
  expect(new Set(heard).size).toBe(count);
  expect(apart).toEqual([]);
  for (const leave of leaves) leave();
});

withPostgres("what is given to a job that is over is not kept", async () => {
  const task = await newTask();
  await database.query("update tacet.jobs set state = 'cancelled' where id = $1", [task.job]);
  await exchangeOf(task).give(new Uint8Array(10));
  const gone = await newTask();
  await database.query("delete from tacet.jobs where id = $1", [gone.job]);
  await exchangeOf(gone).give(new Uint8Array(10));
  expect(
    await database.query("select 1 from tacet.shared where job = any($1)", [[task.job, gone.job]]),
  ).toEqual([]);
});
