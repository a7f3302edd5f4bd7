/** The service and the page, as `npm start` has them, for tests. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { build } from "vite";
import { seedFile } from "../../../packages/server/test/setup.ts";

const example = fileURLToPath(new URL("..", import.meta.url));
const command = fileURLToPath(import.meta.resolve("tacet-server/package.json")).replace(
  /package\.json$/,
  "dist/command/main.js",
);

/** A process of the service. */
export interface RunningService {
  readonly url: string;
  /** Ends it as a crash does. */
  kill(): Promise<void>;
}

/** An empty folder for the service to keep its state in; the database in it is there already, as that takes a while. */
export async function newState(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "tacet-example-"));
  const data = join(folder, "database/data");
  await mkdir(data, { recursive: true, mode: 0o700 });
  if (existsSync(seedFile)) execFileSync("tar", ["-xzf", seedFile, "-C", data], { stdio: "pipe" });
  return folder;
}

/** Starts the service with the programs of the example, for pages of one origin. */
export async function startService(folder: string, origin: string, port = 0): Promise<RunningService> {
  const settings = {
    "--data": folder,
    "--port": String(port),
    "--origins": origin,
    "--log-level": "error",
  };
  const child: ChildProcess = spawn(
    process.execPath,
    [command, join(example, "src/programs.ts"), ...Object.entries(settings).flat()],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  const exited = once(child, "exit");
  const [line] = (await Promise.race([
    once(createInterface(child.stdout!), "line"),
    exited.then(() => {
      throw new Error("the service ended before it was ready");
    }),
  ])) as [string];
  return {
    url: /answers at (\S+)/.exec(line)![1]!,
    kill: async () => {
      child.kill("SIGKILL");
      await exited;
    },
  };
}

/** Builds the page for a service, into a folder. */
export async function buildPage(outDir: string, service: string): Promise<void> {
  process.env.NODE_ENV = "production"; // of the test runner's, React would make another page
  await build({
    root: example,
    logLevel: "error",
    define: { "import.meta.env.VITE_SERVICE": JSON.stringify(service) },
    build: { outDir, emptyOutDir: true },
  });
}
