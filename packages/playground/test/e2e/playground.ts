/** What tests of the page have in common. */

import type { Browser, BrowserContextOptions, Download, Locator, Page } from "playwright-core";
import { expect } from "vitest";
import { launchChromium } from "../../../../scripts/browser/chromium.ts";
import { buildPage } from "../../scripts/build.ts";
import { type Server, serve } from "../../scripts/server.ts";

/** How long anything on the page may take, in milliseconds: many times what it takes, as machines may be busy. */
export const PATIENCE = 60_000;

/** The built page on a server, and a browser. */
export class Playground implements AsyncDisposable {
  readonly #server: Server;
  readonly #browser: Browser;

  private constructor(server: Server, browser: Browser) {
    this.#server = server;
    this.#browser = browser;
  }

  static async start({ isolated = true } = {}): Promise<Playground> {
    const server = await serve(await buildPage(), { port: 0, isolated });
    const { browser } = await launchChromium();
    return new Playground(server, browser);
  }

  /**
   * The page in a window of its own. Errors on it that the test does not expect, and requests for anything elsewhere,
   * fail the test at the end.
   */
  async open(
    options: BrowserContextOptions = {},
    prepare: (page: Page) => Promise<void> = async () => {},
  ): Promise<OpenPage> {
    const context = await this.#browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE);
    const troubles: string[] = [];
    const expected: RegExp[] = [];
    page.on("pageerror", (error) => troubles.push(error.message));
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) troubles.push(message.text());
    });
    page.on("request", (request) => {
      const { origin, protocol } = new URL(request.url());
      if (protocol !== "blob:" && `${origin}/` !== this.#server.url)
        troubles.push(`request to ${request.url()}`);
    });
    await prepare(page);
    await page.goto(this.#server.url);
    return {
      page,
      expected,
      [Symbol.asyncDispose]: async () => {
        await context.close();
        expect(troubles.filter((text) => !expected.some((pattern) => pattern.test(text)))).toEqual([]);
      },
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#browser.close();
    await this.#server[Symbol.asyncDispose]();
  }
}

export interface OpenPage extends AsyncDisposable {
  readonly page: Page;
  /** Errors that are no trouble; the test adds to them. */
  readonly expected: RegExp[];
}

export const runButton = (page: Page): Locator => page.getByRole("button", { name: "Run encrypted" });

/** The server's part of the page. */
export const serverPart = (page: Page): Locator => page.getByRole("region", { name: "Server", exact: true });

/** Adds an input, and waits until its name has the focus, which else could come while something is typed elsewhere. */
export async function addInput(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Add an input" }).click();
  await expect.poll(() => focused(page), { timeout: PATIENCE }).toBe("Name");
}

/** Runs what is on the page, and waits for the results to be there and checked. */
export async function run(page: Page): Promise<void> {
  await runButton(page).click();
  await finished(page);
}

/** Chooses the example that takes least, runs it, and waits until its results are there and right. */
export async function works(page: Page): Promise<void> {
  await page.getByRole("button", { name: "A private vote" }).click();
  await run(page);
  await allMatch(page);
}

/** Waits until results are there. */
export async function finished(page: Page): Promise<void> {
  try {
    await page.getByRole("heading", { name: /^Results/ }).waitFor({ timeout: 2 * PATIENCE });
  } catch (cause) {
    throw new Error(`no results; the page says:\n${await page.locator("body").innerText()}`, { cause });
  }
}

/** The results by name, as the page shows them, without the spaces between digits. */
export async function results(page: Page): Promise<Record<string, string>> {
  const rows = await page
    .locator(".result")
    .evaluateAll((rows) =>
      rows.map((row) => [row.querySelector("dt")!.textContent, row.querySelector("strong")!.textContent]),
    );
  return Object.fromEntries(rows.map(([name, value]) => [name!, value!.replaceAll("\u202f", "")]));
}

/** Waits until the clear check has agreed with every result. */
export async function allMatch(page: Page): Promise<void> {
  const count = await page.locator(".result").count();
  await expect.poll(() => page.locator(".result .match").count(), { timeout: PATIENCE }).toBe(count);
}

/** Resolves once something has been in the page, however short: on a busy machine it may be gone before one looks. */
export function appears(page: Page, selector: string): Promise<void> {
  return page.evaluate(
    (selector) =>
      new Promise<void>((resolve) => {
        const observer = new MutationObserver(() => {
          if (document.querySelector(selector) === null) return;
          observer.disconnect();
          resolve();
        });
        observer.observe(document, { childList: true, subtree: true });
      }),
    selector,
  );
}

/** The name or the text of what has the focus. */
export async function focused(page: Page): Promise<string> {
  return page.evaluate(() => {
    const element = document.activeElement;
    return element?.getAttribute("aria-label") ?? element?.textContent ?? "";
  });
}

/** Pastes a program in place of the one that is there. */
export async function writeProgram(page: Page, text: string): Promise<void> {
  await page.locator(".editor .cm-content").evaluate((editor, text) => {
    getSelection()!.selectAllChildren(editor);
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", text);
    editor.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
  }, text);
  await expect
    .poll(() => page.locator(".editor .cm-line").allInnerTexts(), { timeout: PATIENCE })
    .toEqual(text.split("\n"));
}

/** The file that a click has the browser save. */
export async function saved(page: Page, click: () => Promise<void>): Promise<Uint8Array> {
  const [download] = await Promise.all([page.waitForEvent("download"), click()]);
  return contentOf(download);
}

async function contentOf(download: Download): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer);
  return new Uint8Array(Buffer.concat(chunks));
}

/** Chooses a file where the button asks for one. */
export async function load(page: Page, button: string, name: string, bytes: Uint8Array): Promise<void> {
  const [chooser] = await Promise.all([
    page.waitForEvent("filechooser"),
    page.getByRole("button", { name: button, exact: true }).click(),
  ]);
  await chooser.setFiles({ name, mimeType: "application/octet-stream", buffer: Buffer.from(bytes) });
}
