import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { ServiceError } from "../errors.ts";
import { passes } from "../patience.ts";

export const PROBLEM_TYPE = "application/problem+json";

/** What Fastify, its plugins and Node.js report, as the problems that they are. */
const KIND_OF_STATUS: Readonly<Record<number, ConstructorParameters<typeof ServiceError>[0]>> = {
  400: "invalid-request",
  404: "not-found",
  405: "method-not-allowed",
  408: "request-timeout",
  413: "too-large",
  415: "unsupported-media-type",
  429: "too-many-requests",
  503: "unavailable",
};

/** Has every error answered as a problem (RFC 9457), and nothing of the inside shown. */
export function answerProblems(app: FastifyInstance, onError: (error: unknown) => void): void {
  app.setErrorHandler((error: FastifyError, _request, reply) => {
    const known = serviceErrorOf(error);
    if (known.status >= 500 && known.kind !== "unavailable" && known.kind !== "storage-full") onError(error);
    return send(reply, known);
  });
  const allowed = methodsByPath(app);
  app.setNotFoundHandler((request, reply) => send(reply, unknownRoute(request, allowed)));
}

export function send(reply: FastifyReply, error: ServiceError): FastifyReply {
  const { retryAfter, headers = {} } = error.options;
  reply.code(error.status).headers(headers).header("cache-control", "no-store");
  if (retryAfter !== undefined) reply.header("retry-after", String(retryAfter));
  return reply.type(PROBLEM_TYPE).serializer(JSON.stringify).send(error.problem);
}

export function serviceErrorOf(error: unknown): ServiceError {
  if (error instanceof ServiceError) return error;
  const { validation, validationContext, statusCode, message } = error as FastifyError;
  if (validation !== undefined) {
    const details = validation.slice(0, 20).map(({ instancePath, message: said }) => ({
      pointer: `/${validationContext ?? "request"}${instancePath}`,
      detail: said ?? "is not as expected",
    }));
    const [first] = details;
    return new ServiceError("invalid-request", `${first?.pointer}: ${first?.detail}.`, {
      members: { errors: details },
    });
  }
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    return new ServiceError(KIND_OF_STATUS[statusCode] ?? "invalid-request", message);
  }
  if (passes(error)) {
    return new ServiceError("unavailable", "The service cannot reach its database at present.", {
      retryAfter: 5,
      cause: error,
    });
  }
  return new ServiceError("internal", "Something went wrong in the service; it has been noted.", {
    cause: error,
  });
}

/** Which methods there are for which paths. */
function methodsByPath(app: FastifyInstance): Map<string, { pattern: RegExp; methods: Set<string> }> {
  const all = new Map<string, { pattern: RegExp; methods: Set<string> }>();
  app.addHook("onRoute", ({ url, method }) => {
    if (url.includes("*")) return;
    const pattern = new RegExp(`^${url.replace(/[.]/g, "\\.").replace(/:\w+/g, "[^/]+")}/?$`);
    const entry = all.get(url) ?? { pattern, methods: new Set() };
    all.set(url, entry);
    for (const one of [method].flat()) entry.methods.add(one);
  });
  return all;
}

function unknownRoute(
  { url, method }: FastifyRequest,
  all: ReadonlyMap<string, { pattern: RegExp; methods: Set<string> }>,
): ServiceError {
  const path = url.split("?", 1)[0]!;
  for (const { pattern, methods } of all.values()) {
    if (!pattern.test(path) || methods.has(method)) continue;
    const allow = [...methods].join(", ");
    return new ServiceError("method-not-allowed", `Here, there is ${allow}.`, { headers: { allow } });
  }
  return new ServiceError("not-found", "There is nothing at this address.");
}
