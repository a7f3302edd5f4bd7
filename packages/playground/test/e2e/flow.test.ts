/** The page does what it is there for. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { examples } from "../../src/examples/index.ts";
import {
  allMatch,
  finished,
  Playground,
  results,
  run,
  runButton,
  saved,
  serverPart,
  writeProgram,
} from "./playground.ts";
import { sentBytes, spyOnWorkers } from "./spy.ts";

let playground: Playground;
beforeAll(async () => {
  playground = await Playground.start();
});
afterAll(() => playground[Symbol.asyncDispose]());

describe("a newcomer", () => {
  test("has the first encrypted result with one click, and sees where it came from", async () => {
    await using opened = await playground.open();
    const { page } = opened;
    await run(page);
    const seconds = (await page.evaluate(() => performance.now())) / 1000;
    console.log(`first encrypted result after ${seconds.toFixed(1)} s`);
    await allMatch(page);
    const server = serverPart(page);
    const graph = await server.getByRole("img", { name: /Graph of bootstraps/ }).getAttribute("aria-label");
    const [, total, done] = /: (\d+) in \d+ steps, (\d+) done/.exec(graph!)!;
    expect(Number(total)).toBeGreaterThan(0);
    expect(done).toBe(total);
    expect(await server.innerText()).toMatch(/\d threads? on one shared memory/);
    const messages = await page.getByRole("list", { name: "Messages" }).innerText();
    expect(messages).toContain("server key");
    expect(messages).toMatch(/30 MB/);
    for (const { name, type } of examples[0]!.program.inputs) expect(messages).toContain(`${name}: ${type}`);
  });

  test("changes a value and gets another result, and is told that the old one is old", async () => {
    await using opened = await playground.open();
    const { page } = opened;
    await run(page);
    const before = await results(page);
    const value = page.getByLabel("Value of", { exact: false }).first();
    await value.fill("1");
    expect(await page.getByRole("heading", { name: /^Results/ }).innerText()).toContain("changed since");
    await run(page);
    await allMatch(page);
    expect(await results(page)).not.toEqual(before);
  });

  test("is told what is wrong with an input", async () => {
    await using opened = await playground.open();
    const { page } = opened;
    const value = page.getByLabel("Value of", { exact: false }).first();
    await value.fill("a lot");
    expect(await page.getByRole("alert").innerText()).toMatch(/takes an integer/);
    expect(await value.getAttribute("aria-invalid")).toBe("true");
    expect(await runButton(page).isDisabled()).toBe(true);
  });

  test("adds an input and writes a program with it", async () => {
    await using opened = await playground.open();
    const { page } = opened;
    await page.getByRole("button", { name: "Add an input" }).click();
    const row = page.getByRole("group", { name: "Input a", exact: true });
    await row.getByLabel("Value of a").fill("-300");
    await row.getByLabel("Type of a").selectOption("FheInt16");
    await writeProgram(page, "return { triple: a.mul(3), small: a.lt(-299) };");
    await run(page);
    await allMatch(page);
    expect(await results(page)).toEqual({ triple: "-900", small: "true" });
  });
});

test("every example gives what it gives in the clear, and the secret key never leaves the client", async () => {
  await using opened = await playground.open({}, spyOnWorkers);
  const { page } = opened;
  for (const { title } of examples) {
    await page.getByRole("button", { name: title }).click();
    await run(page);
    await allMatch(page);
    expect(await page.locator(".result").count()).toBeGreaterThan(0);
  }
  await page.getByRole("button", { name: "Save key…" }).click();
  const key = await saved(page, () => page.getByRole("button", { name: "Save the secret key" }).click());
  expect(key.length).toBeGreaterThan(20_000);

  const sent = await sentBytes(page);
  expect(sent.length).toBeGreaterThan(30_000_000); // the server key was heard, so all else would have been
  const parts = Array.from({ length: 40 }, (_, i) =>
    Buffer.from(key).subarray(2000 + 512 * i, 2512 + 512 * i),
  );
  for (const part of parts) expect(sent.indexOf(part)).toBe(-1);
});

test("a value encrypted twice has nothing in common with itself", async () => {
  await using opened = await playground.open();
  const { page } = opened;
  await page.getByRole("button", { name: /^Encrypt .* twice$/ }).click();
  const text = await page.getByText("agree by chance").innerText();
  expect(Number(/\((\d+) %\)/.exec(text)![1])).toBeLessThanOrEqual(2);
});

test("what runs long can be cancelled, and something else run then", async () => {
  await using opened = await playground.open();
  const { page } = opened;
  await page.getByRole("button", { name: /64-bit/ }).click();
  await runButton(page).click();
  await page.getByText(/^Bootstrap [1-9]/).waitFor();
  await page.getByRole("button", { name: "Cancel" }).click();
  await page.getByText("Cancelled.", { exact: true }).first().waitFor();
  await page.getByText("Stopped, as it was asked to.").waitFor();
  await page.getByRole("button", { name: examples[0]!.title }).click();
  await run(page);
  await allMatch(page);
});

describe("programs that are wrong", () => {
  test("in their types are not run, and the line is named", async () => {
    await using opened = await playground.open();
    const { page } = opened;
    const [first] = examples[0]!.program.inputs;
    await writeProgram(page, `const one = 1;\nreturn ${first!.name}.add("two");`);
    await runButton(page).click();
    await page.getByText(/^Line 2: /).waitFor();
    await page.getByText("Not run.").waitFor();
    expect(await page.getByText("program", { exact: true }).count()).toBe(0); // nothing went over the wire
  });

  test("throw in the server, which says so and goes on", async () => {
    await using opened = await playground.open();
    const { page } = opened;
    await writeProgram(
      page,
      `if (Math.abs(1) === 1) throw new Error("no way");\nreturn ${examples[0]!.program.inputs[0]!.name};`,
    );
    await runButton(page).click();
    await serverPart(page).getByText("no way").waitFor();
    await page.getByRole("button", { name: examples[0]!.title }).click();
    await run(page);
    await allMatch(page);
  });

  test("never end: the server is started again", async () => {
    await using opened = await playground.open();
    const { page } = opened;
    const [first] = examples[0]!.program.inputs;
    await writeProgram(page, `while (true);\nreturn ${first!.name};`);
    await runButton(page).click();
    await page.getByText("The server begins…").waitFor();
    await page.getByRole("button", { name: "Cancel" }).click();
    await page.getByText("Cancelled.", { exact: true }).first().waitFor();
    await page.getByRole("button", { name: examples[0]!.title }).click();
    await run(page);
    await allMatch(page);
  });
});

test("a server that dies is started again", async () => {
  await using opened = await playground.open({}, async (page) => {
    await page.addInitScript(() => {
      // The first worker that the page starts is the server.
      const post = Worker.prototype.postMessage as (...args: unknown[]) => void;
      Worker.prototype.postMessage = function (...args: unknown[]) {
        (globalThis as { firstWorker?: Worker }).firstWorker ??= this;
        return post.apply(this, args);
      };
    });
  });
  const { page } = opened;
  await page.getByText(/^Ready/).waitFor();
  await page.evaluate(() => {
    const { firstWorker } = globalThis as { firstWorker?: Worker };
    firstWorker!.dispatchEvent(new ErrorEvent("error", { message: "out of memory", cancelable: true }));
  });
  await serverPart(page).getByText("The server has stopped: out of memory.").waitFor();
  await page.getByRole("button", { name: "Start it again" }).click();
  await run(page);
  await allMatch(page);
});

test("a browser without vectors in WebAssembly is told so", async () => {
  await using opened = await playground.open({}, async (page) => {
    await page.addInitScript(() => (WebAssembly.validate = () => false));
  });
  expect(await opened.page.locator("main").innerText()).toContain("this browser does not offer");
});

test("without isolation one thread computes, and the page says why", async () => {
  await using plain = await Playground.start({ isolated: false });
  await using opened = await plain.open();
  const { page } = opened;
  await runButton(page).click();
  await finished(page);
  await allMatch(page);
  const server = await serverPart(page).innerText();
  expect(server).toContain("One thread: memory is not shared here.");
  expect(server).toContain("not cross-origin isolated");
});
