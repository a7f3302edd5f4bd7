import { DatabaseStore } from "../blobs/database-store.ts";
import { FolderStore } from "../blobs/folder.ts";
import { S3Store } from "../blobs/s3.ts";
import type { SegmentStore } from "../blobs/store.ts";
import type { Database } from "../database/database.ts";
import type { BlobPlace } from "./options.ts";

/** @throws Error for what cannot hold bytes: PGlite, which would take gigabytes of memory for it. */
export function openStore(place: BlobPlace, database: Database): SegmentStore {
  switch (place.kind) {
    case "folder":
      return new FolderStore(place.folder);
    case "database":
      if (database.kind === "pglite") throw new Error("PGlite holds no blobs: give a folder for them, or S3");
      return new DatabaseStore(database);
    case "s3":
      return new S3Store(place);
  }
}
