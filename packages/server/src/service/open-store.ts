import type { SegmentStore } from "../blobs/store.ts";
import type { Database } from "../database/database.ts";
import type { BlobPlace } from "./options.ts";

/** Only what the store needs is loaded. @throws Error for what cannot hold bytes: PGlite, which would take gigabytes of memory for it. */
export async function openStore(place: BlobPlace, database: Database): Promise<SegmentStore> {
  switch (place.kind) {
    case "folder":
      return new (await import("../blobs/folder.ts")).FolderStore(place.folder);
    case "database":
      if (database.kind === "pglite") throw new Error("PGlite holds no blobs: give a folder for them, or S3");
      return new (await import("../blobs/database-store.ts")).DatabaseStore(database);
    case "s3":
      return new (await import("../blobs/s3.ts")).S3Store(place);
  }
}
