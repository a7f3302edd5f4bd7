import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchChromium } from "../../../scripts/browser/chromium.ts";
import { ADMIN, Caller, keyOf, newTenant, startTestService, type TestService } from "./harness.ts";

/** How long anything on the page may take, in milliseconds: many times what it takes, as machines may be busy. */
const PATIENCE = 60_000;
/** What a name could do to a page that takes it for markup. */
const NAME = '<img src=x onerror="document.title=1">';

let service: TestService;
let browser: Browser;

beforeAll(async () => {
  service = await startTestService({ adminToken: ADMIN });
  ({ browser } = await launchChromium());
});

afterAll(async () => {
  await browser.close();
  await service.stop();
  expect(service.errors).toEqual([]);
});

test("the operator's page shows what goes on to whoever has the token", async () => {
  const caller = await newTenant(service.url, NAME, { windowBootstraps: 1_000, storedBytes: 5e6 });
  const serverKey = await caller.upload(keyOf("a"));
  const program = await caller.storeProgram({ op: "add", inputs: [], bootstraps: 300 });
  const body = { program, serverKey, inputs: {}, parameters: { milliseconds: 600_000 } };
  const jobs = [await caller.submit(body), await caller.submit(body), await caller.submit(body)];
  const page = await browser.newPage();
  page.setDefaultTimeout(PATIENCE);
  const troubles: string[] = [];
  page.on("pageerror", (error) => troubles.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error" && !message.text().includes("401")) troubles.push(message.text());
  });
  page.on("request", (request) => {
    if (new URL(request.url()).origin !== service.url) troubles.push(request.url());
  });
  await page.goto(`${service.url}/admin`);
  await page.getByLabel("The operator's token").fill("wrong");
  await page.getByRole("button", { name: "Show" }).click();
  await page.getByText("That is not the operator's token.").waitFor();
  expect(await page.getByText("being computed").isVisible()).toBe(false);
  await page.getByLabel("The operator's token").fill(ADMIN);
  await page.getByRole("button", { name: "Show" }).click();
  await page.getByRole("cell", { name: jobs[0]!.id }).waitFor();
  const queue = page.locator("#queues tbody tr");
  expect(await queue.locator("td").allTextContents()).toEqual([NAME, "1", "2"]);
  const tenants = await page.locator("#tenants tbody td").allTextContents();
  expect(tenants.slice(0, 4)).toEqual([NAME, "3", "900", "1,000"]);
  expect(await page.locator("#workers tbody tr").count()).toBe(1);
  expect(await page.locator("#running tbody tr").count()).toBe(2);
  // It follows by itself.
  for (const { id } of jobs) await caller.ask("DELETE", `/v1/jobs/${id}`);
  await page.getByText("Nothing is being computed.").waitFor();
  await page.getByText("Nothing waits.").waitFor();
  expect(await page.title()).toBe("Tacet: the service");
  expect(troubles).toEqual([]);
  await page.close();
});

test("what the page is made of runs nothing of others, and asks nobody but the service", async () => {
  const caller = new Caller(service.url);
  for (const path of ["/admin", "/admin/page.js", "/admin/page.css"]) {
    const response = await caller.ask("GET", path);
    expect(response.status).toBe(200);
    expect(response.headers.get("content-security-policy")).toMatch(
      /default-src 'none'.*frame-ancestors 'none'/,
    );
    expect(response.headers.get("content-security-policy")).not.toContain("unsafe");
    const text = await response.text();
    expect(text).not.toMatch(/innerHTML|insertAdjacent|eval\(|https?:\/\//);
  }
  for (const path of ["/v1/admin/overview", "/v1/admin/usage"]) {
    expect((await caller.ask("GET", path)).status).toBe(401);
  }
});
