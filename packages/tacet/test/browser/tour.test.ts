import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { examplesIn } from "../package/packed.ts";
import { sampleCount } from "../samples.ts";
import { installed, PATIENCE, useBrowser, visit } from "./pages.ts";

useBrowser();

const examples = examplesIn(await readFile(join(installed, "README.md"), "utf8"));
const tour = examples[0]!;

/** Around an example: prints as Node does (Playwright knows no bigints), and says that it is at its end. */
const prologue = `const console = {
  error() {},
  log: (...values) => {
    const words = values.map((value) => (typeof value === "bigint" ? value + "n" : String(value)));
    globalThis.console.log(words.join(" "));
  },
};`;
const end = "the example is at its end";

const exampleHtml = `<!doctype html>
  <title>Example</title>
  <link rel="icon" href="data:,">
  <script type="importmap">
    { "imports": { "tacet": "/tacet/dist/index.js", "tacet/clear": "/tacet/dist/clear.js" } }
  </script>
  <script type="module" src="/example.js"></script>`;

describe("the examples of the README in a page with no bundler", () => {
  test("there are some", () => {
    expect(examples.length).toBeGreaterThan(2);
    for (const { prints } of examples) expect(prints).not.toEqual([]);
  });

  test.each(examples.slice(0, sampleCount(1, examples.length)))(
    "isolated, example %$",
    async ({ code, prints }) => {
      expect(await printed(exampleHtml, code, true)).toEqual(prints);
    },
  );

  test("not isolated", async () => {
    expect(await printed(exampleHtml, tour.code, false)).toEqual(tour.prints);
  });
});

describe("the documentation of browsers", async () => {
  const document = await readFile(new URL("../../../../docs/browsers.md", import.meta.url), "utf8");
  const scripts = examplesIn(document);

  test("has examples that print something", () => {
    expect(scripts.length).toBeGreaterThan(2);
    for (const { prints } of scripts) expect(prints).not.toEqual([]);
  });

  test.each(scripts)("example %$", async ({ code, prints }) => {
    expect(await printed(exampleHtml, code, true)).toEqual(prints);
  });

  test("has a page that computes", async () => {
    const html = /```html\n([\s\S]*?)```/.exec(document)![1]!;
    const folders = { "/node_modules/tacet": installed };
    await using site = await visit({
      isolated: false,
      folders,
      files: [["/page.html", html]],
      path: "/page.html",
    });
    await expect.poll(() => site.page.title(), { timeout: PATIENCE }).toBe("42");
  });
});

describe("the quick tour in a module worker", () => {
  const workerHtml = `<!doctype html>
    <title>Worker</title>
    <link rel="icon" href="data:,">
    <script type="module">
      const worker = new Worker("/example.js", { type: "module" });
      worker.onerror = (event) => reportError(event.message);
    </script>`;
  const code = tour.code.replace('"tacet"', '"/tacet/dist/index.js"'); // workers have no import maps

  test.each([true, false])("isolated: %s", async (isolated) => {
    expect(await printed(workerHtml, code, isolated)).toEqual(tour.prints);
  });
});

describe.each(["page", "worker"])("an engine in a %s", (where) => {
  const info = async () => {
    const key = await tacet.ServerKey.from(await tacet.ClientKey.generate());
    const engine = await tacet.Engine.create(key);
    const { threads, sharedMemory } = engine.info;
    engine.dispose();
    return { threads, sharedMemory, processors: navigator.hardwareConcurrency };
  };
  const script = `import * as tacet from "/tacet/dist/index.js";
    postMessage(await (${info})());`;

  /** What the function gives in the page, or in a worker of its. */
  const infoIn = (page: Page) =>
    where === "page"
      ? page.evaluate(info)
      : page.evaluate<ReturnType<typeof info>>(`new Promise((resolve, reject) => {
          const worker = new Worker("/info.js", { type: "module" });
          worker.onmessage = (event) => resolve(event.data);
          worker.onerror = (event) => reject(new Error(event.message));
        })`);

  test("takes all processors where the page is isolated", async () => {
    await using site = await visit({ isolated: true, files: [["/info.js", script]] });
    const { threads, sharedMemory, processors } = await infoIn(site.page);
    expect(threads).toBe(processors);
    expect(sharedMemory).toBe(true);
  });

  test("has one thread where it is not", async () => {
    await using site = await visit({ isolated: false, files: [["/info.js", script]] });
    expect(await infoIn(site.page)).toMatchObject({ threads: 1, sharedMemory: false });
  });
});

/** What an example prints in a page. */
async function printed(html: string, code: string, isolated: boolean): Promise<string[]> {
  const files = [
    ["/example.html", html],
    ["/example.js", `${prologue}\n${code}\nconsole.log(${JSON.stringify(end)});`],
  ] as const;
  await using site = await visit({ isolated, files, path: "/blank.html" });
  const lines: string[] = [];
  await new Promise<void>((resolve, reject) => {
    site.page.on("pageerror", reject);
    site.page.on("console", (message) => {
      if (message.text() === end) resolve();
      else lines.push(message.text());
    });
    site.page.goto(`${site.server.origin}/example.html`).catch(reject);
  });
  return lines;
}
