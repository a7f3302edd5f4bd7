import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { RequestError, SqlError } from "../errors.ts";
import { readFrame, writeFrame } from "../frame.ts";
import { type EncryptedSqlOptions, encryptedSql } from "../server/encrypted-sql.ts";
import type { Connection, QueryRequest, RecordsRequest } from "../wire.ts";
import { problemOf, statusOf } from "./problems.ts";

export interface FastifySqlOptions extends EncryptedSqlOptions {
  /** The longest request in bytes. */
  readonly bodyBytes?: number;
}

const BODY_BYTES = 2 ** 26;

/**
 * A plugin of Fastify: `app.register(fastifySql, { prefix: "/sql", db, tables, engines })`. It has `GET /info`,
 * `POST /query` and `POST /records`, for `httpConnection`. Who may ask, and how often, is the application's to say.
 */
export async function fastifySql(app: FastifyInstance, options: FastifySqlOptions): Promise<void> {
  const connection = await encryptedSql(options);
  const { bodyBytes = BODY_BYTES } = options;
  await app.register(async (routes) => addRoutes(routes, connection, bodyBytes));
}

function addRoutes(app: FastifyInstance, connection: Connection, bodyLimit: number): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("application/octet-stream", { parseAs: "buffer" }, (_, body, done) =>
    done(null, body),
  );
  app.setErrorHandler((error, _, reply) => {
    if (!(error instanceof SqlError)) throw error;
    return reply.status(statusOf(error)).send(problemOf(error));
  });
  app.get("/info", () => connection.info());
  app.post("/query", { bodyLimit }, async (request, reply) => {
    const { header, parts } = readFrame(bytesOf(request), 2);
    const query = { ...(header as object), salt: parts[0], flags: parts[1] } as QueryRequest;
    const answer = await connection.query(query, abortedWith(reply));
    if (answer.kind === "clear")
      return send(reply, writeFrame({ header: answer, parts: [new Uint8Array(), new Uint8Array()] }));
    const { truths, sums, ...rest } = answer;
    return send(reply, writeFrame({ header: rest, parts: [truths, sums] }));
  });
  app.post("/records", { bodyLimit }, async (request, reply) => {
    const { header, parts } = readFrame(bytesOf(request), 1);
    const records = { ...(header as object), selection: parts[0] } as RecordsRequest;
    return send(reply, await connection.records(records, abortedWith(reply)));
  });
}

function bytesOf({ body }: FastifyRequest): Uint8Array {
  if (!(body instanceof Uint8Array)) throw new RequestError("a request has bytes");
  return body;
}

/** Aborted when nobody waits for the answer any more. */
function abortedWith(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  reply.raw.once("close", () => {
    if (!reply.raw.writableFinished) controller.abort();
  });
  return controller.signal;
}

function send(reply: FastifyReply, bytes: Uint8Array): FastifyReply {
  return reply
    .type("application/octet-stream")
    .send(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
}
