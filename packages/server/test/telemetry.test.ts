import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { gunzipSync } from "node:zlib";
import { afterEach, expect, test } from "vitest";
import { Speed } from "../src/computation/speed.ts";
import type { Database } from "../src/database/database.ts";
import { bounded, Metrics } from "../src/telemetry/metrics.ts";
import { samplerOf } from "../src/telemetry/otlp.ts";
import { startTelemetry } from "../src/telemetry/start.ts";
import { KeyCache } from "../src/worker/key-cache.ts";
import { Caller, keyOf, startTestService } from "./harness.ts";
import { StandIn } from "./stand-in.ts";

const KEPT = { ...process.env };

afterEach(() => {
  process.env = { ...KEPT };
});

/** All series that there are, as Prometheus reads them, each of whose metrics has been given something. */
async function everySeries(): Promise<string> {
  const metrics = new Metrics();
  metrics.bootstraps(5);
  metrics.keysAsked(1, { hit: true });
  metrics.tasks(1, { outcome: "succeeded" });
  metrics.taskSeconds(1);
  metrics.requestSeconds(1, { route: "/v1/jobs", method: "POST", status: 200 });
  metrics.batchFill(1);
  metrics.job({ waited: 1, total: 2 });
  metrics.watchKeys(new KeyCache({ bytes: 1, idleMs: 1 }));
  metrics.watchSpeed(Object.assign(new StandIn(), { speed: { threads: 2, inBatchMs: 8, aloneMs: 10 } }));
  const rows = { count: 1, tenant: "t", waiting: 1, running: 1 };
  metrics.watchQueue({ query: async () => [rows] } as unknown as Database);
  const text = await metrics.text();
  await metrics.stop();
  return text;
}

