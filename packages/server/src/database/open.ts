import type { Database } from "./database.ts";
import { migrate } from "./migrations.ts";
import { openPglite, type PgliteOptions } from "./pglite.ts";
import { openPostgres, type PostgresOptions } from "./postgres.ts";

/** Where the database is: a URL of PostgreSQL, or a folder. */
export type DatabasePlace = { readonly url: string } | { readonly folder: string };

/** Opens the database, and brings its tables up to what this version needs. */
export async function openDatabase(
  place: DatabasePlace,
  options: PostgresOptions & PgliteOptions = {},
): Promise<Database> {
  const database =
    "url" in place ? openPostgres(place.url, options) : await openPglite(place.folder, options);
  try {
    await migrate(database);
  } catch (error) {
    await database.close();
    throw error;
  }
  return database;
}
