import {
  type Attributes,
  context,
  propagation,
  ROOT_CONTEXT,
  SpanStatusCode,
  trace,
} from "@opentelemetry/api";

const tracer = trace.getTracer("tacet-server");

/** Does something in a span of a trace: which is nothing unless traces are sent. What it fails of is noted by its name alone. */
export async function inSpan<T>(
  name: string,
  attributes: Attributes,
  work: (note: (attributes: Attributes) => void) => Promise<T>,
  parent: Carrier = {},
): Promise<T> {
  const from =
    parent.traceparent === undefined ? context.active() : propagation.extract(ROOT_CONTEXT, parent);
  return await tracer.startActiveSpan(name, { attributes }, from, async (span) => {
    try {
      return await work((more) => span.setAttributes(more));
    } catch (error) {
      span.setStatus({ code: SpanStatusCode.ERROR, message: error instanceof Error ? error.name : "" });
      throw error;
    } finally {
      span.end();
    }
  });
}

/** What carries a trace from one process to another. */
export interface Carrier {
  readonly traceparent?: string | undefined;
}

/** The trace that this is a part of: empty unless traces are sent. */
export function currentTrace(): Carrier {
  const carrier: { traceparent?: string } = {};
  propagation.inject(context.active(), carrier);
  return carrier.traceparent === undefined ? {} : { traceparent: carrier.traceparent };
}
