import { type Attributes, metrics as globalMetrics, type Meter } from "@opentelemetry/api";
import { PrometheusExporter, PrometheusSerializer } from "@opentelemetry/exporter-prometheus";
import { MeterProvider, type MetricReader } from "@opentelemetry/sdk-metrics";
import type { Database } from "../database/database.ts";
import { queueByTenant } from "../queue/queue.ts";
import type { JobTimes, Outcome } from "../worker/attempt.ts";
import type { Computation } from "../worker/computation.ts";
import type { KeyCache } from "../worker/key-cache.ts";

/** Seconds, from trivial programs to the largest. */
const DURATIONS = [0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100, 300, 1_000, 3_000];
const REQUEST_DURATIONS = [0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30];
/** The fraction of a batch that is full. */
const FILLS = [0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875, 1];

/**
 * What the service counts. The names are OpenTelemetry's way of writing; Prometheus reads them from `text`, and whatever
 * exporter an OpenTelemetry SDK of the process has (`node --import`) gets them as well.
 */
export class Metrics {
  readonly #exporter = new PrometheusExporter({ preventServerStart: true });
  readonly #provider: MeterProvider;
  readonly #serializer = new PrometheusSerializer(undefined, false, undefined, true, true);
  /** The service's own meter, and the process's, which is idle unless an SDK is there. */
  readonly #meters: readonly Meter[];
  /** Bootstraps that were computed. */
  readonly bootstraps: (count: number) => void;
  readonly keysAsked: (count: number, attributes: { hit: boolean }) => void;
  readonly tasks: (count: number, attributes: { outcome: Outcome }) => void;
  readonly taskSeconds: (seconds: number) => void;
  readonly requestSeconds: (seconds: number, attributes: Attributes) => void;
  /** How full the batches are that the engine computes. */
  readonly batchFill: (fraction: number) => void;
  /** How long a job took that has succeeded. */
  readonly job: (times: JobTimes) => void;

  /** @param readers what sends the same elsewhere. */
  constructor(readers: readonly MetricReader[] = []) {
    this.#provider = new MeterProvider({ readers: [this.#exporter, ...readers] });
    this.#meters = [this.#provider.getMeter("tacet-server"), globalMetrics.getMeter("tacet-server")];
    this.bootstraps = this.#counter("tacet.bootstraps", "Bootstraps computed");
    this.keysAsked = this.#counter("tacet.keys.asked", "Keys that tasks needed, by whether they were ready");
    this.tasks = this.#counter("tacet.tasks", "Tasks that workers took, by how they ended");
    const seconds = (name: string, description: string, boundaries = DURATIONS) =>
      this.#histogram(name, description, "s", boundaries);
    this.taskSeconds = seconds("tacet.task.duration", "Time of a task in its worker");
    this.requestSeconds = seconds(
      "tacet.http.request.duration",
      "Time of an HTTP request",
      REQUEST_DURATIONS,
    );
    this.batchFill = this.#histogram(
      "tacet.batch.fill",
      "Fraction of a batch of bootstraps that is used",
      "1",
      FILLS,
    );
    const waited = seconds("tacet.job.wait", "Time until a worker took a job that has succeeded");
    const total = seconds("tacet.job.duration", "Time of a job that has succeeded, from request to results");
    this.job = (times) => {
      waited(times.waited);
      total(times.total);
    };
  }

  /** What stands in the queue, of each tenant. */
  watchQueue(database: Database): void {
    this.#gauge("tacet.queue.tasks", "Tasks in the queue, by tenant", async (observe) => {
      for (const { tenant, waiting, running } of bounded(await queueByTenant(database))) {
        observe(waiting, { tenant, state: "waiting" });
        observe(running, { tenant, state: "running" });
      }
    });
    this.#gauge("tacet.workers", "Workers that live", async (observe) => {
      const [row] = await database.query<{ count: number }>(
        "select count(*)::int as count from tacet.workers where seen_at > now() - interval '15 seconds'",
        [],
      );
      observe(row!.count);
    });
  }

  /** What a worker could do. */
  watchSpeed(computation: Computation): void {
    this.#gauge(
      "tacet.speed",
      "Bootstraps per second that the threads do when there are enough",
      (observe) => {
        const { speed } = computation;
        if (speed !== undefined) observe((1_000 * Math.max(1, speed.threads)) / speed.inBatchMs);
      },
    );
  }

  watchKeys(keys: KeyCache): void {
    this.#gauge("tacet.keys", "Keys that are ready", (observe) => observe(keys.size));
    this.#gauge("tacet.keys.bytes", "Memory of keys that are ready", (observe) => observe(keys.bytes));
  }

  /** All of it, as Prometheus reads it. */
  async text(): Promise<string> {
    const { resourceMetrics } = await this.#exporter.collect();
    return this.#serializer.serialize(resourceMetrics);
  }

  async stop(): Promise<void> {
    await this.#provider.shutdown();
  }

  #counter(name: string, description: string): (count: number, attributes?: Attributes) => void {
    const all = this.#meters.map((meter) => meter.createCounter(name, { description }));
    return (count, attributes) => {
      for (const one of all) one.add(count, attributes);
    };
  }

  #histogram(
    name: string,
    description: string,
    unit: string,
    boundaries: number[],
  ): (value: number, attributes?: Attributes) => void {
    const options = { description, unit, advice: { explicitBucketBoundaries: boundaries } };
    const all = this.#meters.map((meter) => meter.createHistogram(name, options));
    return (value, attributes) => {
      for (const one of all) one.record(value, attributes);
    };
  }

  #gauge(
    name: string,
    description: string,
    look: (observe: (value: number, attributes?: Attributes) => void) => void | Promise<void>,
  ): void {
    for (const meter of this.#meters) {
      meter
        .createObservableGauge(name, { description })
        .addCallback((result) => look((value, attributes) => result.observe(value, attributes)));
    }
  }
}

/** So many tenants have lines of their own: however many there are, what reads the metrics gets no more. */
const TENANTS = 20;

/** Those of whom most stands in the queue, and all others together. */
export function bounded(
  all: readonly { tenant: string; waiting: number; running: number }[],
): { tenant: string; waiting: number; running: number }[] {
  const sorted = all.toSorted((a, b) => b.waiting + b.running - a.waiting - a.running);
  const others = sorted.slice(TENANTS);
  if (others.length === 0) return sorted;
  const sum = (of: "waiting" | "running") => others.reduce((total, one) => total + one[of], 0);
  return [
    ...sorted.slice(0, TENANTS),
    { tenant: "(others)", waiting: sum("waiting"), running: sum("running") },
  ];
}
