import { existsSync, globSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { build } from "vite";

const playground = dirname(import.meta.dirname);
const outDir = join(playground, "dist");

/** All that the page is made of. */
const SOURCES = [
  "src/**/*.*",
  "public/*",
  "index.html",
  "vite.config.ts",
  "../tacet/dist/*",
  "../../package-lock.json",
];

/** Builds the page, unless it is newer than its sources. @returns the folder that it is in. */
export async function buildPage(): Promise<string> {
  if (!isFresh()) {
    await build({ configFile: join(playground, "vite.config.ts"), logLevel: "error", build: { outDir } });
  }
  return outDir;
}

function isFresh(): boolean {
  const page = join(outDir, "index.html");
  if (!existsSync(page)) return false;
  const built = statSync(page).mtimeMs;
  return globSync(SOURCES, { cwd: playground }).every(
    (file) => statSync(join(playground, file)).mtimeMs < built,
  );
}
