/** The page in a real browser, with the real service: nothing is a stand-in, and the parameters are the default ones. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchChromium } from "../../../scripts/browser/chromium.ts";
import { type Server, serve } from "../../../scripts/browser/serve.ts";
import { buildPage, newState, type RunningService, startService } from "./service.ts";

/** How long anything may take, in milliseconds: many times what it takes, as machines may be busy. */
const PATIENCE = 120_000;

let state: string;
let built: string;
let site: Server;
let service: RunningService;
let browser: Browser;
/** Open from test to test, as its keys take a while. */
let page: Page;
const requests: { url: string; body: Buffer | null }[] = [];

beforeAll(async () => {
  [state, built] = await Promise.all([newState(), mkdtemp(join(tmpdir(), "tacet-page-"))]);
  site = await serve({ folders: { "/": built }, isolated: false });
  [service, { browser }] = await Promise.all([startService(state, site.origin), launchChromium()]);
  await buildPage(built, service.url);
  page = await open(site.origin);
});

afterAll(async () => {
  await browser?.close();
  await Promise.all([service?.kill(), site?.close()]);
  await Promise.all([state, built].map((folder) => rm(folder, { recursive: true, force: true })));
});

async function open(origin: string): Promise<Page> {
  const opened = await browser.newPage();
  opened.setDefaultTimeout(PATIENCE);
  opened.on("request", (request) => {
    requests.push({ url: request.url(), body: request.postDataBuffer() });
  });
  await opened.goto(`${origin}/`);
  await opened.getByText("Ready").waitFor();
  return opened;
}

const payroll = (of = page): Locator => of.getByRole("region", { name: "Payroll" });

async function addUp(salaries: readonly number[], cap: number, of = page): Promise<void> {
  await payroll(of).getByLabel("Salaries").fill(salaries.join(", "));
  await payroll(of).getByLabel("Cap").fill(String(cap));
  await payroll(of).getByRole("button", { name: "Add up" }).click();
}

async function states(): Promise<string[]> {
  const { jobs } = (await (await fetch(`${service.url}/v1/jobs`)).json()) as { jobs: { state: string }[] };
  return jobs.map((job) => job.state);
}

test("it encrypts, has the service compute, and shows the result", async () => {
  await addUp([4_200, 9_500, 3_100], 5_000);
  await payroll().getByText("Total: 12300").waitFor();
  const mentions = page.getByRole("region", { name: "Mentions" });
  await mentions.getByRole("button", { name: "Look for it" }).click();
  await mentions.getByText("It is there.").waitFor();
  expect(await states()).toEqual(["succeeded", "succeeded"]);
});

test("nothing of the message leaves the page but in ciphertexts, and nothing goes elsewhere", () => {
  const origins = new Set(requests.map(({ url }) => new URL(url).origin));
  expect([...origins].sort()).toEqual([site.origin, service.url].sort());
  const sent = requests.flatMap(({ body }) => (body === null ? [] : [body]));
  expect(sent.length).toBeGreaterThan(5);
  expect(sent.some((body) => body.includes("rotterdam"))).toBe(true); // the word, which is clear
  expect(sent.some((body) => body.includes("Rotterdam"))).toBe(false);
});

test("what is no salary is refused before anything is sent", async () => {
  const before = requests.length;
  await addUp([4_200, Number.NaN], 5_000);
  await payroll().getByRole("alert").waitFor();
  expect(await payroll().getByRole("alert").innerText()).toContain("the value is");
  expect(requests.length).toBe(before);
});

test("a run is cancelled, here and in the service", async () => {
  await addUp(Array(40).fill(1_000), 900);
  await expect.poll(async () => (await states())[0], { timeout: PATIENCE }).toBe("running");
  await payroll().getByRole("button", { name: "Cancel" }).click();
  await payroll().getByText("Cancelled.").waitFor();
  await expect.poll(async () => (await states())[0], { timeout: PATIENCE }).toBe("cancelled");
});

test("a service that dies and comes again finishes what it had taken in", async () => {
  await addUp(Array(12).fill(1_000), 900);
  await expect.poll(async () => (await states())[0], { timeout: PATIENCE }).toBe("running");
  await service.kill();
  await page.getByText("The service does not answer.").waitFor();
  service = await startService(state, site.origin, Number(new URL(service.url).port));
  await payroll().getByText("Total: 10800").waitFor();
  await page.getByText("Ready").waitFor();
  expect(await states()).toEqual(["succeeded", "cancelled", "succeeded", "succeeded"]);
});

test("a page of another origin than those that the operator names is not answered", async () => {
  const other = await open(site.origin.replace("127.0.0.1", "localhost"));
  await addUp([1], 2, other);
  await other.getByText("The service does not answer.").waitFor();
  expect((await states()).length).toBe(4);
  await other.close();
});
