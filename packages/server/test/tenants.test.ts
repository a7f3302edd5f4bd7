import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { JobJson } from "../src/http/schemas.ts";
import { ADMIN, Caller, keyOf, newTenant, startTestService, type TestService } from "./harness.ts";

let service: TestService;
let alice: Caller;
let mallory: Caller;
let program: string;
let job: JobJson;
let blobs: { serverKey: string; x: string; result: string };

beforeAll(async () => {
  service = await startTestService({ adminToken: ADMIN });
  alice = await newTenant(service.url, "alice");
  mallory = await newTenant(service.url, "mallory");
  program = await alice.storeProgram({ op: "add", inputs: ["x"], bootstraps: 3 });
  const serverKey = await alice.upload(keyOf("alice"));
  const x = await alice.upload(Buffer.from("a value of alice"));
  const { id } = await alice.submit({ program, serverKey, inputs: { x } });
  job = await alice.finished(id);
  blobs = { serverKey, x, result: job.outputs!.sum as string };
});

afterAll(async () => {
  await service.stop();
  expect(service.errors).toEqual([]);
});

async function answerOf(response: Response): Promise<object> {
  const headers = Object.fromEntries(response.headers);
  for (const own of ["date", "etag", "x-ratelimit-remaining", "x-ratelimit-reset"]) delete headers[own];
  return { status: response.status, headers, body: await response.text() };
}

test("another's things are answered as what does not exist", async () => {
  const nothing = "0".repeat(64);
  const nobody = "00000000-0000-4000-8000-000000000000";
  for (const hash of Object.values(blobs)) {
    for (const method of ["GET", "HEAD"]) {
      const [theirs, none] = await Promise.all([
        mallory.ask(method, `/v1/blobs/${hash}`),
        mallory.ask(method, `/v1/blobs/${nothing}`),
      ]);
      expect(theirs.status).toBe(404);
      expect(await answerOf(theirs)).toEqual(await answerOf(none));
    }
  }
  for (const [method, path] of [
    ["GET", ""],
    ["DELETE", ""],
    ["GET", "/events"],
  ] as const) {
    const theirs = await mallory.ask(method, `/v1/jobs/${job.id}${path}`);
    expect(theirs.status).toBe(404);
    expect(await answerOf(theirs)).toEqual(
      await answerOf(await mallory.ask(method, `/v1/jobs/${nobody}${path}`)),
    );
  }
  const theirs = await mallory.ask("GET", `/v1/programs/${program}`);
  expect(await answerOf(theirs)).toEqual(await answerOf(await mallory.ask("GET", `/v1/programs/${nothing}`)));
  expect(await mallory.json("GET", "/v1/jobs")).toEqual({ jobs: [] });
  expect(await mallory.json("GET", "/v1/programs")).toEqual({ programs: [] });
  expect(await alice.json("GET", `/v1/jobs/${job.id}`)).toMatchObject({ state: "succeeded" });
});

test("another's key, value and program cannot be computed with", async () => {
  const own = {
    program: await mallory.storeProgram({ op: "add", inputs: ["x"], bootstraps: 4 }),
    serverKey: await mallory.upload(keyOf("mallory")),
    inputs: { x: await mallory.upload(Buffer.from("a value of mallory")) },
  };
  for (const theirs of [{ program }, { serverKey: blobs.serverKey }, { inputs: { x: blobs.x } }]) {
    const response = await mallory.ask("POST", "/v1/jobs", { ...own, ...theirs });
    expect(response.status).toBe(404);
  }
  const { id } = await mallory.submit(own);
  expect((await mallory.finished(id)).state).toBe("succeeded");
});

test("to upload what another has takes as much as to upload anything", async () => {
  const bytes = Buffer.from("a value of alice");
  const before = await mallory.ask("HEAD", `/v1/blobs/${blobs.x}`);
  expect([before.status, before.headers.get("upload-offset")]).toEqual([404, "0"]);
  const response = await mallory.ask("PUT", `/v1/blobs/${blobs.x}`, new Uint8Array(bytes));
  expect(response.status).toBe(201);
  expect(await mallory.ask("DELETE", "/v1/tenant")).toMatchObject({ status: 204 });
  expect(Buffer.from(await alice.download(blobs.x))).toEqual(bytes);
});

test("an idempotency key of another makes no difference", async () => {
  const inputs = { x: blobs.x };
  const first = await alice.submit({ program, serverKey: blobs.serverKey, inputs }, "key");
  const own = {
    program: await mallory.storeProgram({ op: "add", inputs: [], bootstraps: 5 }),
    serverKey: await mallory.upload(keyOf("mallory")),
    inputs: {},
  };
  const second = await mallory.submit(own, "key");
  expect(second.id).not.toBe(first.id);
});

test("who shows no token, a wrong one, or one of the wrong kind", async () => {
  const nobody = new Caller(service.url);
  const wrong = new Caller(service.url, "tacet_wrong");
  const operator = new Caller(service.url, ADMIN);
  for (const path of ["/v1/jobs", "/v1/programs", `/v1/blobs/${blobs.x}`]) {
    for (const caller of [nobody, wrong, operator]) {
      const response = await caller.ask("GET", path);
      expect(response.status).toBe(401);
      expect(response.headers.get("www-authenticate")).toContain("Bearer");
    }
  }
  for (const path of ["/v1/admin/tenants", "/metrics", "/v1/admin/overview"]) {
    for (const caller of [nobody, wrong, alice]) expect((await caller.ask("GET", path)).status).toBe(401);
  }
  expect((await nobody.ask("GET", "/healthz")).status).toBe(200);
  expect((await nobody.ask("GET", "/v1/nothing")).status).toBe(404);
});

