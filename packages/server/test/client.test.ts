import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Connection, type RunnableProgram } from "../src/client/connection.ts";
import { ServiceProblem, UnreachableError } from "../src/client/problem.ts";
import { Caller, keyOf, startTestService, type TestService } from "./harness.ts";

interface Addition {
  readonly values: readonly number[];
  readonly milliseconds?: number;
}

let service: TestService;
let requests: string[];

/** "Encrypts" a number as its byte, and decrypts what comes after the key. */
const addition: RunnableProgram<string, Addition, number> = {
  prepare: ({ values, milliseconds = 0 }) => ({
    graph: { op: "add", inputs: ["list"] },
    values: { list: values.map((value) => new Uint8Array([value])) },
    parameters: { milliseconds },
  }),
  decrypt: ({ sum }, key) => (sum as Uint8Array)[key.length]!,
};

beforeAll(async () => {
  service = await startTestService();
});

afterAll(async () => {
  await service.stop();
  expect(service.errors).toEqual([]);
});

function connection(patienceMs?: number, url = service.url) {
  requests = [];
  const clientKey = "key:client";
  return new Connection(url, {
    clientKey,
    serverKey: async () => keyOf("client"),
    patienceMs,
    fetch: async (input, init) => {
      requests.push(`${init?.method} ${new URL(String(input)).pathname.replace(/[0-9a-f-]{36,64}/, "…")}`);
      return await fetch(input, init);
    },
  });
}

test("it encrypts, computes, decrypts, and sends nothing twice", async () => {
  const server = connection();
  const fractions: number[] = [];
  const onProgress = (fraction: number) => fractions.push(fraction);
  expect(await server.run(addition, { values: [1, 2, 3] }, { onProgress })).toBe(6);
  expect(fractions.at(-1)).toBe(1);
  expect(requests.filter((request) => request === "PUT /v1/blobs/…").length).toBe(4);
  requests.length = 0;
  expect(await server.run(addition, { values: [3, 2] })).toBe(5);
  expect(requests).toEqual(["POST /v1/jobs", "GET /v1/jobs/…/events", ...Array(2).fill("GET /v1/blobs/…")]);
  const other = connection();
  await other.run(addition, { values: [1] });
  expect(requests.filter((request) => request.startsWith("PUT"))).toEqual([]);
});

test("several at the same time", async () => {
  const server = connection();
  const sums = await Promise.all([1, 2, 3, 4].map((value) => server.run(addition, { values: [value, 10] })));
  expect(sums).toEqual([11, 12, 13, 14]);
});

test("a signal gives up, and cancels the job", async () => {
  const server = connection();
  const controller = new AbortController();
  const run = server.run(addition, { values: [1], milliseconds: 600_000 }, { signal: controller.signal });
  const reason = new Error("enough");
  await expect.poll(() => requests.at(-1)).toBe("GET /v1/jobs/…/events");
  controller.abort(reason);
  await expect(run).rejects.toBe(reason);
  const { jobs } = await new Caller(service.url).json<{ jobs: { state: string }[] }>(
    "GET",
    "/v1/jobs?limit=1",
  );
  expect(jobs[0]!.state).toBe("cancelled");
});

test("what the service refuses is an error of its kind", async () => {
  const refused = { ...addition, prepare: () => ({ graph: { op: "nothing", inputs: [] }, values: {} }) };
  const error = await connection()
    .run(refused, { values: [] })
    .catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(ServiceProblem);
  expect(error).toMatchObject({ kind: "invalid-program", status: 422 });
  const fails = { ...addition, prepare: () => ({ graph: { op: "refuse", inputs: [] }, values: {} }) };
  await expect(connection().run(fails, { values: [] })).rejects.toMatchObject({ kind: "invalid-value" });
});

test("what the service has deleted is sent again", async () => {
  const server = connection();
  await server.run(addition, { values: [7] });
  await new Caller(service.url).ask("DELETE", "/v1/tenant");
  expect(await server.run(addition, { values: [7, 7] })).toBe(14);
});

test("the same idempotency key is the same job", async () => {
  const server = connection();
  const options = { idempotencyKey: "the same" };
  await server.run(addition, { values: [1, 1] }, options);
  await connection().run(addition, { values: [1, 1] }, options);
  const { jobs } = await new Caller(service.url).json<{ jobs: object[] }>("GET", "/v1/jobs");
  expect(jobs.length).toBe(2); // with that of the test before
});

test("a service that does not answer is tried for as long as asked", async () => {
  const server = connection(600, "http://127.0.0.1:9");
  await expect(server.run(addition, { values: [1] })).rejects.toBeInstanceOf(UnreachableError);
  expect(requests.length).toBeGreaterThan(2);
});

test("it imports nothing of Node.js", async () => {
  for (const name of ["connection", "blobs", "job", "problem", "transport"]) {
    const source = await readFile(new URL(`../src/client/${name}.ts`, import.meta.url), "utf8");
    const imports = [...source.matchAll(/from "([^"]+)"/g)].map(([, from]) => from!);
    expect(imports.filter((from) => !/^\.\/\w+\.ts$|^eventsource-parser\//.test(from))).toEqual([]);
    expect(source).not.toMatch(/\b(?:Buffer|process|require)\b/);
  }
});
