/** The page for everybody: with a keyboard, a screen reader, on a phone, in light and dark. */
import { createRequire } from "node:module";
import type axe from "axe-core";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  allMatch,
  appears,
  finished,
  focused,
  PATIENCE,
  Playground,
  results,
  run,
  runButton,
  writeProgram,
} from "./playground.ts";

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
  const { page, expected } = opened;
  // Chromium's own editing gives what is typed over a selection the style of what was there, before the editor takes
  // the text and draws it anew. The policy refuses the style, which nothing is lost by.
  expected.push(
    /^Applying inline style violates .* 'style-src 'self' 'nonce-[^ ]+'\. .* The action has been blocked\.$/,
  );
  await page.locator(".editor .cm-content").waitFor();
  const tabTo = async (wanted: RegExp): Promise<void> => {
    for (let i = 0; i < 60; i++) {
      await page.keyboard.press("Tab");
      if (wanted.test(await focused(page))) return;
    }
    throw new Error(`${wanted} cannot be reached with the Tab key`);
  };
  await tabTo(/^Value of/);
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.type("50000");
  await tabTo(/^Program/);
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.type("alice.sub(bob)");
  await tabTo(/^Run encrypted$/);
  await page.keyboard.press("Enter");
  await finished(page);
  await allMatch(page);
  expect(await results(page)).toEqual({ result: "1250" });
});

test("what happens is said, also when it is the same again", async () => {
  await using opened = await playground.open();
  const { page } = opened;
  await page.getByRole("status").evaluate((status) => {
    const said: string[] = [];
    Object.assign(globalThis, { said });
    const hear = (): void => void said.push(status.textContent);
    new MutationObserver(hear).observe(status, { subtree: true, childList: true, characterData: true });
  });
  const said = async (): Promise<string> =>
    page.evaluate(() => (globalThis as unknown as { said: string[] }).said.join("\n"));
  for (const times of [1, 2]) {
    await run(page);
    await expect
      .poll(async () => (await said()).match(/Decrypted: /g)?.length, { timeout: PATIENCE })
      .toBe(times);
    await expect
      .poll(async () => (await said()).match(/All match the clear/g)?.length, { timeout: PATIENCE })
      .toBe(times);
  }
});

test("the focus stays where the visitor is", async () => {
  await using opened = await playground.open();
  const { page } = opened;
  await page.getByRole("textbox", { name: "Program" }).click();
  await page.keyboard.press("ControlOrMeta+End");
  await page.keyboard.type("// one");
  await page.locator(".editor .cm-content").waitFor();
  expect(await focused(page)).toBe("Program");
  await page.keyboard.type(" two");
  expect(await page.locator(".editor .cm-line").last().innerText()).toMatch(/\/\/ one two$/);

  const [first] = await page.getByLabel("Name", { exact: true }).all();
  await writeProgram(page, `while (true);\nreturn ${await first!.inputValue()};`);
  await runButton(page).click();
  await page.getByRole("button", { name: "Cancel" }).click();
  expect(await focused(page)).toBe("Run encrypted");
  await page.getByText("Cancelled.", { exact: true }).first().waitFor();
  const making = appears(page, "label[for=making-keys]");
  await page.getByRole("button", { name: "New keys" }).click();
  await making;
  expect(await focused(page)).toBe("New keys");
  await page.getByText(/^Ready/).waitFor();
  await page.getByRole("button", { name: "Save key…" }).click();
  await page.getByRole("dialog").waitFor();
  expect(await focused(page)).toBe("Do not save");
});

test("with forced colours, states differ as without", async () => {
  await using opened = await playground.open({ forcedColors: "active" });
  const { page } = opened;
  const mark = (state: string): Promise<string> =>
    page.locator(`.legend .${state}`).evaluate((item) => getComputedStyle(item, "::before").backgroundColor);
  expect(await mark("done")).not.toBe(await mark("waiting"));
  expect(await mark("done")).not.toBe(await mark("ready"));
  const border = await page
    .getByLabel("The server's progress")
    .evaluate((bar) => getComputedStyle(bar).borderTopWidth);
  expect(border).toBe("1px");
});

test("without JavaScript the page says what it needs", async () => {
  await using opened = await playground.open({ javaScriptEnabled: false });
  expect(await opened.page.locator("body").innerText()).toContain("it needs JavaScript");
});
