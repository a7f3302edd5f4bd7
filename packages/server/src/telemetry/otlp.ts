import { context, type TracerProvider as Provider, propagation, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { W3CTraceContextPropagator } from "@opentelemetry/core";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import {
  defaultResource,
  detectResources,
  envDetector,
  type Resource,
  resourceFromAttributes,
} from "@opentelemetry/resources";
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  type Sampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from "@opentelemetry/sdk-trace";

/** What the service is called where nobody calls it otherwise: OTEL_SERVICE_NAME, OTEL_RESOURCE_ATTRIBUTES. */
export function resourceOf(role: string): Resource {
  return defaultResource()
    .merge(resourceFromAttributes({ "service.name": "tacet-server", "tacet.role": role }))
    .merge(detectResources({ detectors: [envDetector] }));
}

/**
 * Sends traces where the environment says: OTEL_EXPORTER_OTLP_ENDPOINT, _HEADERS and so on, which the exporter reads itself.
 *
 * @returns what sends the last ones and ends it.
 */
export function sendTraces(role: string, environment: NodeJS.ProcessEnv): () => Promise<void> {
  const provider = new TracerProvider({
    resource: resourceOf(role),
    sampler: samplerOf(environment),
    spanProcessors: [new BatchSpanProcessor({ exporter: new OTLPTraceExporter() })],
  });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  trace.setGlobalTracerProvider(provider as unknown as Provider);
  return async () => {
    await provider.shutdown();
    trace.disable();
    propagation.disable();
    context.disable();
  };
}

/** As the specification of OpenTelemetry has it. @throws Error for a sampler that it does not have. */
export function samplerOf({
  OTEL_TRACES_SAMPLER: name = "parentbased_always_on",
  OTEL_TRACES_SAMPLER_ARG: argument = "1",
}: NodeJS.ProcessEnv): Sampler {
  if (name.startsWith("parentbased_")) {
    const root = samplerOf({
      OTEL_TRACES_SAMPLER: name.slice("parentbased_".length),
      OTEL_TRACES_SAMPLER_ARG: argument,
    });
    return new ParentBasedSampler({ root });
  }
  if (name === "always_on") return new AlwaysOnSampler();
  if (name === "always_off") return new AlwaysOffSampler();
  if (name === "traceidratio") {
    const ratio = Number(argument);
    if (!(ratio >= 0 && ratio <= 1))
      throw new Error(`OTEL_TRACES_SAMPLER_ARG: expected a number from 0 to 1, not "${argument}"`);
    return new TraceIdRatioBasedSampler(ratio);
  }
  throw new Error(
    `OTEL_TRACES_SAMPLER: expected always_on, always_off, traceidratio, or one of them after parentbased_, not "${name}"`,
  );
}
