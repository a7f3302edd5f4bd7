import { DiagLogLevel, diag } from "@opentelemetry/api";
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
 *
 * @param onError hears that something could not be sent: the service does its work all the same.
 */
export async function startTelemetry(
  role: string,
  environment: NodeJS.ProcessEnv,
  onError: (error: Error) => void,
): Promise<Telemetry> {
  const ended: (() => Promise<void>)[] = [];
  const traces = isWanted(environment, "TRACES");
  if (traces) ended.push((await import("./otlp.ts")).sendTraces(role, environment));
  const readers: MetricReader[] = [];
  if (isWanted(environment, "METRICS")) readers.push((await import("./otlp-metrics.ts")).metricsSender());
  const silent = () => {};
  const error = (message: string) => onError(new Error(`OpenTelemetry: ${message}`));
  const logger = { error, warn: silent, info: silent, debug: silent, verbose: silent };
  const heard = (traces || readers.length > 0) && diag.setLogger(logger, DiagLogLevel.ERROR);
  return {
    traces,
    readers,
    stop: async () => {
      for (const end of ended) await end();
      if (heard) diag.disable();
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
