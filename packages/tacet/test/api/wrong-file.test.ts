import { expect, test } from "vitest";
import { boolean, ClientKey, DeserializationError, FheUint8 } from "../../src/index.ts";

test("a key taken for something else is refused without a word of what is in it", async () => {
  const key = (await boolean.ClientKey.generate()).serialize();
  let message = "";
  try {
    FheUint8.deserialize(key);
  } catch (error) {
    expect(error).toBeInstanceOf(DeserializationError);
    message = (error as Error).message;
  }
  expect(message).toMatch(/^header\.version: found something else; expected 0\.5/);
});

test("text of a hundred megabytes where a version is due is refused like any other", () => {
  const bytes = new Uint8Array(100_000_008).fill(1);
  new DataView(bytes.buffer).setBigUint64(0, 100_000_000n, true);
  for (const read of [FheUint8.deserialize, ClientKey.deserialize]) {
    expect(() => read(bytes)).toThrow(DeserializationError);
  }
});