test("each query of the dashboard asks for metrics and labels that there are", async () => {
  const text = await everySeries();
  const series = [...text.matchAll(/^(\w+)(?:\{(.*)\})? /gm)].map(([, name, labels = ""]) => ({
    name: name!,
    labels: [...labels.matchAll(/(\w+)=/g)].map(([, label]) => label!),
  }));
  const known = new Map(series.map(({ name, labels }) => [name, new Set([...labels, "instance", "job"])]));
  const file = new URL("../grafana/tacet-server.json", import.meta.url);
  const { panels } = JSON.parse(readFileSync(file, "utf8")) as {
    panels: { title: string; targets: { expr: string; legendFormat: string }[] }[];
  };
  const asked = new Set<string>();
  for (const { title, targets } of panels) {
    expect(targets.length, title).toBeGreaterThan(0);
    for (const { expr, legendFormat } of targets) {
      const names = [...expr.matchAll(/tacet_\w+/g)].map(([name]) => name);
      expect(names.length, title).toBeGreaterThan(0);
      for (const name of names) {
        asked.add(name);
        expect(known.has(name), `${title}: ${name}`).toBe(true);
      }
      const labels = [
        ...[...expr.matchAll(/(\w+)=~?"/g)].map(([, label]) => label!),
        ...[...expr.matchAll(/by \(([\w, ]+)\)/g)].flatMap(([, list]) => list!.split(/, */)),
        ...[...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, label]) => label!),
      ];
      for (const label of labels) {
        expect(
          names.some((name) => known.get(name)!.has(label)),
          `${title}: ${label}`,
        ).toBe(true);
      }
    }
  }
  // And what there is, is shown.
  const families = [...text.matchAll(/^# TYPE (\w+)/gm)].map(([, name]) => name!);
  for (const family of families) {
    expect([...asked].filter((name) => name.startsWith(family)).length, family).toBeGreaterThan(0);
  }
});

test("however many tenants there are, the metrics of the queue have 21 at most", () => {
  const all = Array.from({ length: 500 }, (_, at) => ({ tenant: `t${at}`, waiting: at, running: 1 }));
  const some = bounded(all);
  expect(some.length).toBe(21);
  expect(some[0]).toEqual({ tenant: "t499", waiting: 499, running: 1 });
  const sum = (rows: typeof all) => rows.reduce((total, { waiting }) => total + waiting, 0);
  expect(sum(some)).toBe(sum(all));
  expect(bounded(all.slice(0, 20)).length).toBe(20);
});

test("seconds are those that were measured, once something was", () => {
  const speed = new Speed(4);
  expect(speed.measured).toBeUndefined();
  const guessed = speed.milliseconds(400, 1);
  for (let at = 0; at < 2_000; at++) speed.note(8, 8 * 20);
  for (let at = 0; at < 2_000; at++) speed.note(1, 30);
  speed.note(2, 0);
  expect(guessed).toBeCloseTo(800);
  expect(speed.milliseconds(400, 1)).toBeCloseTo(2_000);
  expect(speed.milliseconds(400, 100)).toBeCloseTo(3_000);
  expect(speed.milliseconds(400, 1, { threads: 100, inBatchMs: 1, aloneMs: 1 })).toBeCloseTo(4);
});

/** Takes what is sent by OTLP. */
async function collector() {
  const bodies = { "/v1/traces": [] as Buffer[], "/v1/metrics": [] as Buffer[] };
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const body = Buffer.concat(parts);
    const plain = request.headers["content-encoding"] === "gzip" ? gunzipSync(body) : body;
    bodies[request.url as keyof typeof bodies]?.push(plain);
    response.writeHead(200, { "content-type": "application/x-protobuf" }).end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, bodies, stop: () => server.close() };
}

test("a trace goes from the request through the queue to the worker, and metrics are sent", async () => {
  const { url, bodies, stop } = await collector();
  process.env.OTEL_EXPORTER_OTLP_ENDPOINT = url;
  process.env.OTEL_SERVICE_NAME = "the-name-of-the-test";
  const service = await startTestService();
  const caller = new Caller(service.url);
  const program = await caller.storeProgram({ op: "add", inputs: ["x"] });
  const serverKey = await caller.upload(keyOf("traced"));
  const x = await caller.upload(Buffer.from("nobody is to read this"));
  const id = "0af7651916cd43dd8448eb211c80319c";
  const headers = { traceparent: `00-${id}-b7ad6b7169203331-01` };
  const response = await caller.ask("POST", "/v1/jobs", { program, serverKey, inputs: { x } }, headers);
  await caller.finished(((await response.json()) as { id: string }).id);
  await service.stop();
  const traces = Buffer.concat(bodies["/v1/traces"]);
  // A span begins with its trace, so it says how many spans there are of it.
  const mark = Buffer.concat([Buffer.from([0x0a, 16]), Buffer.from(id, "hex")]);
  let spans = 0;
  for (let at = traces.indexOf(mark); at !== -1; at = traces.indexOf(mark, at + 1)) spans++;
  expect(spans).toBe(7); // with two of pg-boss
  for (const name of [
    "POST /v1/jobs",
    "tacet.task",
    "tacet.key",
    "tacet.inputs",
    "tacet.compute",
    "send tacet-",
  ]) {
    expect(traces.includes(name), name).toBe(true);
  }
  expect(traces.includes("the-name-of-the-test")).toBe(true);
  for (const secret of [serverKey, x, "nobody is"]) expect(traces.includes(secret)).toBe(false);
  expect(Buffer.concat(bodies["/v1/metrics"]).includes("tacet.bootstraps")).toBe(true);
  stop();
});

test("that nobody takes what is sent is told, and does not hold the service up", async () => {
  process.env.OTEL_EXPORTER_OTLP_ENDPOINT = "http://127.0.0.1:9";
  process.env.OTEL_EXPORTER_OTLP_TIMEOUT = "500";
  const service = await startTestService();
  const caller = new Caller(service.url);
  expect((await caller.ask("GET", "/v1/jobs")).status).toBe(200);
  await service.stop();
  expect(service.errors.map((error) => (error as Error).message).join()).toContain("OpenTelemetry");
});

test("nothing is sent, nor loaded, unless the environment says where to", async () => {
  const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:9" };
  for (const environment of [
    {},
    { ...endpoint, OTEL_SDK_DISABLED: "true" },
    { ...endpoint, OTEL_TRACES_EXPORTER: "none", OTEL_METRICS_EXPORTER: "none" },
  ]) {
    expect(await startTelemetry("all", environment, () => {})).toMatchObject({ traces: false, readers: [] });
  }
});

test("samplers are those of OpenTelemetry's specification", () => {
  expect(samplerOf({}).toString()).toMatch(/ParentBased.*AlwaysOn/);
  const ratio = { OTEL_TRACES_SAMPLER: "parentbased_traceidratio", OTEL_TRACES_SAMPLER_ARG: "0.25" };
  expect(samplerOf(ratio).toString()).toContain("0.25");
  expect(samplerOf({ OTEL_TRACES_SAMPLER: "always_off" }).toString()).toContain("AlwaysOff");
  expect(() => samplerOf({ OTEL_TRACES_SAMPLER: "some" })).toThrow("OTEL_TRACES_SAMPLER");
  expect(() => samplerOf({ ...ratio, OTEL_TRACES_SAMPLER_ARG: "2" })).toThrow("from 0 to 1");
});
