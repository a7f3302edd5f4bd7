/**
 * `npm start`: starts the service with the programs in src/programs.ts, builds the page and serves it, all on this machine
 * alone, until it is interrupted. `--service-port` and `--page-port` choose the ports, 8100 and 5174 unless given, and
 * `--data` the folder in which the service keeps what it has.
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
    data: { type: "string", default: join(folder, "data") },
  },
});
const pagePort = Number(values["page-port"]);

// As `npx tacet-server ./src/programs.ts …` does.
const manifest = new URL(import.meta.resolve("tacet-server/package.json"));
const { bin } = JSON.parse(readFileSync(manifest, "utf8")) as { bin: Record<string, string> };
const command = fileURLToPath(new URL(bin["tacet-server"]!, manifest));
const origins = ["127.0.0.1", "localhost"].map((host) => `http://${host}:${pagePort}`);
const settings = {
  "--data": values.data,
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
const handlers = process.listeners("SIGTERM");
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
// Vite would end this process before the service has ended.
for (const one of process.listeners("SIGTERM")) if (!handlers.includes(one)) process.off("SIGTERM", one);
console.log(`The service is at ${url} (its interface: ${url}/docs).`);
console.log(`The page is at http://127.0.0.1:${pagePort}/ (Ctrl+C ends both).`);
