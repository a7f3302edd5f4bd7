/** The examples do what they are there for. */
import { expect, test } from "vitest";
import { takesAllSamples } from "../../../tacet/test/samples.ts";
import { examples } from "../../src/examples/index.ts";
import { allMatch, Playground, run, saved } from "./playground.ts";
import { sentBytes, spyOnWorkers } from "./spy.ts";

test("every example gives what it gives in the clear, and the secret key never leaves the client", async () => {
  await using playground = await Playground.start();
  await using opened = await playground.open({}, spyOnWorkers);
  const { page } = opened;
  const longest = /64-bit|message/;
  const shown = takesAllSamples ? examples : examples.filter(({ title }) => !longest.test(title));
  for (const { title } of shown) {
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
