import { connect } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Caller, keyOf, startTestService, TEST_LIMITS, type TestService } from "./harness.ts";

const JSON_LIMIT = 100_000;

let service: TestService;
let caller: Caller;
let program: string;
let serverKey: string;

beforeAll(async () => {
  const limits = { ...TEST_LIMITS, bodyBytes: JSON_LIMIT, programBytes: JSON_LIMIT, requestMs: 1_000 };
  service = await startTestService({ limits });
  caller = new Caller(service.url);
  program = await caller.storeProgram({ op: "add", inputs: ["x"] });
  serverKey = await caller.upload(keyOf("a"));
});

afterAll(async () => {
  await service.stop();
  expect(service.errors.map(String)).toEqual(["Error: a secret of the service"]);
});

/** @returns all that the service answers to bytes on a bare connection. */
async function raw(text: string): Promise<string> {
  const { hostname, port } = new URL(service.url);
  const socket = connect(Number(port), hostname);
  let answer = "";
  socket.on("data", (data) => {
    answer += data.toString();
  });
  socket.on("error", () => undefined);
  socket.write(text);
  await new Promise((resolve) => socket.once("close", resolve));
  return answer;
}

async function problemOf(response: Response): Promise<Record<string, unknown>> {
  expect(response.headers.get("content-type")).toContain("application/problem+json");
  const problem = (await response.json()) as Record<string, unknown>;
  expect(problem.status).toBe(response.status);
  for (const member of ["type", "title", "detail"]) expect(problem[member]).toBeTypeOf("string");
  expect(JSON.stringify(problem)).not.toMatch(/node_modules|\.ts|at \w+ \(|tacet\.\w+|select /);
  return problem;
}

test.each([
  ["GET", "/", 404],
  ["GET", "/v1/nothing", 404],
  ["GET", "/v1/blobs", 404],
  ["POST", "/v1/programs/x", 405],
  ["PATCH", "/v1/jobs", 405],
  ["DELETE", "/v1/programs", 405],
  ["GET", `/v1/blobs/${"0".repeat(64)}`, 404],
  ["GET", "/v1/jobs/00000000-0000-4000-8000-000000000000", 404],
  ["GET", "/v1/jobs/00000000-0000-4000-8000-000000000000/events", 404],
  ["GET", "/v1/jobs/x", 400],
  ["GET", "/v1/jobs?limit=1000000", 400],
  ["GET", "/v1/programs/nobody", 404],
  ["GET", "/%", 400],
])("%s %s is answered with %i", async (method, path, status) => {
  const response = await caller.ask(method, path);
  expect(response.status).toBe(status);
  await problemOf(response);
  if (status === 405) expect(response.headers.get("allow")).toBeTruthy();
});

test.each([
  ["no JSON", "{", 400],
  ["nothing", "", 400],
  ["a list", "[]", 400],
  ["null", "null", 400],
  ["a poisoned prototype", '{"__proto__": {"x": 1}}', 400],
  ["no hashes", { program: "x", serverKey: "y", inputs: {} }, 400],
  ["too much", `{"program": "${"x".repeat(JSON_LIMIT)}"}`, 413],
  [
    "deep nesting",
    `{"program":"x","serverKey":"${"0".repeat(64)}","inputs":{"x":${"[".repeat(40_000)}${"]".repeat(40_000)}}}`,
    400,
  ],
])("a job that is %s is answered with a problem", async (_, body, status) => {
  const response = await caller.ask("POST", "/v1/jobs", body);
  expect(response.status).toBe(status);
  await problemOf(response);
});

test("bodies of other kinds are refused", async () => {
  const text = await caller.ask("POST", "/v1/jobs", "x", { "content-type": "text/plain" });
  expect(text.status).toBe(415);
  await problemOf(text);
  const bytes = await caller.ask("POST", "/v1/programs", new Uint8Array(5));
  expect(bytes.status).toBe(415);
  await problemOf(bytes);
  const json = await caller.ask("PUT", `/v1/blobs/${"0".repeat(64)}`, { x: 1 });
  expect(json.status).toBe(415);
  await problemOf(json);
});

test("programs and inputs that do not fit", async () => {
  const graph = await caller.ask("POST", "/v1/programs", { op: "divide", inputs: [] });
  expect(await problemOf(graph)).toMatchObject({ status: 422, pointer: "/op" });
  const inputs = await caller.ask("POST", "/v1/jobs", { program, serverKey, inputs: {} });
  expect(await problemOf(inputs)).toMatchObject({ status: 400 });
  const missing = "1".repeat(64);
  const value = await caller.ask("POST", "/v1/jobs", { program, serverKey, inputs: { x: missing } });
  expect(await problemOf(value)).toMatchObject({ status: 404, missing: [missing] });
});

test("a request that does not arrive in time is answered, and ended", async () => {
  const started = performance.now();
  const head =
    "POST /v1/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{";
  const answer = await raw(head);
  expect(answer).toContain("408");
  expect(answer).toContain("urn:tacet:problem:request-timeout");
  expect(performance.now() - started).toBeLessThan(30_000);
});

test.each([
  ["no HTTP", "hello\r\n\r\n"],
  ["headers that are too large", `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${"x".repeat(20_000)}\r\n\r\n`],
  [
    "two lengths",
    "POST /v1/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}",
  ],
])("%s is answered with a problem", async (_, text) => {
  const answer = await raw(text);
  expect(answer).toMatch(/^HTTP\/1\.1 4\d\d/);
  expect(answer).toContain("urn:tacet:problem:");
});

test("a page of somebody else cannot ask through its visitor's browser", async () => {
  const answer = await raw("GET /v1/jobs HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n");
  expect(answer).toContain("403");
  const response = await caller.ask("OPTIONS", "/v1/jobs", undefined, {
    origin: "https://evil.example",
    "access-control-request-method": "POST",
  });
  expect(response.headers.get("access-control-allow-origin")).toBeNull();
});

test("what goes wrong inside is not shown", async () => {
  const throws = await caller.storeProgram({ op: "throw", inputs: ["x"] });
  const x = await caller.upload(new Uint8Array([1]));
  const { id } = await caller.submit({ program: throws, serverKey, inputs: { x } });
  const job = await caller.finished(id);
  expect(job.state).toBe("failed");
  expect(job.problem).toMatchObject({ type: "urn:tacet:problem:computation-failed" });
  expect(JSON.stringify(job)).not.toContain("secret");
});

test("a poisoned key and a foreign value fail their job alone", async () => {
  const refuses = await caller.storeProgram({ op: "refuse", inputs: ["x"] });
  const x = await caller.upload(new Uint8Array([1]));
  const poisoned = await caller.upload(Buffer.from("no key"));
  const jobs = await Promise.all([
    caller.submit({ program, serverKey: poisoned, inputs: { x } }),
    caller.submit({ program: refuses, serverKey, inputs: { x } }),
    caller.submit({ program, serverKey, inputs: { x } }),
  ]);
  const [key, value, fine] = await Promise.all(jobs.map(({ id }) => caller.finished(id)));
  expect(key).toMatchObject({
    state: "failed",
    attempts: 1,
    problem: { type: "urn:tacet:problem:invalid-key" },
  });
  expect(value).toMatchObject({
    state: "failed",
    attempts: 1,
    problem: { type: "urn:tacet:problem:invalid-value" },
  });
  expect(fine!.state).toBe("succeeded");
});

test("the documents of the interface", async () => {
  const document = await caller.json<{ paths: object; openapi: string }>("GET", "/openapi.json");
  expect(document.openapi).toMatch(/^3\./);
  expect(Object.keys(document.paths)).toEqual(
    expect.arrayContaining(["/v1/blobs/{sha256}", "/v1/jobs", "/v1/jobs/{id}/events", "/v1/tenant"]),
  );
  const page = await caller.ask("GET", "/docs/");
  expect(page.status).toBe(200);
  expect(page.headers.get("content-type")).toContain("text/html");
  for (const path of ["/healthz", "/readyz"])
    expect(await caller.json("GET", path)).toEqual({ status: "ok" });
});