test("quotas of bootstraps say when there is room again", async () => {
  const bob = await newTenant(service.url, "bob", { windowBootstraps: 10, windowSeconds: 60 });
  const body = {
    program: await bob.storeProgram({ op: "add", inputs: [], bootstraps: 4 }),
    serverKey: await bob.upload(keyOf("bob")),
    inputs: {},
  };
  await bob.submit(body);
  await bob.submit(body);
  const third = await bob.ask("POST", "/v1/jobs", body);
  expect(third.status).toBe(429);
  const seconds = Number(third.headers.get("retry-after"));
  expect(seconds).toBeGreaterThanOrEqual(60);
  expect(seconds).toBeLessThanOrEqual(120);
  expect(await third.json()).toMatchObject({ type: "urn:tacet:problem:quota-exceeded", retryAfter: seconds });
  const never = { ...body, program: await bob.storeProgram({ op: "add", inputs: [], bootstraps: 11 }) };
  const refused = await bob.ask("POST", "/v1/jobs", never);
  expect([refused.status, refused.headers.get("retry-after")]).toEqual([413, null]);
});

test("quotas of bytes and of jobs that wait", async () => {
  const carol = await newTenant(service.url, "carol", { storedBytes: 1_000, waitingJobs: 1 });
  const serverKey = await carol.upload(keyOf("carol"));
  await expect(carol.upload(new Uint8Array(1_000))).rejects.toThrow("507");
  const slow = await carol.storeProgram({ op: "add", inputs: [] });
  const body = { program: slow, serverKey, inputs: {}, parameters: { milliseconds: 600_000 } };
  const first = await carol.submit(body);
  const second = await carol.ask("POST", "/v1/jobs", body);
  expect(second.status).toBe(429);
  expect(Number(second.headers.get("retry-after"))).toBeGreaterThanOrEqual(1);
  await carol.ask("DELETE", `/v1/jobs/${first.id}`);
});

test("a tenant with many jobs does not keep another waiting", async () => {
  const dora = await newTenant(service.url, "dora");
  const many = {
    program: await dora.storeProgram({ op: "add", inputs: [] }),
    serverKey: await dora.upload(keyOf("dora")),
    inputs: {},
    parameters: { milliseconds: 100 },
  };
  const all = await Promise.all(Array.from({ length: 40 }, () => dora.submit(many)));
  const eve = await newTenant(service.url, "eve");
  const one = {
    program: await eve.storeProgram({ op: "add", inputs: [] }),
    serverKey: await eve.upload(keyOf("eve")),
    inputs: {},
  };
  const { id } = await eve.submit(one);
  const done = await eve.finished(id);
  const theirs = await Promise.all(all.map((each) => dora.json<JobJson>("GET", `/v1/jobs/${each.id}`)));
  expect(
    theirs.filter(({ startedAt }) => startedAt === null || startedAt > done.finishedAt!).length,
  ).toBeGreaterThan(20);
  await dora.ask("DELETE", "/v1/tenant");
});

test("everything of a tenant is deleted, also what runs", async () => {
  const frank = await newTenant(service.url, "frank");
  const serverKey = await frank.upload(keyOf("frank"));
  const x = await frank.upload(Buffer.from("frank"));
  const graph = { op: "add", inputs: ["x"], bootstraps: 6 };
  const body = { program: await frank.storeProgram(graph), serverKey, inputs: { x } };
  const done = await frank.finished((await frank.submit(body)).id);
  const running = await frank.submit({ ...body, parameters: { milliseconds: 600_000 } });
  await expect
    .poll(async () => (await frank.json<JobJson>("GET", `/v1/jobs/${running.id}`)).state)
    .toBe("running");
  const before = service.computation.openKeys;
  expect((await frank.ask("DELETE", "/v1/tenant")).status).toBe(204);
  for (const hash of [serverKey, x, done.outputs!.sum]) {
    expect((await frank.ask("GET", `/v1/blobs/${hash}`)).status).toBe(404);
  }
  expect(await frank.json("GET", "/v1/jobs")).toEqual({ jobs: [] });
  expect(await frank.json("GET", "/v1/programs")).toEqual({ programs: [] });
  await expect.poll(() => service.computation.openKeys).toBeLessThan(before);
  const operator = new Caller(service.url, ADMIN);
  const { tenants } = await operator.json<{ tenants: { id: string; name: string }[] }>(
    "GET",
    "/v1/admin/tenants",
  );
  const { id } = tenants.find(({ name }) => name === "frank")!;
  const files = await readdir(join(service.folder, "blobs", id), { recursive: true, withFileTypes: true });
  expect(files.filter((file) => file.isFile())).toEqual([]);
  expect((await operator.ask("DELETE", `/v1/admin/tenants/${id}`)).status).toBe(204);
  await expect.poll(async () => (await frank.ask("GET", "/v1/jobs")).status, { timeout: 20_000 }).toBe(401);
});

test("unknown tokens cannot be tried without end", async () => {
  const codes = new Set<number>();
  for (let at = 0; at < 80; at++) {
    const response = await new Caller(service.url, `tacet_guess${at}`).ask("GET", "/v1/jobs");
    codes.add(response.status);
  }
  expect(codes).toEqual(new Set([401, 429]));
  expect((await alice.ask("GET", "/v1/jobs")).status).toBe(200);
});
