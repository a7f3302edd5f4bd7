import { createHash, type Hash } from "node:crypto";
import type { Database } from "../database/database.ts";
import { notFound, ServiceError } from "../errors.ts";
import { type Blobs, dropUpload, type Segment } from "./blobs.ts";
import { placeOf } from "./store.ts";

/** How much of a blob is there. */
export interface UploadState {
  /** Bytes that need not be sent again. */
  readonly offset: number;
  /** Bytes of the whole; `undefined` if nothing is there. */
  readonly length: number | undefined;
  readonly complete: boolean;
}

/** What a request says that it brings. */
export interface UploadRequest {
  readonly tenant: string;
  readonly sha256: string;
  /** Where in the blob the body begins. */
  readonly offset: number;
  /** Bytes of the whole blob. */
  readonly length: number;
}

interface Upload {
  /** Chosen anew each time that an upload begins from nothing: what is left of an earlier one never gets into it. */
  readonly name: string;
  readonly segments: Segment[];
}

/** The most bytes that all of a tenant's blobs may have together. */
const UNLIMITED = Number.MAX_SAFE_INTEGER;

/** Takes blobs in, in one request or in as many as it takes. */
export class Uploads {
  readonly #database: Database;
  readonly #blobs: Blobs;

  constructor(database: Database, blobs: Blobs) {
    this.#database = database;
    this.#blobs = blobs;
  }

