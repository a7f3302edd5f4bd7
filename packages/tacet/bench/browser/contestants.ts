import { execFile } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Browser, Page } from "playwright-core";
import { build } from "tsdown";
import { type Chromium, launchChromium } from "../../../../scripts/browser/chromium.ts";
import { type Server, serve } from "../../../../scripts/browser/serve.ts";
import { buildPage } from "../../../playground/scripts/build.ts";
import { serve as servePlayground } from "../../../playground/scripts/server.ts";
import library from "../../package.json" with { type: "json" };
import type { Contestant } from "../peers/driver/compare.ts";
import type { Implementation, Request } from "../peers/driver/protocol.ts";
import { Runner } from "../peers/driver/runner.ts";
import { OPENING, PLAYGROUND } from "./lines.ts";
import type { Opening } from "./opening.ts";
import type { MeasuringPage } from "./page.ts";

const here = fileURLToPath(new URL(".", import.meta.url));
const folder = join(here, "dist");

/** Writes what contestants run into `dist`: the same sources, minified, for pages and for Node.js. */
export async function bundle(): Promise<void> {
  const shared = {
    config: false,
    cwd: here,
    outDir: folder,
    format: "esm",
    target: "es2022",
    fixedExtension: false,
    dts: false,
    minify: true,
    logLevel: "warn",
  } as const;
  for (const entry of ["page.ts", "opening-page.ts"]) {
    await build({ ...shared, entry, platform: "browser", clean: false });
  }
  const entry = { runner: "../peers/tacet/runner.ts", opening: "opening-process.ts" };
  await build({ ...shared, entry, outDir: join(folder, "node"), platform: "node" });
}

/** Tacet in Node.js, which leaves V8 as it is, as browsers do. */
export class NodeContestant implements Contestant {
  readonly implementation: Implementation = {
    name: "Node.js",
    version: process.versions.node,
    platform: "native",
  };
  readonly #runner: Runner;
  readonly #threads: number;

  static async start(threads: number): Promise<NodeContestant> {
    const runner = await Runner.start({
      command: [process.execPath, join(folder, "node/runner.js"), String(threads)],
      folder,
      environment: flagsOff,
    });
    return new NodeContestant(runner, threads);
  }

  private constructor(runner: Runner, threads: number) {
    this.#runner = runner;
    this.#threads = threads;
  }

  async ask(request: Request): Promise<number | null> {
    if (request.on !== OPENING) return this.#runner.ask(request);
    const args = [join(folder, "node/opening.js"), String(this.#threads)];
    const env = { ...process.env, ...flagsOff };
    const { stdout } = await promisify(execFile)(process.execPath, args, { env });
    return measured(JSON.parse(stdout), request);
  }

  async stop(): Promise<void> {
    this.#runner.stop();
  }
}

const flagsOff = { TACET_V8_FLAGS: "off" };

/** Tacet in a page, which is cross-origin isolated or not. */
export class PageContestant implements Contestant {
  readonly implementation: Implementation;
  readonly #browser: Browser;
  readonly #server: Server;
  readonly #threads: number;
  readonly #isolated: boolean;
  readonly #page: Page;

  static async start(threads: number, isolated: boolean): Promise<PageContestant> {
    const chromium = await launchChromium();
    const document = (script: string): string =>
      `<!doctype html><title>Tacet</title><script type="module" src="/${script}"></script>`;
    const files = new Map([
      ["/measure.html", document("page.js")],
      ["/opening.html", document("opening-page.js")],
    ]);
    const server = await serve({ folders: { "/": folder }, files, isolated });
    const page = await chromium.browser.newPage();
    await page.goto(`${server.origin}/measure.html`);
    return new PageContestant(chromium, server, page, threads, isolated);
  }

  private constructor({ browser }: Chromium, server: Server, page: Page, threads: number, isolated: boolean) {
    const platform = `Chromium ${browser.version()}`;
    const { version } = library;
    this.implementation = {
      name: "Tacet",
      version,
      platform: isolated ? platform : `not isolated ${platform}`,
    };
    this.#browser = browser;
    this.#server = server;
    this.#page = page;
    this.#threads = threads;
    this.#isolated = isolated;
  }

  async ask(request: Request): Promise<number | null> {
    if (request.on === OPENING) return this.#open(request);
    if (request.on === PLAYGROUND) return this.#isolated ? this.#play() : null;
    return this.#page.evaluate(
      ([threads, request]) => (globalThis as unknown as MeasuringPage).measure(threads, request),
      [this.#threads, request] as const,
    );
  }

  async stop(): Promise<void> {
    await this.#browser.close();
    await this.#server.close();
  }

  async #open(request: Request): Promise<number> {
    return this.#inNewPage(async (page) => {
      await page.goto(`${this.#server.origin}/opening.html?threads=${this.#threads}`);
      const result = await page.evaluate(
        () => (globalThis as unknown as { opening: Promise<Opening> }).opening,
      );
      return measured(result, request);
    });
  }

  async #play(): Promise<number> {
    await using server = await servePlayground(await buildPage(), { port: 0 });
    return await this.#inNewPage(async (page) => {
      await page.goto(server.url, { waitUntil: "commit" });
      await page.getByRole("button", { name: "Run encrypted" }).click();
      await page.getByRole("heading", { name: /^Results/ }).waitFor();
      return 1e6 * (await page.evaluate(() => performance.now()));
    });
  }

  /** Does something in a page with nothing in any cache. */
  async #inNewPage(use: (page: Page) => Promise<number>): Promise<number> {
    const context = await this.#browser.newContext({ viewport: { width: 1440, height: 900 } });
    try {
      return await use(await context.newPage());
    } finally {
      await context.close();
    }
  }
}

/** What was asked for of an opening, in nanoseconds. */
function measured({ firstResult, longestTurn }: Opening, { operation }: Request): number {
  return 1e6 * (operation === "first result" ? firstResult : longestTurn);
}
