/** Pages in a real Chromium that have the packed library. */
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, inject } from "vitest";
import { launchChromium } from "../../../../scripts/browser/chromium.ts";
import { type Server, type Site, serve } from "../../../../scripts/browser/serve.ts";

export type Library = typeof import("../../src/index.ts");

declare global {
  /** The packed library, in the pages and in the tests' own process: what is evaluated there may run here as well. */
  var tacet: Library;
}

/** How long a page may take for anything, in milliseconds: many times what it takes, as machines may be busy. */
export const PATIENCE = 120_000;

const fixtures = fileURLToPath(new URL("page", import.meta.url));

/** The folder of the installed package. */
export const installed: string = join(inject("projectFolder"), "node_modules", "tacet");

/** A page and the server that it comes from. */
export interface Visit extends AsyncDisposable {
  readonly page: Page;
  readonly server: Server;
  /** What the server has beside the library; what the page PUTs is added. */
  readonly files: Map<string, string | Uint8Array>;
}

let browser: Browser | undefined;

/** To be called in files whose tests open pages: starts a browser for them, and loads the packed library here as well. */
export function useBrowser(): void {
  beforeAll(async () => {
    globalThis.tacet = await import(pathToFileURL(join(installed, "dist", "index.js")).href);
    const chromium = await launchChromium();
    console.log(chromium.description);
    browser = chromium.browser;
  });
  afterAll(() => browser?.close());
}

export interface VisitOptions extends Pick<Site, "isolated" | "headers" | "folders"> {
  readonly files?: Iterable<readonly [string, string | Uint8Array]>;
  /** What to open; unless given, a page that has the library as a global. */
  readonly path?: string;
}

/** Serves the library with some files and folders more, and opens a page there. */
export async function visit({ path = "/", ...site }: VisitOptions): Promise<Visit> {
  const files = new Map(site.files);
  const folders = { "/tacet": installed, "/": fixtures, ...site.folders };
  const server = await serve({ ...site, folders, files });
  const page = await openPage(server.origin + path);
  if (path === "/") await page.waitForFunction("globalThis.tacet !== undefined");
  return {
    page,
    server,
    files,
    [Symbol.asyncDispose]: async () => {
      await page.close();
      await server.close();
    },
  };
}

/** Opens a page of any server. It is to be closed by the caller. */
export async function openPage(url: string): Promise<Page> {
  const page = await browser!.newPage();
  page.setDefaultTimeout(PATIENCE);
  await page.goto(url);
  return page;
}
