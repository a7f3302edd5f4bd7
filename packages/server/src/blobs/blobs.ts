import type { Database, Statements } from "../database/database.ts";
import { notFound, ServiceError } from "../errors.ts";
import { hashOf } from "../hash.ts";
import { placeOf, type SegmentStore } from "./store.ts";

/** One segment of a blob. */
export interface Segment {
  readonly start: number;
  readonly length: number;
  readonly place: string;
}

/** Bytes that the store has, and the database does not know yet. */
export interface StagedBlob {
  readonly sha256: string;
  readonly length: number;
  readonly segments: readonly Segment[];
}

/** A blob that is whole. */
export interface StoredBlob {
  readonly length: number;
  readonly segments: readonly Segment[];
}

/** Content by its SHA-256, of each tenant by itself: what another has stored makes no difference to anybody. */
export class Blobs {
  readonly #database: Database;
  readonly store: SegmentStore;

  constructor(database: Database, store: SegmentStore) {
    this.#database = database;
    this.store = store;
  }

  /** @throws ServiceError `not-found` unless this tenant has the whole of it. */
  async find(tenant: string, sha256: string): Promise<StoredBlob> {
    const rows = await this.#database.query<Segment & { total: number }>(
      `select b.length::float8 as total, s.start::float8 as start, s.length, s.place
       from tacet.blobs b left join tacet.segments s using (tenant, sha256)
       where b.tenant = $1 and b.sha256 = $2 and b.complete order by s.start`,
      [tenant, sha256],
    );
    if (rows.length === 0) throw notFound("blob");
    return { length: rows[0]!.total, segments: rows.filter(({ place }) => place !== null) };
  }

  /** The bytes, segment by segment. */
  async *read({ segments }: StoredBlob): AsyncGenerator<Uint8Array> {
    for (const { place } of segments) yield await this.store.read(place);
  }

  /**
   * All bytes of a blob, checked against its hash.
   *
   * @throws ServiceError `not-found`; `unavailable` if what the store gives is not what was stored.
   */
  async readAll(tenant: string, sha256: string): Promise<Uint8Array> {
    const blob = await this.find(tenant, sha256);
    const bytes = new Uint8Array(blob.length);
    let offset = 0;
    for await (const part of this.read(blob)) {
      if (offset + part.length > bytes.length) break;
      bytes.set(part, offset);
      offset += part.length;
    }
    if (offset !== bytes.length || hashOf(bytes) !== sha256) {
      throw new ServiceError("unavailable", `Stored bytes are damaged: ${sha256}.`, { retryAfter: 60 });
    }
    return bytes;
  }

  /** Has the store keep bytes, for `record` to make them a blob of. */
  async stage(tenant: string, bytes: Uint8Array): Promise<StagedBlob> {
    const sha256 = hashOf(bytes);
    const segments: Segment[] = [];
    try {
      for (let start = 0; start < bytes.length; start += this.store.segmentBytes) {
        const part = bytes.subarray(start, start + this.store.segmentBytes);
        const place = placeOf(tenant, sha256, start);
        segments.push({ start, length: part.length, place });
        await this.store.write(place, part);
      }
    } catch (error) {
      await this.removeBytes(segments);
      throw error;
    }
    return { sha256, length: bytes.length, segments };
  }

  /**
   * Makes blobs of staged bytes, in as many statements for many as for one.
   *
   * @returns segments that nothing refers to once the transaction has committed: those given of blobs that were there, and
   *   those of uploads that this has overtaken.
   */
  async record(statements: Statements, tenant: string, blobs: readonly StagedBlob[]): Promise<Segment[]> {
    const unused: Segment[] = [];
    const missing = new Map<string, StagedBlob>();
    for (const blob of blobs) {
      // The same bytes twice are one blob.
      if (missing.has(blob.sha256)) unused.push(...blob.segments);
      else missing.set(blob.sha256, blob);
    }
    const take = (rows: readonly { sha256: string }[]): StagedBlob[] =>
      rows.map(({ sha256 }) => {
        const blob = missing.get(sha256)!;
        missing.delete(sha256);
        return blob;
      });
    const there = await statements.query<{ sha256: string }>(
      `update tacet.blobs set used_at = now() where tenant = $1 and complete and sha256 in (
         select sha256 from tacet.blobs where tenant = $1 and sha256 = any($2) order by sha256 for update)
       returning sha256`,
      [tenant, [...missing.keys()]],
    );
    unused.push(...take(there).flatMap(({ segments }) => segments));
    const added = await insertBlobs(statements, tenant, [...missing.values()]);
    await insertSegments(statements, tenant, take(added));
    for (const blob of missing.values()) unused.push(...(await this.#overtake(statements, tenant, blob)));
    return unused;
  }

  /** Makes a blob where there is an upload of it, whole or not. */
  async #overtake(statements: Statements, tenant: string, blob: StagedBlob): Promise<readonly Segment[]> {
    const [before] = await statements.query<{ complete: boolean }>(
      "select complete from tacet.blobs where tenant = $1 and sha256 = $2 for update",
      [tenant, blob.sha256],
    );
    if (before?.complete) {
      await statements.query("update tacet.blobs set used_at = now() where tenant = $1 and sha256 = $2", [
        tenant,
        blob.sha256,
      ]);
      return blob.segments;
    }
    const overtaken = before === undefined ? [] : await dropUpload(statements, tenant, blob.sha256);
    const added = await insertBlobs(statements, tenant, [blob]);
    if (added.length === 0)
      throw new ServiceError("conflict", `${blob.sha256} is being stored by another request.`);
    await insertSegments(statements, tenant, [blob]);
    return overtaken;
  }

  /** Removes bytes that nothing refers to. What cannot be removed now is found by the sweep later. */
  async removeBytes(segments: readonly Segment[]): Promise<void> {
    if (segments.length === 0) return;
    await this.store.remove(segments.map(({ place }) => place)).catch(() => undefined);
  }
}

