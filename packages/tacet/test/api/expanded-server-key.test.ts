import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import {
  ClientKey,
  DeserializationError,
  Engine,
  ExpandedServerKey,
  FheUint8,
  ServerKey,
} from "../../src/index.ts";
import { INSECURE_TOY_MESSAGE_2_CARRY_2 } from "../../src/parameters/sets.ts";

const insecure = { allowInsecureParameters: true };

const vector = (file: string): Uint8Array =>
  readFileSync(new URL(`../vectors/1.7/${file}.bin`, import.meta.url));

async function product(clientKey: ClientKey, serverKey: ServerKey | ExpandedServerKey): Promise<number> {
  using engine = await Engine.create(serverKey);
  const [a, b] = [13, 11].map((value) => engine.load(FheUint8.encrypt(value, clientKey)));
  return FheUint8.deserialize(await a.mul(b).serialize()).decrypt(clientKey);
}

test("an engine computes with an expanded key of TFHE-rs", async () => {
  const clientKey = ClientKey.deserialize(vector("plain/client-key"), insecure);
  expect(await product(clientKey, ExpandedServerKey.deserialize(vector("plain/server-key"), insecure))).toBe(
    143,
  );
});

test("a key can be expanded, stored, and computed with", async () => {
  const tag = Uint8Array.of(1, 2, 3);
  const parameters = INSECURE_TOY_MESSAGE_2_CARRY_2;
  const clientKey = await ClientKey.generate({ parameters, tag, oprfKey: true, ...insecure });
  const serverKey = await ServerKey.from(clientKey);
  const bytes = (await serverKey.expand()).serialize();
  const expanded = ExpandedServerKey.deserialize(bytes, insecure);
  expect(expanded.parameters).toBe(parameters);
  expect(expanded.tag).toEqual(tag);
  expect(expanded.serialize()).toEqual(bytes);
  expect(await product(clientKey, expanded)).toBe(143);
});

test("both forms of a key give the same bits where results are deterministic", async () => {
  const clientKey = await ClientKey.generate({ parameters: INSECURE_TOY_MESSAGE_2_CARRY_2, ...insecure });
  const serverKey = await ServerKey.from(clientKey);
  const input = FheUint8.encrypt(200, clientKey);
  const results = [serverKey, await serverKey.expand()].map(async (key) => {
    using engine = await Engine.create(key, { deterministic: true, threads: 1 });
    return await engine.load(input).add(99).serialize();
  });
  const [seeded, expanded] = await Promise.all(results);
  expect(expanded).toEqual(seeded);
});

test("expansion reports progress and can be cancelled", async () => {
  const clientKey = await ClientKey.generate({ parameters: INSECURE_TOY_MESSAGE_2_CARRY_2, ...insecure });
  const serverKey = await ServerKey.from(clientKey);
  const fractions: number[] = [];
  await serverKey.expand({ onProgress: (fraction) => fractions.push(fraction) });
  expect(fractions.at(-1)).toBe(1);
  const signal = AbortSignal.abort(new Error("enough"));
  await expect(serverKey.expand({ signal })).rejects.toThrow("enough");
});

test("insecure parameters have to be asked for", () => {
  expect(() => ExpandedServerKey.deserialize(vector("plain/server-key"))).toThrow(DeserializationError);
});
