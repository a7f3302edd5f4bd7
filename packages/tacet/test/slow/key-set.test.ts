import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { CompressedXofKeySet } from "../../src/index.ts";
import { KEY_SETS } from "../key-sets.ts";

const digest = (bytes: Uint8Array): string => createHash("sha3-256").update(bytes).digest("hex");

test("the key set of a seed with all parts of TFHE-rs's meta parameters is TFHE-rs's", async () => {
  const digests = JSON.parse(
    readFileSync(new URL("../vectors/1.8/xof-digests.json", import.meta.url), "utf8"),
  );
  const expected = digests.find((entry: { configuration: string }) => entry.configuration === "meta");
  const { clientKey, keySet } = await CompressedXofKeySet.generate(KEY_SETS.meta);
  expect(digest(clientKey.serialize({ version: "1.8" }))).toBe(expected.client_key);
  expect(digest(keySet.serialize({ version: "1.8" }))).toBe(expected.compressed_key_set);
});
