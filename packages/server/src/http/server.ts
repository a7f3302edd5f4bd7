import cors from "@fastify/cors";
import rateLimit from "@fastify/rate-limit";
import swagger from "@fastify/swagger";
import swaggerUi from "@fastify/swagger-ui";
import underPressure from "@fastify/under-pressure";
import Fastify, { type FastifyServerOptions } from "fastify";
import {
  jsonSchemaTransform,
  jsonSchemaTransformObject,
  serializerCompiler,
  validatorCompiler,
} from "fastify-type-provider-zod";
import { ServiceError } from "../errors.ts";
import { adminPage } from "./admin/routes.ts";
import type { App } from "./app.ts";
import { authenticate } from "./authentication.ts";
import { answerBrokenRequest } from "./broken-request.ts";
import type { HttpContext } from "./context.ts";
import { answerProblems, send, serviceErrorOf } from "./problems.ts";
import { blobRoutes } from "./routes/blobs.ts";
import { healthRoutes } from "./routes/health.ts";
import { jobRoutes } from "./routes/jobs.ts";
import { operatorRoutes } from "./routes/operator.ts";
import { programRoutes } from "./routes/programs.ts";
import { tenantRoutes } from "./routes/tenant.ts";
import { traceRequests } from "./spans.ts";

/** Headers that pages of other origins may read. */
const EXPOSED = ["upload-offset", "upload-length", "upload-complete", "retry-after", "location"];

/** The HTTP server, not listening yet. */
export async function createApp(
  context: HttpContext,
  logger: FastifyServerOptions["logger"] = false,
): Promise<App> {
  const { limits } = context;
  const app = Fastify({
    logger,
    bodyLimit: limits.bodyBytes,
    requestTimeout: limits.requestMs,
    http: {
      headersTimeout: Math.min(15_000, limits.requestMs),
      connectionsCheckingInterval: 1_000,
      maxHeaderSize: 16_384,
    },
    routerOptions: { maxParamLength: 200 },
    clientErrorHandler: answerBrokenRequest,
    frameworkErrors: (error, _request, reply) => send(reply, serviceErrorOf(error)),
    forceCloseConnections: "idle",
  }).withTypeProvider<import("fastify-type-provider-zod").ZodTypeProvider>() as unknown as App;
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  answerProblems(app as never, context.onError);

  app.removeContentTypeParser("text/plain");
  await app.register(cors, {
    origin: context.origins.includes("*") ? true : [...context.origins],
    exposedHeaders: EXPOSED,
    methods: ["GET", "HEAD", "PUT", "POST", "PATCH", "DELETE"],
    maxAge: 86_400,
  });
  await app.register(underPressure, {
    maxEventLoopDelay: limits.eventLoopMs,
    pressureHandler: (request) => {
      if (request.url === "/healthz") return;
      throw new ServiceError("unavailable", "The service has too much to do at present.", { retryAfter: 5 });
    },
  });
  await app.register(rateLimit, {
    hook: "preHandler",
    max: context.anonymous ? Number.MAX_SAFE_INTEGER : limits.requestsPerMinute,
    timeWindow: 60_000,
    keyGenerator: ({ bearer, ip }) => bearer?.tenant ?? ip,
    errorResponseBuilder: (_request, { ttl }) =>
      new ServiceError("too-many-requests", `${limits.requestsPerMinute} requests in a minute are allowed.`, {
        retryAfter: Math.ceil(ttl / 1000),
      }),
  });
  await app.register(swagger, {
    openapi: {
      info: {
        title: "Tacet",
        description: "Computes on encrypted values: keys, values and results are blobs under their SHA-256.",
        version: "1",
      },
      components: { securitySchemes: { token: { type: "http", scheme: "bearer" } } },
      security: [{ token: [] }],
    },
    transform: jsonSchemaTransform,
    transformObject: jsonSchemaTransformObject,
  });
  app.addHook("onResponse", async (request, reply) => {
    const { url: route = "none" } = request.routeOptions;
    context.onAnswered(reply.elapsedTime / 1000, { method: request.method, route, status: reply.statusCode });
  });
  if (context.traced) traceRequests(app as never);
  await authenticate(app as never, context);
  await app.register(async (documentation) => {
    documentation.addHook("onRoute", (route) => {
      route.config = { ...route.config, access: "everybody" };
    });
    await documentation.register(swaggerUi, { routePrefix: "/docs" });
    documentation.get("/openapi.json", { schema: { hide: true } as object }, () => app.swagger());
  });
  for (const add of [healthRoutes, programRoutes, jobRoutes, tenantRoutes, operatorRoutes, adminPage])
    add(app, context);
  await app.register(async (bytes) => {
    bytes.removeAllContentTypeParsers();
    bytes.addContentTypeParser("application/octet-stream", (_request, payload, done) => done(null, payload));
    blobRoutes(bytes as unknown as App, context);
  });
  await app.ready();
  return app;
}
