/**
 * A headless Chromium for tests and benchmarks: the one that the environment variable TACET_CHROMIUM names, else one
 * that the machine has, else the one that the npm package @sparticuz/chromium carries (Linux on x64).
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Browser, chromium, type LaunchOptions } from "playwright-core";

export interface Chromium {
  readonly browser: Browser;
  /** Its version, and where it comes from: to be printed with results. */
  readonly description: string;
}

/** A program to start, and what it needs on this machine. */
interface Program {
  readonly path: string;
  readonly origin: string;
  readonly args: string[];
  readonly env: Record<string, string>;
}

/**
 * Starts a Chromium. Its `browser` is to be closed by the caller.
 *
 * @throws Error if there is none for this machine.
 */
export async function launchChromium(options: LaunchOptions = {}): Promise<Chromium> {
  const program = named() ?? installed() ?? carried();
  const browser = await chromium.launch({
    ...options,
    executablePath: program.path,
    args: [...program.args, ...(options.args ?? [])],
    env: { ...process.env, ...program.env, ...options.env },
  });
  return { browser, description: `Chromium ${browser.version()} (${program.origin})` };
}

function named(): Program | undefined {
  const path = process.env.TACET_CHROMIUM;
  if (!path) return undefined;
  return { path, origin: `TACET_CHROMIUM=${path}`, args: [], env: {} };
}

function installed(): Program | undefined {
  const path = usualPlaces().find((path) => existsSync(path) && starts(path));
  return path === undefined ? undefined : { path, origin: path, args: [], env: {} };
}

/** Where browsers of the family are found, by the customs of the system. */
function usualPlaces(): string[] {
  const { env } = process;
  if (process.platform === "win32") {
    const folders = [env.PROGRAMFILES, env["PROGRAMFILES(X86)"], env.LOCALAPPDATA];
    const browsers = ["Google/Chrome/Application/chrome.exe", "Microsoft/Edge/Application/msedge.exe"];
    return browsers.flatMap((browser) => folders.flatMap((folder) => (folder ? join(folder, browser) : [])));
  }
  const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
  const folders = (env.PATH ?? "").split(delimiter);
  return [
    ...names.flatMap((name) => folders.map((folder) => join(folder, name))),
    ...["Google Chrome", "Chromium"].map((name) => `/Applications/${name}.app/Contents/MacOS/${name}`),
  ];
}

function carried(): Program {
  if (process.platform !== "linux" || process.arch !== "x64") {
    throw new Error(
      "no Chromium was found: install Chrome, or set the environment variable TACET_CHROMIUM to a browser's executable",
    );
  }
  const folder = unpacked();
  const path = join(folder, "chromium");
  const env: Record<string, string> = existsSync("/etc/fonts")
    ? {}
    : { FONTCONFIG_PATH: join(folder, "fonts") };
  if (!starts(path)) env.LD_LIBRARY_PATH = join(folder, "al2023", "lib"); // the machine lacks libnss3 or the like
  return { path, origin: "@sparticuz/chromium", args: ["--no-zygote", "--disable-gpu"], env };
}

/** Whether a program runs at all: a library that it needs may be missing, or it is a stub that wants to be installed. */
function starts(path: string): boolean {
  if (process.platform === "win32") return true; // there, Chrome answers the question with a window
  return spawnSync(path, ["--version"], { stdio: "ignore" }).status === 0;
}

/** In the repository: nobody else on the machine can put a program there to be run. */
const CACHE = fileURLToPath(new URL("../../node_modules/.cache/tacet-chromium/", import.meta.url));

/**
 * The folder into which the package's files are unpacked, once for each version. Several processes may want to at
 * once: each unpacks into a folder of its own, and the first to finish gives its folder the name that counts.
 */
function unpacked(): string {
  const entry = import.meta.resolve("@sparticuz/chromium");
  const { version } = JSON.parse(readFileSync(new URL("../package.json", entry), "utf8"));
  const folder = join(CACHE, version);
  if (existsSync(folder)) return folder;

  // The package unpacks into the temporary directory, whichever that is: so a process with another one.
  mkdirSync(CACHE, { recursive: true });
  const fresh = mkdtempSync(`${folder}-`);
  const archives = ["chromium.br", "fonts.tar.br", "swiftshader.tar.br", "al2023.tar.br"];
  const paths = archives.map((name) => fileURLToPath(new URL(`../bin/${name}`, entry)));
  const program = `import { inflate } from ${JSON.stringify(entry)};
    for (const path of ${JSON.stringify(paths)}) await inflate(path);`;
  const { status, stderr } = spawnSync(process.execPath, ["--input-type=module", "--eval", program], {
    env: { ...process.env, TMPDIR: fresh },
    encoding: "utf8",
  });
  if (status !== 0) {
    rmSync(fresh, { recursive: true, force: true });
    throw new Error(`@sparticuz/chromium could not be unpacked\n${stderr}`);
  }
  try {
    renameSync(fresh, folder);
  } catch (error) {
    rmSync(fresh, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
  return folder;
}
