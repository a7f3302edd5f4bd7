/** The page does what it is there for. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { examples } from "../../src/examples/index.ts";
import {
  addInput,
  allMatch,
  finished,
  focused,
  type OpenPage,
  PATIENCE,
  Playground,
  results,
  run,
  runButton,
  serverPart,
  works,
  writeProgram,
} from "./playground.ts";

let playground: Playground;
/** The page of those tests that leave it in order. */
let common: OpenPage;
beforeAll(async () => {
  playground = await Playground.start();
  common = await playground.open();
});
afterAll(async () => {
  await common[Symbol.asyncDispose]();
  await playground[Symbol.asyncDispose]();
});

/** The common page with the first example, as it is in the beginning. */
async function begin(): Promise<OpenPage> {
  await common.page.getByRole("button", { name: examples[0]!.title }).click();
  return common;
}

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
    const { page } = await begin();
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
    const { page } = await begin();
    const value = page.getByLabel("Value of", { exact: false }).first();
    await value.fill("a lot");
    expect(await page.getByRole("alert").innerText()).toMatch(/takes an integer/);
    expect(await value.getAttribute("aria-invalid")).toBe("true");
    expect(await runButton(page).isDisabled()).toBe(true);
  });

  test("adds an input and writes a program with it", async () => {
    const { page } = await begin();
    await addInput(page);
    const row = page.getByRole("group", { name: "Input a", exact: true });
    await row.getByLabel("Value of a").fill("-300");
    await row.getByLabel("Type of a").selectOption("FheInt16");
    await writeProgram(page, "return { triple: a.mul(3), small: a.lt(-299) };");
    await run(page);
    await allMatch(page);
    expect(await results(page)).toEqual({ triple: "-900", small: "true" });
  });
});

test("a result that is not encrypted, or not all of it, is not called noise", async () => {
  const { page } = await begin();
  const first = examples[0]!.program.inputs[0]!.name;
  await writeProgram(page, `return { none: ${first}.mul(0), some: ${first}.gt(1).cast(FheUint32) };`);
  await run(page);
  await page.getByRole("button", { name: /none: FheUint32/ }).click();
  await page.getByText("This is not encrypted.").waitFor();
  expect(await page.getByRole("region", { name: /^What is seen of/ }).innerText()).not.toContain("noise");
  await page.getByRole("button", { name: /some: FheUint32/ }).click();
  await page.getByText("94 % of it is not encrypted").waitFor();
});

test("a program can load nothing, and so cannot tell anybody what it computes on", async () => {
  const { page, expected } = await begin();
  expected.push(/^Loading the script '.*\/leak' violates the following Content Security Policy directive/);
  const refused: (string | undefined)[] = [];
  page.on("requestfailed", (request) => {
    if (request.url().endsWith("/leak")) refused.push(request.failure()?.errorText);
  });
  const first = examples[0]!.program.inputs[0]!.name;
  await writeProgram(page, `new Function("import('/leak').catch(() => {})")();\nreturn ${first}.mul(3);`);
  await run(page);
  await allMatch(page);
  expect(refused).toEqual(["csp", "csp"]); // in the server, and in the clear check
});

test("texts are inputs as well, and have patterns", async () => {
  const { page } = await begin();
  const { name } = examples[0]!.program.inputs[0]!;
  await page.getByLabel(`Type of ${name}`, { exact: true }).selectOption("FheAsciiString");
  const value = page.getByLabel(`Value of ${name}`, { exact: true });
  await value.fill("déjà");
  await page.getByText('FheAsciiString holds ASCII, which "é" is not.').waitFor();
  expect(await runButton(page).isDisabled()).toBe(true);
  await value.fill("Ada");
  await page.getByText("Encrypted as 8 characters").waitFor();
  await writeProgram(page, `${name}.matches(compile(/^[A-Z]/)).select(${name}.concat("!"), "none")`);
  await run(page);
  await allMatch(page);
  expect(await results(page)).toEqual({ result: '"Ada!"' });
});

test("a value encrypted twice has nothing in common with itself", async () => {
  const { page } = await begin();
  await page.getByRole("button", { name: /^Encrypt .* twice$/ }).click();
  const text = await page.getByText("agree by chance").innerText();
  expect(Number(/\((\d+) %\)/.exec(text)![1])).toBeLessThanOrEqual(2);
});

