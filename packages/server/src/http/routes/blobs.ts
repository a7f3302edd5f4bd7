import { Readable } from "node:stream";
import type { FastifyReply } from "fastify";
import { z } from "zod";
import type { UploadState } from "../../blobs/upload.ts";
import { ServiceError } from "../../errors.ts";
import { audit } from "../../tenants/audit.ts";
import type { App } from "../app.ts";
import type { HttpContext } from "../context.ts";
import { problems, sha256 } from "../schemas.ts";
import { UploadSlots, withIdleLimit } from "../uploads.ts";

const params = z.object({ sha256 });

const bytes = z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER);

const uploadHeaders = z.looseObject({
  "upload-offset": bytes.optional().describe("Where in the blob the body begins; 0 unless given"),
  "upload-length": bytes
    .optional()
    .describe("Bytes of the whole blob; where the body ends unless given, which then has a Content-Length"),
  "content-length": bytes.optional(),
});

const state = z
  .object({ offset: z.number(), length: z.number(), complete: z.boolean() })
  .meta({ id: "Upload" });

/** Keys, values and results, by the hash of their bytes. */
export function blobRoutes(app: App, context: HttpContext): void {
  const { blobs, uploads, limits } = context;
  const slots = new UploadSlots(limits.uploads);

  app.head(
    "/v1/blobs/:sha256",
    {
      schema: {
        params,
        tags: ["blobs"],
        summary: "How much of a blob is there: in Upload-Offset. 200 if all of it is, otherwise 404",
      },
    },
    async (request, reply) => {
      const found = await uploads.state(request.bearer.tenant, request.params.sha256);
      uploadHeadersOf(reply, found);
      return await reply
        .code(found.complete ? 200 : 404)
        .header("content-length", found.complete ? found.length : 0)
        .send();
    },
  );

  app.put(
    "/v1/blobs/:sha256",
    {
      schema: {
        params,
        headers: uploadHeaders,
        consumes: ["application/octet-stream"],
        tags: ["blobs"],
        summary: "Uploads a blob, or goes on with it from Upload-Offset",
        response: { 200: state, 201: state, 202: state, ...problems },
      },
    },
    async (request, reply) => {
      const { tenant, actor } = request.bearer;
      const hash = request.params.sha256;
      const { "upload-offset": offset = 0, "content-length": size } = request.headers;
      const length = request.headers["upload-length"] ?? (size === undefined ? undefined : offset + size);
      const body = request.body as Readable | undefined;
      const taken = slots.take();
      try {
        if (length === undefined) throw noLength();
        if (length > limits.blobBytes) throw tooLarge(limits.blobBytes);
        const before = await uploads.state(tenant, hash);
        const parts = withIdleLimit(body ?? Readable.from([]), limits.uploadIdleMs);
        const after = await uploads.receive({ tenant, sha256: hash, offset, length }, parts);
        if (after.complete && !before.complete) {
          await audit(context.database, { tenant, actor, action: "blob.store", subject: hash });
        }
        uploadHeadersOf(reply, after);
        if (before.complete && body !== undefined && !body.readableEnded) reply.header("connection", "close");
        const { complete } = after;
        return await reply
          .code(before.complete ? 200 : complete ? 201 : 202)
          .send({ offset: after.offset, length, complete });
      } catch (error) {
        // The rest of the body is of no use: the connection ends rather than carry it.
        if (body !== undefined && !body.readableEnded) reply.header("connection", "close");
        throw error;
      } finally {
        taken.release();
      }
    },
  );

  app.get(
    "/v1/blobs/:sha256",
    {
      exposeHeadRoute: false,
      schema: {
        params,
        produces: ["application/octet-stream"],
        tags: ["blobs"],
        summary: "The bytes of a key, value or result",
      },
    },
    async (request, reply) => {
      const { tenant, actor } = request.bearer;
      const hash = request.params.sha256;
      const blob = await blobs.find(tenant, hash);
      await audit(context.database, { tenant, actor, action: "blob.read", subject: hash });
      return await reply
        .type("application/octet-stream")
        .header("content-length", blob.length)
        .header("cache-control", "private, immutable, max-age=86400")
        .header("etag", `"${hash}"`)
        .send(Readable.from(blobs.read(blob), { objectMode: false }));
    },
  );
}

function uploadHeadersOf(reply: FastifyReply, { offset, length, complete }: UploadState): void {
  reply.header("upload-offset", String(offset)).header("upload-complete", complete ? "?1" : "?0");
  reply.header("cache-control", "no-store");
  if (length !== undefined) reply.header("upload-length", String(length));
}

function noLength(): ServiceError {
  return new ServiceError("invalid-request", "An upload has an Upload-Length or a Content-Length.");
}

function tooLarge(most: number): ServiceError {
  return new ServiceError("too-large", `A blob has ${most} bytes at most.`);
}
