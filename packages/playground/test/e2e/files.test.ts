/** Keys and ciphertexts go to files and come from files, also from those of Zama's package. */

import * as tfhe from "node-tfhe";
import { ClientKey, FheUint32 } from "tacet";
import { afterAll, beforeAll, expect, test } from "vitest";
import { addInput, allMatch, load, Playground, results, run, saved, writeProgram } from "./playground.ts";

const LIMIT = 2n ** 30n;

let playground: Playground;
beforeAll(async () => {
  playground = await Playground.start();
});
afterAll(() => playground[Symbol.asyncDispose]());

test("what is saved can be read in Node.js", async () => {
  await using opened = await playground.open();
  const { page } = opened;
  await addInput(page);
  await page.getByLabel("Value of a", { exact: true }).fill("20");
  await writeProgram(page, "a.add(22)");
  await page.getByRole("button", { name: "Save key…" }).click();
  const key = ClientKey.deserialize(
    await saved(page, () => page.getByRole("button", { name: "Save the secret key" }).click()),
  );
  const input = await saved(page, () => page.getByRole("button", { name: "Save a, encrypted" }).click());
  expect(FheUint32.deserialize(input).decrypt(key)).toBe(20);
  await run(page);
  const result = await saved(page, () =>
    page.getByRole("button", { name: /^Save result, encrypted/ }).click(),
  );
  expect(FheUint32.deserialize(result).decrypt(key)).toBe(42);
});

test("a key and a ciphertext of node-tfhe are loaded, and computed with", async () => {
  const clientKey = tfhe.TfheClientKey.generate(tfhe.TfheConfigBuilder.default().build());
  const ciphertext = tfhe.FheUint16.encrypt_with_client_key(1200, clientKey).safe_serialize(LIMIT);
  await using opened = await playground.open();
  const { page } = opened;
  await page.getByText("30 MB, public").waitFor();
  await load(page, "Load key…", "theirs.key", clientKey.safe_serialize(LIMIT));
  await page.getByText("from theirs.key").waitFor();

  await addInput(page);
  await load(page, "Load a ciphertext for a", "price.bin", ciphertext);
  await page.getByText("price.bin").waitFor();
  expect(await page.getByLabel("Type of a", { exact: true }).inputValue()).toBe("FheUint16");
  await writeProgram(page, "a.mul(3)");
  await run(page);
  expect(await results(page)).toEqual({ result: "3600" });
  expect(await page.getByText(/^Not checked/).innerText()).toContain("nobody has decrypted a");

  await page.getByRole("button", { name: "Decrypt a", exact: true }).click();
  expect(await page.locator(".loaded output").innerText()).toMatch(/1.200/);
  await run(page);
  await allMatch(page);
  const result = await saved(page, () =>
    page.getByRole("button", { name: /^Save result, encrypted/ }).click(),
  );
  expect(tfhe.FheUint16.safe_deserialize(result, LIMIT).decrypt(clientKey)).toBe(3600);
});

test("wrong files are refused in words, and nothing is lost", async () => {
  await using opened = await playground.open();
  const { page } = opened;
  await page.getByText("30 MB, public").waitFor();
  await load(
    page,
    "Load key…",
    "song.mp3",
    Uint8Array.from({ length: 5000 }, (_, i) => i),
  );
  expect(await page.getByText("song.mp3 is not a client key").innerText()).toMatch(/at byte \d+/);
  await addInput(page);
  await load(page, "Load a ciphertext for a", "song.mp3", Uint8Array.of(1, 2, 3));
  expect(await page.getByText("song.mp3 is not a ciphertext").innerText()).toMatch(/at byte \d+/);
  await run(page);
  await allMatch(page);
});

test("what was encrypted under another key gives something else than in the clear, which is said", async () => {
  await using opened = await playground.open();
  const { page } = opened;
  await addInput(page);
  const ciphertext = FheUint32.encrypt(5, await ClientKey.generate()).serialize();
  await load(page, "Load a ciphertext for a", "theirs.bin", ciphertext);
  await page.getByRole("button", { name: "Decrypt a", exact: true }).click();
  await writeProgram(page, "a.mul(3)");
  await run(page);
  const alert = await page.getByRole("alert").innerText();
  expect(alert).toContain("not those of the clear computation. Different: result.");
  expect(alert).toContain("what was loaded for a was encrypted under another key");
});