test("what runs long can be cancelled, and something else run then", async () => {
  const { page } = await begin();
  await page.getByRole("button", { name: /64-bit/ }).click();
  await runButton(page).click();
  await page.getByText(/^Bootstrap [1-9]/).waitFor();
  await page.getByRole("button", { name: "Cancel" }).click();
  await page.getByText("Cancelled.", { exact: true }).first().waitFor();
  await page.getByText("Stopped, as it was asked to.").waitFor();
  await works(page);
});

describe("programs that are wrong", () => {
  test("in their types are not run, and the line is named", async () => {
    const { page } = await begin();
    const [first] = examples[0]!.program.inputs;
    const programs = page.getByRole("list", { name: "Messages" }).getByText("program", { exact: true });
    const before = await programs.count();
    await writeProgram(page, `const one = 1;\nreturn ${first!.name}.add("two");`);
    await runButton(page).click();
    await page.getByText(/^Line 2: /).waitFor();
    await page.getByText("Not run.").waitFor();
    expect(await programs.count()).toBe(before); // nothing went over the wire
  });

  test("throw in the server, which says so and goes on", async () => {
    const { page } = await begin();
    await writeProgram(
      page,
      `if (Math.abs(1) === 1) throw new Error("no way");\nreturn ${examples[0]!.program.inputs[0]!.name};`,
    );
    await runButton(page).click();
    await serverPart(page).getByText("no way").waitFor();
    expect(await page.getByRole("alert").count()).toBe(1);
    await works(page);
  });

  test("never end: the server is started again, and the clear check ends", async () => {
    await using opened = await playground.open({}, async (page) => {
      await page.addInitScript(() => {
        // Without its time limit, by which the clear check would end too.
        const original = setTimeout as (handler: TimerHandler, delay?: number, ...args: unknown[]) => number;
        const shorter: typeof original = (handler, delay, ...args) =>
          (delay ?? 0) < 5000 ? original(handler, delay, ...args) : 0;
        Object.assign(globalThis, { setTimeout: shorter });
      });
    });
    const { page } = opened;
    const [first] = examples[0]!.program.inputs;
    await writeProgram(page, `while (true);\nreturn ${first!.name};`);
    await runButton(page).click();
    await page.getByText("The server begins…").waitFor();
    await page.getByRole("button", { name: "Cancel" }).click();
    const checks = (): number =>
      page.workers().filter((worker) => worker.url().includes("clear-worker")).length;
    await expect.poll(checks, { timeout: PATIENCE }).toBe(0); // what never ends, Chromium lets go on for two seconds
    await page.getByText("Cancelled.", { exact: true }).first().waitFor();
    await works(page);
  });
});

test("a server in which an error was not caught is ended, and started again", async () => {
  await using opened = await playground.open();
  const { page } = opened;
  const servers = (): number =>
    page.workers().filter((worker) => worker.url().includes("server-worker")).length;
  await writeProgram(
    page,
    `new Function("setTimeout(() => { throw new Error('out of order'); })")();
return ${examples[0]!.program.inputs[0]!.name}.mul(3);`,
  );
  await runButton(page).click();
  await serverPart(page).getByText("The server has stopped: Uncaught Error: out of order.").waitFor();
  await expect.poll(servers, { timeout: PATIENCE }).toBe(0);
  await page.getByRole("button", { name: "Start it again" }).click();
  expect(await focused(page)).toBe("Status");
  await works(page);
});

test("keys that could not be made are made at the next attempt", async () => {
  await using opened = await playground.open({}, async (page) => {
    await page.addInitScript(() => {
      const original = crypto.getRandomValues;
      crypto.getRandomValues = () => {
        throw new Error("no randomness yet");
      };
      Object.assign(globalThis, { recover: () => (crypto.getRandomValues = original) });
    });
  });
  const { page } = opened;
  await page.getByText("The keys could not be made: no randomness yet.").waitFor();
  await page.evaluate(() => (globalThis as unknown as { recover: () => void }).recover());
  await page.getByRole("button", { name: "New keys" }).click();
  await run(page);
  await allMatch(page);
});

test.each([
  ["vectors in WebAssembly", () => (WebAssembly.validate = () => false)],
  ["what else the page needs", () => (CSS.supports = () => false)],
])("a browser without %s is told so", async (_, withhold) => {
  await using opened = await playground.open({}, (page) => page.addInitScript(withhold).then(() => {}));
  expect(await opened.page.locator("main").innerText()).toContain("This browser is too old");
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
