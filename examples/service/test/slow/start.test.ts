/** The one command starts the service and the page, and a client in Node.js finds the service. */
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { rm } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { environment } from "../../../../packages/server/test/package/packed.ts";
import { newState } from "../service.ts";

const example = fileURLToPath(new URL("../..", import.meta.url));

async function freePort(): Promise<string> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return String(port);
}

test("it starts, computes and ends", async () => {
  const data = await newState();
  const [service, page] = [await freePort(), await freePort()];
  const args = ["start.ts", "--service-port", service, "--page-port", page, "--data", data];
  const options = { cwd: example, env: environment() as NodeJS.ProcessEnv };
  const child = spawn(process.execPath, args, { ...options, stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(child, "close");
  try {
    let printed = "";
    child.stdout.on("data", (text) => {
      printed += text;
    });
    await expect.poll(() => child.exitCode !== null || printed.includes("The page is at")).toBe(true);
    expect(printed).toContain(`The service is at http://127.0.0.1:${service}`);
    const html = await (await fetch(`http://127.0.0.1:${page}/`)).text();
    const script = /src="\.(\/assets\/[^"]+\.js)"/.exec(html)![1]!;
    const code = await (await fetch(`http://127.0.0.1:${page}${script}`)).text();
    expect(code).toContain(`http://127.0.0.1:${service}`);
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ["client.ts", `http://127.0.0.1:${service}`],
      options,
    );
    expect(stdout).toBe("12300\ntrue\n");
    child.kill("SIGTERM");
    expect(await ended).toEqual([0, null]);
  } finally {
    child.kill("SIGTERM");
    await ended;
    await rm(data, { recursive: true, force: true });
  }
});
