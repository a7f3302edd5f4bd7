import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Chromium, launchChromium } from "../../../../scripts/browser/chromium.ts";
import { pack, userEnvironment, userRun } from "../package/packed.ts";

const minute = 60_000;
const env = { NEXT_TELEMETRY_DISABLED: "1" };

let folder: string;
let server: ChildProcess | undefined;
let origin: string;
let chromium: Chromium | undefined;

// A project of Next.js with the packed tarball, built and started for production.
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tacet-next-"));
  await cp(fileURLToPath(new URL("next", import.meta.url)), folder, { recursive: true });
  await userRun(folder, "npm", ["ci", "--no-audit", "--no-fund"], { timeout: 5 * minute });
  const { filename } = await pack(folder);
  await userRun(folder, "npm", ["install", `./${filename}`, "--no-save", "--offline"]);

  const { stdout, stderr } = await userRun(folder, "npm", ["run", "build"], { env, timeout: 5 * minute });
  console.log(stdout);
  expect(stdout + stderr).not.toMatch(/warn(ing)?\b.*tacet|tacet.*warn(ing)?\b/i);
  ({ server, origin } = await start());
  chromium = await launchChromium();
}, 12 * minute);

afterAll(async () => {
  await chromium?.browser.close();
  if (server?.kill()) await once(server, "exit");
  await rm(folder, { recursive: true, force: true });
});

describe("an application of Next.js", () => {
  test.each([
    { path: "/isolated", headers: "with the two headers", inThePage: "42 on 2 threads" },
    { path: "/alone", headers: "without headers", inThePage: "42 on 1 threads" },
  ])("computes in server and client components, $headers", async ({ path, inThePage }) => {
    const page = await chromium!.browser.newPage();
    const errors: Error[] = [];
    page.on("pageerror", (error) => errors.push(error));
    await page.goto(origin + path);
    expect(await page.textContent("#on-the-server")).toBe("23 on 2 threads");
    await expect.poll(() => page.textContent("#in-the-page"), { timeout: minute }).not.toBe("…");
    expect(await page.textContent("#in-the-page")).toBe(inThePage);
    expect(errors).toEqual([]);
    await page.close();
  });

  test("computes in route handlers", async () => {
    const response = await fetch(`${origin}/sum`);
    expect(await response.text()).toBe("150 on 2 threads");
  });
});

/** Starts the built application on a free port, and waits until it listens. */
async function start(): Promise<{ server: ChildProcess; origin: string }> {
  const args = [join("node_modules", "next", "dist", "bin", "next"), "start"];
  const server = spawn("node", [...args, "--hostname", "127.0.0.1", "--port", "0"], {
    cwd: folder,
    env: userEnvironment(env),
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  for await (const line of createInterface({ input: server.stdout })) {
    output += `${line}\n`;
    const origin = /http:\/\/127\.0\.0\.1:\d+/.exec(line)?.[0];
    if (origin === undefined) continue;
    server.stdout.resume(); // what it says later must not fill the pipe
    return { server, origin };
  }
  throw new Error(`next start ended without listening\n${output}`);
}
