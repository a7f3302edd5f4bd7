import { mkdir, open, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import { ServiceError } from "../errors.ts";
import type { SegmentStore, StoredSegment } from "./store.ts";

const SEGMENT_BYTES = 4 * 2 ** 20;

/** What the names of files end with that are not yet whole. */
const UNFINISHED = ".part";

/** Segments as files in a folder: written beside, flushed, and renamed, so that a crash leaves no half of one. */
export class FolderStore implements SegmentStore {
  readonly name = "folder";
  readonly segmentBytes = SEGMENT_BYTES;
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async write(place: string, bytes: Uint8Array): Promise<void> {
    const file = join(this.#folder, place);
    const part = file + UNFINISHED;
    try {
      await mkdir(dirname(file), { recursive: true, mode: 0o700 });
      const handle = await open(part, "wx", 0o600);
      try {
        await handle.writeFile(bytes);
        await handle.sync();
      } finally {
        await handle.close();
      }
      await rename(part, file);
    } catch (error) {
      await rm(part, { force: true }).catch(() => undefined);
      throw storeError(error);
    }
  }

  async read(place: string): Promise<Uint8Array> {
    try {
      return await readFile(join(this.#folder, place));
    } catch (error) {
      throw storeError(error);
    }
  }

  async remove(places: readonly string[]): Promise<void> {
    for (const place of places) await rm(join(this.#folder, place), { force: true });
  }

  async *list(tenant: string | undefined): AsyncIterable<StoredSegment> {
    const root = tenant === undefined ? this.#folder : join(this.#folder, tenant);
    for (const file of await filesIn(root)) {
      const found = await stat(file).catch(() => undefined);
      if (found?.isFile()) {
        yield { place: relative(this.#folder, file).split(sep).join("/"), writtenAt: found.mtime };
      }
    }
  }

  async check(): Promise<void> {
    try {
      await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    } catch (error) {
      throw storeError(error);
    }
  }
}

async function filesIn(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw storeError(error);
  }
}

/** What the file system says, as what clients are told: never a path. */
function storeError(cause: unknown): ServiceError {
  const { code } = cause as NodeJS.ErrnoException;
  if (code === "ENOSPC" || code === "EDQUOT") {
    return new ServiceError("storage-full", "The service has no room left to store bytes.", { cause });
  }
  return new ServiceError("unavailable", "The service cannot reach stored bytes at present.", {
    cause,
    retryAfter: 5,
  });
}