  async state(tenant: string, sha256: string): Promise<UploadState> {
    const [row] = await this.#database.query<{ length: number; complete: boolean; offset: number }>(
      `select b.length::float8 as length, b.complete,
         (select coalesce(max(start + length), 0) from tacet.segments s
          where s.tenant = b.tenant and s.sha256 = b.sha256)::float8 as offset
       from tacet.blobs b where tenant = $1 and sha256 = $2`,
      [tenant, sha256],
    );
    return row ?? { offset: 0, length: undefined, complete: false };
  }

  /**
   * Takes a body in. What has arrived stays when the body breaks off, and the next request goes on from there. When all
   * is there, the hash is checked, and what does not have it is dropped.
   *
   * @throws ServiceError `offset-mismatch`, `length-mismatch`, `hash-mismatch`, `conflict`, `quota-exceeded`,
   *   `storage-full`, `unavailable`; whatever the body throws.
   */
  async receive(request: UploadRequest, body: AsyncIterable<Uint8Array>): Promise<UploadState> {
    const upload = await this.#begin(request);
    if (upload === undefined) return { offset: request.length, length: request.length, complete: true };
    const hash = createHash("sha256");
    for (const { place } of upload.segments) hash.update(await this.#blobs.store.read(place));
    const offset = await this.#append(request, upload, body, hash);
    if (offset < request.length) return { offset, length: request.length, complete: false };
    if (hash.digest("hex") !== request.sha256) await this.#refuse(request, upload);
    await this.#finish(request, upload);
    return { offset, length: request.length, complete: true };
  }

  /** @returns the upload that goes on, `undefined` if all is there. */
  async #begin({ tenant, sha256, offset, length }: UploadRequest): Promise<Upload | undefined> {
    return await this.#database.transaction(async (transaction) => {
      const [owner] = await transaction.query<{ limit: number | null; stored: number }>(
        `select stored_bytes::float8 as limit from tacet.tenants where id = $1 for no key update`,
        [tenant],
      );
      if (owner === undefined) throw notFound("tenant");
      const [blob] = await transaction.query<{ complete: boolean; length: number; upload: string }>(
        `select complete, length::float8 as length, upload from tacet.blobs where tenant = $1 and sha256 = $2`,
        [tenant, sha256],
      );
      if (blob?.complete) {
        if (blob.length === length) return undefined;
        throw new ServiceError(
          "length-mismatch",
          `What has this hash has ${blob.length} bytes, not ${length}.`,
        );
      }
      const segments = await transaction.query<Segment>(
        `select start::float8 as start, length, place from tacet.segments
         where tenant = $1 and sha256 = $2 order by start`,
        [tenant, sha256],
      );
      const there = endOf(segments);
      if (there !== offset) throw offsetMismatch(there, offset);
      if (blob !== undefined && blob.length === length) return { name: blob.upload, segments };
      if (blob !== undefined && there > 0) {
        throw new ServiceError(
          "length-mismatch",
          `The upload began with ${blob.length} bytes in all, not ${length}.`,
        );
      }
      await checkRoom(transaction, tenant, owner.limit ?? UNLIMITED, length);
      const name = crypto.randomUUID();
      await transaction.query(
        `insert into tacet.blobs(tenant, sha256, length, upload) values ($1, $2, $3, $4)
         on conflict (tenant, sha256) do update set length = excluded.length, upload = excluded.upload`,
        [tenant, sha256, length, name],
      );
      return { name, segments: [] };
    });
  }

  /** @returns how much is there then. */
  async #append(
    request: UploadRequest,
    upload: Upload,
    body: AsyncIterable<Uint8Array>,
    hash: Hash,
  ): Promise<number> {
    let parts: Uint8Array[] = [];
    let waiting = 0;
    let offset = request.offset;
    const flush = async () => {
      if (waiting === 0) return;
      const bytes = Buffer.concat(parts);
      await this.#write(request, upload, offset, bytes);
      hash.update(bytes);
      offset += bytes.length;
      [parts, waiting] = [[], 0];
    };
    const { segmentBytes } = this.#blobs.store;
    try {
      for await (const chunk of body) {
        let rest = chunk;
        if (offset + waiting + rest.length > request.length) {
          throw new ServiceError(
            "length-mismatch",
            `More than the ${request.length} bytes arrive that were announced.`,
          );
        }
        while (waiting + rest.length >= segmentBytes) {
          const taken = segmentBytes - waiting;
          parts.push(rest.subarray(0, taken));
          waiting += taken;
          rest = rest.subarray(taken);
          await flush();
        }
        if (rest.length === 0) continue;
        parts.push(rest);
        waiting += rest.length;
      }
    } catch (error) {
      // What arrived before the body broke off stays; what was wrong matters more than whether that could be kept.
      if (!(error instanceof ServiceError) || error.kind === "request-timeout")
        await flush().catch(() => undefined);
      throw error;
    }
    await flush();
    return offset;
  }

  async #write(
    { tenant, sha256 }: UploadRequest,
    upload: Upload,
    start: number,
    bytes: Buffer,
  ): Promise<void> {
    const place = placeOf(tenant, sha256, start);
    await this.#blobs.store.write(place, bytes);
    const rows = await this.#database.query(
      `insert into tacet.segments(tenant, sha256, start, length, place)
       select tenant, sha256, $4::bigint, $5::int, $6 from tacet.blobs
       where tenant = $1 and sha256 = $2 and upload = $3 and not complete
       on conflict do nothing returning 1`,
      [tenant, sha256, upload.name, start, bytes.length, place],
    );
    if (rows.length === 1) return;
    await this.#blobs.removeBytes([{ start, length: bytes.length, place }]);
    throw new ServiceError("conflict", `Another request uploads ${sha256} at the same time.`, {
      retryAfter: 1,
    });
  }

  async #finish({ tenant, sha256 }: UploadRequest, upload: Upload): Promise<void> {
    const rows = await this.#database.query(
      `update tacet.blobs set complete = true, used_at = now()
       where tenant = $1 and sha256 = $2 and upload = $3 returning 1`,
      [tenant, sha256, upload.name],
    );
    if (rows.length === 0)
      throw new ServiceError("conflict", `The upload of ${sha256} was given up meanwhile.`);
  }

  async #refuse({ tenant, sha256 }: UploadRequest, upload: Upload): Promise<never> {
    const dropped = await this.#database.transaction(async (transaction) => {
      const rows = await transaction.query(
        "select 1 from tacet.blobs where tenant = $1 and sha256 = $2 and upload = $3 and not complete for update",
        [tenant, sha256, upload.name],
      );
      return rows.length === 0 ? [] : await dropUpload(transaction, tenant, sha256);
    });
    await this.#blobs.removeBytes(dropped);
    throw new ServiceError(
      "hash-mismatch",
      `What was uploaded does not have the SHA-256 ${sha256}. It was dropped: begin again at offset 0.`,
    );
  }
}

function endOf(segments: readonly Segment[]): number {
  const last = segments.at(-1);
  return last === undefined ? 0 : last.start + last.length;
}

function offsetMismatch(there: number, given: number): ServiceError {
  return new ServiceError("offset-mismatch", `The upload goes on at byte ${there}, not at ${given}.`, {
    members: { offset: there },
    headers: { "upload-offset": String(there) },
  });
}

async function checkRoom(
  transaction: Pick<Database, "query">,
  tenant: string,
  limit: number,
  length: number,
): Promise<void> {
  if (limit === UNLIMITED) return;
  const [row] = await transaction.query<{ stored: number }>(
    "select coalesce(sum(length), 0)::float8 as stored from tacet.blobs where tenant = $1",
    [tenant],
  );
  const room = limit - row!.stored;
  if (length <= room) return;
  throw new ServiceError(
    "storage-full",
    `${length} bytes are more than the ${Math.max(0, room)} that the quota leaves.`,
  );
}
