import { afterAll, beforeAll, expect, test } from "vitest";
import type { JobJson } from "../src/http/schemas.ts";
import { Caller, keyOf, startTestService, type TestService } from "./harness.ts";

let service: TestService;
let caller: Caller;
let program: string;
let serverKey: string;
let x: string;

beforeAll(async () => {
  service = await startTestService({
    concurrency: 1,
    programs: { addition: { op: "add", inputs: ["x"], bootstraps: 7 } },
  });
  caller = new Caller(service.url);
  program = await caller.storeProgram({ op: "add", inputs: ["x"] });
  serverKey = await caller.upload(keyOf("a"));
  x = await caller.upload(new Uint8Array([1, 2]));
});

afterAll(async () => {
  await service.stop();
  expect(service.errors).toEqual([]);
});

/** All events of a job, to the last. */
async function eventsOf(id: string): Promise<JobJson[]> {
  const response = await caller.ask("GET", `/v1/jobs/${id}/events`);
  expect(response.headers.get("content-type")).toContain("text/event-stream");
  const text = await response.text();
  return [...text.matchAll(/^data: (.*)$/gm)].map(([, data]) => JSON.parse(data!) as JobJson);
}

test("the operator's programs have names and estimates", async () => {
  const { programs } = await caller.json<{ programs: { name: string | null }[] }>("GET", "/v1/programs");
  expect(programs).toMatchObject([{ name: "addition", bootstraps: 7 }, { name: null }]);
  const estimate = await caller.json("POST", "/v1/estimates", { program: "addition" });
  expect(estimate).toEqual({ bootstraps: 7, depth: 1, seconds: 0.07 });
  const graph = { op: "add", inputs: [], bootstraps: 50 };
  expect(await caller.json("POST", "/v1/estimates", { graph })).toMatchObject({
    bootstraps: 50,
    seconds: 0.5,
  });
  const { id } = await caller.submit({ program: "addition", serverKey, inputs: { x } });
  expect((await caller.finished(id)).state).toBe("succeeded");
});

test("one job for one idempotency key, however often and at once it is asked for", async () => {
  const body = { program, serverKey, inputs: { x } };
  const jobs = await Promise.all(Array.from({ length: 10 }, () => caller.submit(body, "the same")));
  expect(new Set(jobs.map(({ id }) => id)).size).toBe(1);
  const other = await caller.ask(
    "POST",
    "/v1/jobs",
    { ...body, inputs: { x: [x] } },
    { "idempotency-key": "the same" },
  );
  expect(other.status).toBe(422);
  expect(await other.json()).toMatchObject({ type: "urn:tacet:problem:idempotency-mismatch" });
  const another = await caller.submit(body, "another");
  expect(another.id).not.toBe(jobs[0]!.id);
});

test("events tell of progress, and end with the job", async () => {
  const job = await caller.submit({ program, serverKey, inputs: { x }, parameters: { milliseconds: 1_500 } });
  const events = await eventsOf(job.id);
  expect(events.at(-1)).toMatchObject({ id: job.id, state: "succeeded", progress: 1 });
  const fractions = events.map(({ progress }) => progress);
  expect(fractions).toEqual(fractions.toSorted((a, b) => a - b));
  expect(fractions.some((fraction) => fraction > 0 && fraction < 1)).toBe(true);
  expect(await eventsOf(job.id)).toMatchObject([{ state: "succeeded" }]);
});

test("cancelling what runs, what waits, and what is done", async () => {
  const long = { program, serverKey, inputs: { x }, parameters: { milliseconds: 600_000 } };
  const running = await caller.submit(long);
  await expect
    .poll(async () => (await caller.json<JobJson>("GET", `/v1/jobs/${running.id}`)).state)
    .toBe("running");
  const waiting = await caller.submit(long);
  for (const { id } of [waiting, running]) {
    const events = eventsOf(id);
    expect(await caller.json("DELETE", `/v1/jobs/${id}`)).toMatchObject({
      state: "cancelled",
      problem: null,
    });
    expect((await events).at(-1)!.state).toBe("cancelled");
  }
  const next = await caller.submit({ program, serverKey, inputs: { x } });
  expect((await caller.finished(next.id)).state).toBe("succeeded");
  expect(await caller.json("DELETE", `/v1/jobs/${next.id}`)).toMatchObject({ state: "succeeded" });
  const { jobs } = await caller.json<{ jobs: JobJson[] }>("GET", "/v1/jobs?limit=2");
  expect(jobs.map(({ id }) => id)).toEqual([next.id, waiting.id]);
});

test("small jobs go before large ones that wait", async () => {
  const large = await caller.storeProgram({ op: "add", inputs: ["x"], bootstraps: 50_000 });
  const first = await caller.submit({ program, serverKey, inputs: { x }, parameters: { milliseconds: 300 } });
  const second = await caller.submit({ program: large, serverKey, inputs: { x } });
  const third = await caller.submit({ program, serverKey, inputs: { x } });
  const [a, b, c] = await Promise.all([first, second, third].map(({ id }) => caller.finished(id)));
  expect(a!.finishedAt! <= c!.startedAt!).toBe(true);
  expect(c!.finishedAt! <= b!.startedAt!).toBe(true);
});

test("metrics tell of keys, tasks and requests, and no secrets", async () => {
  const text = await (await caller.ask("GET", "/metrics")).text();
  expect(text).toMatch(/tacet_keys_asked_total\{hit="true"\} [1-9]/);
  expect(text).toMatch(/tacet_keys_asked_total\{hit="false"\} 1\b/);
  expect(text).toMatch(/tacet_tasks_total\{outcome="succeeded"\} [1-9]/);
  expect(text).toMatch(/tacet_bootstraps_total [1-9]/);
  expect(text).toMatch(/tacet_http_request_duration\w*_count\{.*route="\/v1\/jobs"/);
  expect(text).not.toContain(serverKey);
});
