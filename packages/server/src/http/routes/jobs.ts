import { Readable } from "node:stream";
import { z } from "zod";
import { ServiceError } from "../../errors.ts";
import { submitJob } from "../../jobs/submit.ts";
import type { App } from "../app.ts";
import type { HttpContext } from "../context.ts";
import { eventStream } from "../events.ts";
import { job, jobJson, names, problems, sha256 } from "../schemas.ts";

const params = z.object({ id: z.uuid() });

const submission = z.object({
  program: z.string().min(1).max(200).describe("Hash or name of a program"),
  serverKey: sha256.describe("Hash of the server key, which has been uploaded"),
  inputs: names.describe("Hashes of the inputs, which have been uploaded"),
  parameters: z.json().optional().describe("Clear inputs"),
});

const submissionHeaders = z.looseObject({
  "idempotency-key": z
    .string()
    .min(1)
    .max(200)
    .optional()
    .describe("Requests with the same key make one job, however often they are sent"),
});

const page = z.object({
  limit: z.coerce.number().int().min(1).max(1_000).default(100),
  before: z.iso.datetime().optional().describe("Only jobs that are older"),
});

/** Computations. */
export function jobRoutes(app: App, context: HttpContext): void {
  const { jobs, watch, limits } = context;
  const streams = new Map<string, number>();

  app.post(
    "/v1/jobs",
    {
      schema: {
        body: submission,
        headers: submissionHeaders,
        tags: ["jobs"],
        summary: "Has a program computed",
        response: { 200: job, 201: job, ...problems },
      },
    },
    async (request, reply) => {
      const submitter = { ...request.bearer, idempotencyKey: request.headers["idempotency-key"] };
      const submitted = await submitJob(
        { ...context, inputBytes: limits.inputBytes },
        submitter,
        request.body,
      );
      return await reply
        .code(submitted.repeated ? 200 : 201)
        .header("location", `/v1/jobs/${submitted.job.id}`)
        .send(jobJson(submitted.job));
    },
  );

  app.get(
    "/v1/jobs",
    {
      schema: {
        querystring: page,
        tags: ["jobs"],
        summary: "The tenant's jobs, the latest first",
        response: { 200: z.object({ jobs: z.array(job) }), ...problems },
      },
    },
    async (request) => {
      const { limit, before } = request.query;
      const until = before === undefined ? undefined : new Date(before);
      return { jobs: (await jobs.list(request.bearer.tenant, limit, until)).map(jobJson) };
    },
  );

  app.get(
    "/v1/jobs/:id",
    { schema: { params, tags: ["jobs"], summary: "A job", response: { 200: job, ...problems } } },
    async (request) => jobJson(await jobs.find(request.bearer.tenant, request.params.id)),
  );

  app.delete(
    "/v1/jobs/:id",
    {
      schema: {
        params,
        tags: ["jobs"],
        summary: "Cancels a job, unless it is finished",
        response: { 200: job, ...problems },
      },
    },
    async (request) => {
      const { tenant, actor } = request.bearer;
      return jobJson(await jobs.cancel(tenant, actor, request.params.id));
    },
  );

  app.get(
    "/v1/jobs/:id/events",
    {
      exposeHeadRoute: false,
      schema: {
        params,
        produces: ["text/event-stream"],
        tags: ["jobs"],
        summary: "The job as events, whenever it has changed, until it is finished",
      },
    },
    async (request, reply) => {
      const { tenant } = request.bearer;
      await jobs.find(tenant, request.params.id);
      const open = streams.get(tenant) ?? 0;
      if (open >= limits.eventStreams) {
        throw new ServiceError("too-many-requests", `${open} connections wait for events already.`, {
          retryAfter: 5,
        });
      }
      streams.set(tenant, open + 1);
      const events = Readable.from(
        eventStream(watch, tenant, request.params.id, () => !context.stopping()),
        { objectMode: false },
      );
      events.once("close", () => streams.set(tenant, streams.get(tenant)! - 1));
      return await reply
        .type("text/event-stream")
        .header("cache-control", "no-store")
        .header("x-accel-buffering", "no") // else nginx keeps events back
        .send(events);
    },
  );
}
