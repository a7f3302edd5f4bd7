/** The page for everybody: with a keyboard, a screen reader, on a phone, in light and dark. */
import { createRequire } from "node:module";
import type axe from "axe-core";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { allMatch, Playground, results, run } from "./playground.ts";

const AXE = createRequire(import.meta.url).resolve("axe-core");
const WIDE = { width: 1440, height: 900 };
const PHONE = { width: 360, height: 740 };

let playground: Playground;
beforeAll(async () => {
  playground = await Playground.start();
});
afterAll(() => playground[Symbol.asyncDispose]());

/** What axe finds wrong, in a line each. */
async function violations(page: Page): Promise<string[]> {
  if (await page.evaluate(() => !("axe" in globalThis))) await page.evaluate(await source());
  const { violations } = await page.evaluate(() =>
    (globalThis as unknown as { axe: typeof axe }).axe.run({ resultTypes: ["violations"] }),
  );
  return violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(" ")).join(", ")}`,
  );
}

async function source(): Promise<string> {
  const { readFile } = await import("node:fs/promises");
  return readFile(AXE, "utf8");
}

test.each(["light", "dark"] as const)(
  "axe finds nothing wrong in %s, wide and on a phone",
  async (colorScheme) => {
    await using opened = await playground.open({ colorScheme, bypassCSP: true });
    const { page } = opened;
    await page.locator(".editor .cm-content").waitFor();
    await run(page);
    await page.getByText("What encryption does not hide").click();
    await page.getByRole("button", { name: /^Encrypt .* twice$/ }).click();
    await page.getByLabel("Value of", { exact: false }).first().fill("?");
    for (const size of [WIDE, PHONE]) {
      await page.setViewportSize(size);
      expect(await violations(page)).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(size.width);
    }
  },
);

test("the keyboard is enough", async () => {
  await using opened = await playground.open({ reducedMotion: "reduce" });
  const { page } = opened;
  await page.locator(".editor .cm-content").waitFor();
  const focused = (): Promise<string> =>
    page.evaluate(() => {
      const element = document.activeElement;
      return element?.getAttribute("aria-label") ?? element?.textContent ?? "";
    });
  const tabTo = async (wanted: RegExp): Promise<void> => {
    for (let i = 0; i < 60; i++) {
      await page.keyboard.press("Tab");
      if (wanted.test(await focused())) return;
    }
    throw new Error(`${wanted} cannot be reached with the Tab key`);
  };
  await tabTo(/^Value of/);
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.type("7");
  await tabTo(/^Program/);
  await page.keyboard.press("Escape"); // within the editor, Tab would be for indentation
  await tabTo(/^Run encrypted$/);
  await page.keyboard.press("Enter");
  await allResults(page);
  expect(Object.keys(await results(page)).length).toBeGreaterThan(0);
  expect(await page.getByRole("status").innerText()).toMatch(/^Decrypted: /);
});

async function allResults(page: Page): Promise<void> {
  await page.getByRole("heading", { name: /^Results/ }).waitFor();
  await allMatch(page);
}

test("without JavaScript the page says what it needs", async () => {
  await using opened = await playground.open({ javaScriptEnabled: false });
  expect(await opened.page.locator("body").innerText()).toContain("it needs JavaScript");
});
