import { OTLPMetricExporter } from "@opentelemetry/exporter-metrics-otlp-proto";
import { type MetricReader, PeriodicExportingMetricReader } from "@opentelemetry/sdk-metrics";

/** As the specification of OpenTelemetry has it. */
const INTERVAL_MS = 60_000;

/** Sends metrics now and then where the environment says. */
export function metricsSender(): MetricReader {
  const given = Number(process.env.OTEL_METRIC_EXPORT_INTERVAL);
  const exportIntervalMillis = given >= 1 ? given : INTERVAL_MS;
  const exportTimeoutMillis = Math.min(30_000, exportIntervalMillis);
  return new PeriodicExportingMetricReader({
    exporter: new OTLPMetricExporter(),
    exportIntervalMillis,
    exportTimeoutMillis,
  });
}
