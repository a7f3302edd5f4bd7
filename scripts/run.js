// @ts-check
/**
 * Runs one of the repository's tasks, after whatever set-up it still needs: `node scripts/run.js <task> [arguments]`.
 *
 * Dependencies are installed when they are missing or the lock file has changed, the library is built when its
 * sources have changed, and the task then runs on the Node.js that the project pins. This file itself runs before any
 * of that, on the machine's own Node.js, so it is plain JavaScript and imports nothing but Node's modules. Standard
 * output belongs to the task: what the set-up has to say goes to standard error.
 */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const windows = process.platform === "win32";
const pinnedNode = join(root, "node_modules", "node", "bin", windows ? "node.exe" : "node");

/**
 * What each task runs. Arguments from the command line follow those given here.
 *
 * @type {Record<string, { command: string[], needsBuild: boolean }>}
 */
const tasks = {
  tour: { command: ["scripts/tour.ts"], needsBuild: true },
  test: { command: ["scripts/test.ts"], needsBuild: true },
  "test:slow": { command: ["scripts/test.ts", "--project", "slow"], needsBuild: true },
  fuzz: { command: ["packages/tacet/test/fuzz/run.ts"], needsBuild: true },
  bench: { command: ["packages/tacet/bench/run.ts"], needsBuild: true },
  "bench:peers": { command: ["packages/tacet/bench/peers/run.ts"], needsBuild: true },
  "bench:timing": { command: ["packages/tacet/bench/timing.ts"], needsBuild: true },
  "bench:browser": { command: ["packages/tacet/bench/browser/run.ts"], needsBuild: true },
  "bench:service": { command: ["packages/server/bench/run.ts"], needsBuild: true },
  playground: { command: ["packages/playground/scripts/serve.ts"], needsBuild: true },
  service: { command: ["examples/service/start.ts"], needsBuild: true },
  costs: { command: ["packages/tacet/bench/costs/write.ts"], needsBuild: false },
  build: { command: ["scripts/build.ts"], needsBuild: false },
  format: { command: ["node_modules/@biomejs/biome/bin/biome", "check", "--write", "."], needsBuild: false },
};

const [name = "", ...rest] = process.argv.slice(2);
const task = Object.hasOwn(tasks, name) ? tasks[name] : undefined;
if (task === undefined) {
  console.error(`Unknown task "${name}". The tasks are: ${Object.keys(tasks).join(", ")}.`);
  process.exit(2);
}

await install();
if (task.needsBuild) {
  leaveUnlessOk(await run(pinnedNode, ["scripts/build.ts"], { stdout: process.stderr }));
}
leave(await run(pinnedNode, [...task.command, ...rest], { stdout: "inherit" }));

/** Brings `node_modules` in line with the lock file; does nothing where it already is. */
async function install() {
  const stamp = join(root, "node_modules", ".tacet-lock");
  const lock = createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex");
  if (read(stamp) === lock) return;

  console.error("Installing the dependencies…");
  // Without node_modules on the path: npm is about to replace the Node.js that lies there. The options undo what the
  // environment may say (npm --silent, NODE_ENV=production).
  const path = (process.env.PATH ?? "").split(delimiter).filter((entry) => !entry.includes("node_modules"));
  const result = await run(
    "npm",
    ["ci", "--include=dev", "--no-json", "--no-audit", "--no-fund", "--loglevel=error"],
    {
      stdout: process.stderr,
      shell: windows, // npm is a command file there, which only a shell runs
      env: { ...process.env, PATH: path.join(delimiter) },
    },
  );
  if (result.code !== 0) {
    console.error("The dependencies could not be installed: `npm ci` failed, for the reason given above.");
    leave(result);
  }
  writeFileSync(stamp, lock);
}

/** @param {string} file */
function read(file) {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

/**
 * Runs a program in the repository's root to its end, handing it the signals that arrive here meanwhile.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {{ stdout: "inherit" | NodeJS.WriteStream, shell?: boolean, env?: NodeJS.ProcessEnv }} options
 * @returns {Promise<{ code: number | null, signal: NodeJS.Signals | null }>}
 */
function run(command, args, { stdout, shell = false, env = process.env }) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, env, shell, stdio: ["inherit", stdout, "inherit"] });
    /** @param {NodeJS.Signals} signal */
    const forward = (signal) => {
      // A terminal sends its interrupt to the child as well; twice would cut the child's own clean-up short.
      if (signal !== "SIGINT" || !process.stdin.isTTY) child.kill(signal);
    };
    const signals = /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"]);
    for (const signal of signals) process.on(signal, forward);
    child.on("error", (error) => {
      console.error(`Could not start ${command}: ${error.message}`);
      resolve({ code: 127, signal: null });
    });
    child.on("close", (code, signal) => {
      for (const signal of signals) process.off(signal, forward);
      resolve({ code, signal });
    });
  });
}

/**
 * Ends this process the way the child ended.
 *
 * @param {{ code: number | null, signal: NodeJS.Signals | null }} result
 */
function leave({ code, signal }) {
  if (signal !== null) process.kill(process.pid, signal);
  process.exit(code ?? 1);
}

/** @param {{ code: number | null, signal: NodeJS.Signals | null }} result */
function leaveUnlessOk(result) {
  if (result.code !== 0) leave(result);
}