/** @returns those that were neither there nor under way. In the order of hashes, as everybody locks them. */
async function insertBlobs(
  statements: Statements,
  tenant: string,
  blobs: readonly StagedBlob[],
): Promise<{ sha256: string }[]> {
  if (blobs.length === 0) return [];
  return await statements.query<{ sha256: string }>(
    `insert into tacet.blobs(tenant, sha256, length, complete, upload)
     select $1, sha256, length, true, '' from unnest($2::text[], $3::bigint[]) given(sha256, length) order by sha256
     on conflict do nothing returning sha256`,
    [tenant, blobs.map(({ sha256 }) => sha256), blobs.map(({ length }) => length)],
  );
}

async function insertSegments(
  statements: Statements,
  tenant: string,
  blobs: readonly StagedBlob[],
): Promise<void> {
  const rows = blobs.flatMap(({ sha256, segments }) => segments.map((segment) => ({ sha256, ...segment })));
  if (rows.length === 0) return;
  await statements.query(
    `insert into tacet.segments(tenant, sha256, start, length, place)
     select $1, * from unnest($2::text[], $3::bigint[], $4::int[], $5::text[])`,
    [
      tenant,
      rows.map(({ sha256 }) => sha256),
      rows.map(({ start }) => start),
      rows.map(({ length }) => length),
      rows.map(({ place }) => place),
    ],
  );
}

/** Forgets what an upload, or a blob, consists of. */
export async function dropUpload(statements: Statements, tenant: string, sha256: string): Promise<Segment[]> {
  const segments = await statements.query<Segment>(
    "select start::float8 as start, length, place from tacet.segments where tenant = $1 and sha256 = $2",
    [tenant, sha256],
  );
  await statements.query("delete from tacet.blobs where tenant = $1 and sha256 = $2", [tenant, sha256]);
  return segments;
}
