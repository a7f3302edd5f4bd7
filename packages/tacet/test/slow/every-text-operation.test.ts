import { afterAll, beforeAll, expect, test } from "vitest";
import { ClientKey, Engine, FheUtf8String, ServerKey } from "../../src/index.ts";
import { compile } from "../../src/regex.ts";
import { computeCases, everyTextOperation } from "../every-text-operation.ts";

let clientKey: ClientKey;
let engine: Engine;

beforeAll(async () => {
  clientKey = await ClientKey.generate();
  engine = await Engine.create(await ServerKey.from(clientKey));
});
afterAll(() => engine.dispose());

test.each([
  { a: "a bA", b: "bA", padding: [0, 0], choice: true },
  { a: " aXa", b: "a", padding: [1, 1], choice: false },
] as const)("every operation with $a and $b is right at the default parameters", async (texts) => {
  for (const one of everyTextOperation(engine, clientKey, texts)) {
    const { found, expected } = await computeCases(clientKey, [one]);
    expect(found).toEqual(expected);
  }
});

test("texts in Unicode are right at the default parameters", async () => {
  const text = engine.load(FheUtf8String.encrypt("Zoë €", clientKey, { padding: 1 }));
  const handles = [
    text.contains("ë"),
    text.matches(compile(/^Z.+€$/u)),
    text.replaceAll("ë", "e"),
    text.toUpperCase(),
  ];
  const results = await Promise.all(handles.map((handle) => handle.ciphertext()));
  expect(results.map((result) => result.decrypt(clientKey))).toEqual([true, true, "Zoe €", "ZOë €"]);
});
