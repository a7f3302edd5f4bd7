import { existsSync, globSync, statSync, utimesSync } from "node:fs";
import { dirname, join } from "node:path";
import { build } from "vite";

const playground = dirname(import.meta.dirname);
const outDir = join(playground, "dist");
const page = join(outDir, "index.html");

/** All that the page is made of. */
const SOURCES = [
  "src/**/*.*",
  "public/*",
  "index.html",
  "vite.config.ts",
  "tsconfig.json",
  "../../tsconfig.json",
  "../tacet/dist/*",
  "../../package-lock.json",
];

/** Builds the page, unless it is newer than its sources. @returns the folder that it is in. */
export async function buildPage(): Promise<string> {
  if (!isFresh()) {
    const begin = new Date();
    await build({ configFile: join(playground, "vite.config.ts"), logLevel: "error", build: { outDir } });
    utimesSync(page, begin, begin); // what is saved while it is built is newer
  }
  return outDir;
}

function isFresh(): boolean {
  if (!existsSync(page)) return false;
  const built = statSync(page).mtimeMs;
  return globSync(SOURCES, { cwd: playground }).every(
    (file) => statSync(join(playground, file)).mtimeMs < built,
  );
}
