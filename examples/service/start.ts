/**
 * `npm start`: starts the service with the programs in src/programs.ts, builds the page and serves it, all on this machine
 * alone, until it is interrupted. `--service-port` and `--page-port` choose the ports, 8100 and 5174 unless given.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { build, preview } from "vite";

const folder = import.meta.dirname;
const { values } = parseArgs({
  options: {
    "service-port": { type: "string", default: "8100" },
    "page-port": { type: "string", default: "5174" },
  },
});
const pagePort = Number(values["page-port"]);

// As `npx tacet-server ./src/programs.ts …` does.
const manifest = new URL(import.meta.resolve("tacet-server/package.json"));
const { bin } = JSON.parse(readFileSync(manifest, "utf8")) as { bin: Record<string, string> };
const command = fileURLToPath(new URL(bin["tacet-server"]!, manifest));
const origins = ["127.0.0.1", "localhost"].map((host) => `http://${host}:${pagePort}`);
const settings = {
  "--data": join(folder, "data"),
  "--port": values["service-port"],
  "--origins": origins.join(","),
  "--log-level": "warn",
};
const service = spawn(
  process.execPath,
  [command, join(folder, "src/programs.ts"), ...Object.entries(settings).flat()],
  { stdio: ["ignore", "pipe", "inherit"] },
);
service.on("exit", (code) => process.exit(code ?? 1));
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => {
    // A terminal sends its interrupt to the service as well, and a second one ends it at once.
    if (signal !== "SIGINT" || !process.stdin.isTTY) service.kill("SIGTERM");
  });
}

const lines = createInterface(service.stdout);
const [answer] = (await once(lines, "line")) as [string];
lines.on("line", (line) => console.log(line));
const url = /answers at (\S+)/.exec(answer)![1]!;
process.env.VITE_SERVICE = url;
await build({ root: folder, logLevel: "warn" });
try {
  await preview({
    root: folder,
    logLevel: "warn",
    preview: { host: "127.0.0.1", port: pagePort, strictPort: true },
  });
} catch (error) {
  console.error(`The page cannot be served: ${(error as Error).message}`);
  service.kill("SIGTERM");
}
console.log(`The service is at ${url} (its interface: ${url}/docs).`);
console.log(`The page is at http://127.0.0.1:${pagePort}/ (Ctrl+C ends both).`);
