import { existsSync } from "node:fs";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { PGlite } from "@electric-sql/pglite";
import { hashOf } from "../src/hash.ts";

const folder = fileURLToPath(new URL("../generated/", import.meta.url));

/** What new databases of tests start from, so that each is there in half a second: an empty PGlite of this version. */
export const seedFile: string = join(folder, "empty.tar.gz");

/** Makes the seed if there is none of this version of PGlite. */
export default async function setup(): Promise<void> {
  const stamp = join(folder, "empty.stamp");
  const version = hashOf(await readFile(createRequire(import.meta.url).resolve("@electric-sql/pglite")));
  if (existsSync(seedFile) && existsSync(stamp) && (await readFile(stamp, "utf8")) === version) return;
  await mkdir(dirname(seedFile), { recursive: true });
  const pglite = await PGlite.create();
  const seed = await pglite.dumpDataDir("gzip");
  const part = `${seedFile}.${process.pid}`;
  await writeFile(part, new Uint8Array(await seed.arrayBuffer()));
  await rename(part, seedFile);
  await writeFile(stamp, version);
  await pglite.close();
}
