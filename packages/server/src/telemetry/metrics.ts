import { type Attributes, metrics as globalMetrics, type Meter } from "@opentelemetry/api";
import { PrometheusExporter, PrometheusSerializer } from "@opentelemetry/exporter-prometheus";
import { MeterProvider } from "@opentelemetry/sdk-metrics";
import type { Database } from "../database/database.ts";
import { queueByTenant } from "../queue/queue.ts";
import type { Outcome } from "../worker/attempt.ts";
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
  readonly #provider = new MeterProvider({ readers: [this.#exporter] });
  readonly #serializer = new PrometheusSerializer(undefined, false, undefined, true, true);
  /** The service's own meter, and the process's, which is idle unless an SDK is there. */
  readonly #meters: readonly Meter[] = [
    this.#provider.getMeter("tacet-server"),
    globalMetrics.getMeter("tacet-server"),
  ];
  /** Bootstraps that were computed. */
  readonly bootstraps: (count: number) => void = this.#counter("tacet.bootstraps", "Bootstraps computed");
  readonly keysAsked: (count: number, attributes: { hit: boolean }) => void = this.#counter(
    "tacet.keys.asked",
    "Keys that tasks needed, by whether they were ready",
  );
  readonly tasks: (count: number, attributes: { outcome: Outcome }) => void = this.#counter(
    "tacet.tasks",
    "Tasks that workers took, by how they ended",
  );
  readonly taskSeconds: (seconds: number) => void = this.#histogram(
    "tacet.task.duration",
    "Time of a task in its worker",
    "s",
    DURATIONS,
  );
  readonly requestSeconds: (seconds: number, attributes: Attributes) => void = this.#histogram(
    "tacet.http.request.duration",
    "Time of an HTTP request",
    "s",
    REQUEST_DURATIONS,
  );
  /** How full the batches are that the engine computes. */
  readonly batchFill: (fraction: number) => void = this.#histogram(
    "tacet.batch.fill",
    "Fraction of a batch of bootstraps that is used",
    "1",
    FILLS,
  );

  /** What stands in the queue, of each tenant. */
  watchQueue(database: Database): void {
    this.#gauge("tacet.queue.tasks", "Tasks in the queue, by tenant", async (observe) => {
      for (const { tenant, waiting, running } of await queueByTenant(database)) {
        observe(waiting, { tenant, state: "waiting" });
        observe(running, { tenant, state: "running" });
      }
    });
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
