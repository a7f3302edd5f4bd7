/** A segment that a store has, found by listing it. */
export interface StoredSegment {
  readonly place: string;
  readonly writtenAt: Date;
}

/**
 * Where bytes lie: a folder, S3, or PostgreSQL. It knows nothing but segments of a few megabytes under names ("places")
 * that are never used twice, so that a segment is there whole or not at all, and nothing is ever written over. Which of
 * them make up what is in the database.
 */
export interface SegmentStore {
  /** How the store is called where operators see it. */
  readonly name: string;
  /** The most bytes of a segment. */
  readonly segmentBytes: number;
  /** @throws ServiceError `storage-full`, or `unavailable` if the store does not answer. */
  write(place: string, bytes: Uint8Array): Promise<void>;
  /** @throws ServiceError `unavailable` if the store does not answer, or has lost the segment. */
  read(place: string): Promise<Uint8Array>;
  /** Places that have no segment are none. */
  remove(places: readonly string[]): Promise<void>;
  /** All segments whose place begins with a tenant's name. */
  list(tenant: string | undefined): AsyncIterable<StoredSegment>;
  /** @throws ServiceError if the store cannot be used at present. */
  check(): Promise<void>;
}

/** Names of tenants and hashes have nothing in them that a file system or a URL takes for something else. */
export function placeOf(tenant: string, sha256: string, start: number): string {
  return `${tenant}/${sha256.slice(0, 2)}/${sha256}.${start}.${randomName()}`;
}

function randomName(): string {
  return Buffer.from(crypto.getRandomValues(new Uint8Array(9))).toString("base64url");
}
