/**
 * `npm run playground`: builds the page and serves it on this machine until it is interrupted. `--port 8080` chooses the
 * port, 5173 unless given.
 */
import { parseArgs } from "node:util";
import { buildPage } from "./build.ts";
import { serve } from "./server.ts";

const { values } = parseArgs({ options: { port: { type: "string", default: "5173" } } });
const port = Number(values.port);
if (!Number.isInteger(port) || port < 0 || port > 65_535) {
  console.error(`--port takes a number from 0 to 65535, not "${values.port}".`);
  process.exit(2);
}

console.error("Building the page…");
const folder = await buildPage();
try {
  const { url } = await serve(folder, { port });
  console.log(`The playground is at ${url} (Ctrl+C ends it).`);
} catch (error) {
  if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
  console.error(`Port ${port} is taken; choose another one with --port.`);
  process.exit(1);
}
