import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Database } from "../src/database/database.ts";
import type { JobJson } from "../src/http/schemas.ts";
import { inOrder, waitingTasks } from "../src/queue/choose.ts";
import { fakeClock } from "./clock.ts";
import { ADMIN, type Caller, keyOf, newTenant, startTestService, type TestService } from "./harness.ts";

let database: Database;

vi.mock("../src/database/open.ts", async (original) => {
  const module = await original<typeof import("../src/database/open.ts")>();
  return {
    openDatabase: async (...args: Parameters<typeof module.openDatabase>) => {
      database = await module.openDatabase(...args);
      return database;
    },
  };
});

const HOUR = 3_600;
const DAY = 24 * HOUR;

let service: TestService;
let clock: Awaited<ReturnType<typeof fakeClock>>;
let caller: Caller;
let body: { program: string; serverKey: string; inputs: object };

beforeEach(async () => {
  service = await startTestService({ adminToken: ADMIN, concurrency: 1 });
  clock = await fakeClock(database);
  caller = await newTenant(service.url, "alice", { windowBootstraps: 10, windowSeconds: HOUR });
  const program = await caller.storeProgram({ op: "add", inputs: [], bootstraps: 4 });
  body = { program, serverKey: await caller.upload(keyOf("clock")), inputs: {} };
});

afterEach(async () => {
  await service.stop();
  expect(service.errors).toEqual([]);
});

const long = { milliseconds: 1_500 };

async function running(id: string): Promise<void> {
  const stateOf = async () => (await caller.json<JobJson>("GET", `/v1/jobs/${id}`)).state;
  await expect.poll(stateOf).toBe("running");
}

async function succeeded(id: string): Promise<JobJson> {
  const job = await caller.finished(id);
  expect(job, JSON.stringify(job.problem)).toMatchObject({ state: "succeeded" });
  return job;
}

test("set back by a day: what waits and what runs goes on, and so do quotas and tokens", async () => {
  const first = await caller.submit({ ...body, parameters: long });
  await running(first.id);
  const second = await caller.submit(body);
  await clock.set(-DAY);
  await succeeded(first.id);
  await succeeded(second.id);
  // What was charged in what is the future now does not lock the tenant out until then; what is charged now counts.
  for (const _ of [1, 2]) await succeeded((await caller.submit(body)).id);
  const refused = await caller.ask("POST", "/v1/jobs", body);
  expect(refused.status).toBe(429);
  expect(Number(refused.headers.get("retry-after"))).toBeLessThanOrEqual(HOUR + 60);
  // And when the clock is right again, it is as it was.
  await clock.set(0);
  expect((await caller.ask("POST", "/v1/jobs", body)).status).toBe(429);
});

test("set forward by an hour: nothing is lost that waits or runs, and windows move on", async () => {
  const first = await caller.submit({ ...body, parameters: long });
  await running(first.id);
  const second = await caller.submit(body);
  expect((await caller.ask("POST", "/v1/jobs", body)).status).toBe(429);
  await clock.set(HOUR + 60);
  await succeeded((await caller.submit(body)).id);
  await succeeded(first.id);
  await succeeded(second.id);
  // pg-boss takes it that the worker has died, and another attempt is made; the first one is fenced off.
  expect((await caller.json<JobJson>("GET", `/v1/jobs/${first.id}`)).attempts).toBeLessThanOrEqual(2);
});

test("a worker that died before the clock was set back does not count as alive", async () => {
  await service.stop();
  service = await startTestService({ adminToken: ADMIN, role: "api" });
  clock = await fakeClock(database);
  caller = await newTenant(service.url, "alice");
  const program = await caller.storeProgram({ op: "add", inputs: [] });
  body = { ...body, program, serverKey: await caller.upload(keyOf("clock")) };
  const taken = await caller.submit(body);
  await caller.submit(body);
  await database.query(
    "insert into tacet.workers(id, lanes, details) select 'dead', array_agg(lane), '{}' from generate_series(0, 63) lane",
    [],
  );
  await database.query("update tacet.tasks set state = 'running', worker = 'dead' where id = $1", [taken.id]);
  await database.query(
    `update pgboss.job set state = 'active', started_on = now(), heartbeat_on = now() where id = $1`,
    [taken.id],
  );
  await clock.set(-HOUR);
  // Its key counts as nobody's, although the task is from what is the future now.
  const waiting = await waitingTasks(database);
  expect(inOrder(waiting, new Set()).map(({ lane }) => lane)).toEqual(waiting.map(({ lane }) => lane));
  expect(waiting.length).toBe(1);
  // And pg-boss gives its task to others as soon as that of any worker that died, not an hour later.
  const heard = async () => {
    const [row] = await database.query<{ seconds: number }>(
      "select extract(epoch from heartbeat_on - now())::float8 as seconds from pgboss.job where id = $1",
      [taken.id],
    );
    return row!.seconds;
  };
  await expect.poll(heard).toBeLessThanOrEqual(0);
});

test("what is old by a wrong clock goes, but nothing that a job needs which is not finished", async () => {
  const { id } = await caller.submit({ ...body, parameters: long });
  await running(id);
  await clock.set(30 * DAY);
  const { expire } = await maintenance();
  await expire();
  await succeeded(id);
  expect((await caller.ask("GET", `/v1/blobs/${body.serverKey}`)).status).toBe(200);
});

/** The service looks at what is old every minute: here it does so now. */
async function maintenance() {
  const { Maintenance, DEFAULT_RETENTION } = await import("../src/service/maintenance.ts");
  const { Blobs } = await import("../src/blobs/blobs.ts");
  const { FolderStore } = await import("../src/blobs/folder.ts");
  const blobs = new Blobs(database, new FolderStore(`${service.folder}/blobs`));
  const one = new Maintenance({
    database,
    blobs,
    queue: undefined as never,
    retention: DEFAULT_RETENTION,
    onError: (error) => service.errors.push(error),
  });
  return { expire: () => one.expire() };
}
