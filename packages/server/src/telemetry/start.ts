import type { MetricReader } from "@opentelemetry/sdk-metrics";

/** What of OpenTelemetry the environment asks for. */
export interface Telemetry {
  /** Whether traces are sent: then requests have spans as well. */
  readonly traces: boolean;
  /** What sends metrics. */
  readonly readers: readonly MetricReader[];
  stop(): Promise<void>;
}

/**
 * Sends traces and metrics by OTLP where the standard environment of OpenTelemetry names a place for them. What is not asked
 * for is not loaded: the exporters take 20 MB.
 */
export async function startTelemetry(role: string, environment: NodeJS.ProcessEnv): Promise<Telemetry> {
  const ended: (() => Promise<void>)[] = [];
  const traces = isWanted(environment, "TRACES");
  if (traces) ended.push((await import("./otlp.ts")).sendTraces(role, environment));
  const readers: MetricReader[] = [];
  if (isWanted(environment, "METRICS")) readers.push((await import("./otlp-metrics.ts")).metricsSender());
  return {
    traces,
    readers,
    stop: async () => {
      for (const end of ended) await end();
    },
  };
}

function isWanted(environment: NodeJS.ProcessEnv, signal: "TRACES" | "METRICS"): boolean {
  if (environment.OTEL_SDK_DISABLED?.toLowerCase() === "true") return false;
  if (environment[`OTEL_${signal}_EXPORTER`] === "none") return false;
  const places = [
    environment.OTEL_EXPORTER_OTLP_ENDPOINT,
    environment[`OTEL_EXPORTER_OTLP_${signal}_ENDPOINT`],
  ];
  return places.some((place) => place !== undefined && place !== "");
}
