/** Makes an empty database in a folder: `node initialize.ts <folder>`. See `openPglite` for why this is a program. */
import { PGlite } from "@electric-sql/pglite";

const pglite = await PGlite.create(process.argv[2]!);
await pglite.close();
process.exit(0);
