import type { Database } from "./database.ts";
import { migrate } from "./migrations.ts";
import type { PgliteOptions } from "./pglite.ts";
import type { PostgresOptions } from "./postgres.ts";

/** Where the database is: a URL of PostgreSQL, or a folder. */
export type DatabasePlace = { readonly url: string } | { readonly folder: string };

/** Opens the database, and brings its tables up to what this version needs. Only what it needs for that is loaded. */
export async function openDatabase(
  place: DatabasePlace,
  options: PostgresOptions & PgliteOptions = {},
): Promise<Database> {
  const database =
    "url" in place
      ? (await import("./postgres.ts")).openPostgres(place.url, options)
      : await (await import("./pglite.ts")).openPglite(place.folder, options);
  try {
    await migrate(database);
  } catch (error) {
    await database.close();
    throw error;
  }
  return database;
}
