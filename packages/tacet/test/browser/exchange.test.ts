import { expect, test } from "vitest";
import { useBrowser, visit } from "./pages.ts";

useBrowser();

// A client and a server, each of which runs in this process or in a page, and which exchange files. Neither may refer
// to anything around it.

async function makeAndEncrypt(origin: string): Promise<void> {
  const { ClientKey, CompactPublicKey, FheBool, FheInt16, FheUint64, ServerKey } = tacet;
  const put = (name: string, body: Uint8Array<ArrayBuffer>) =>
    fetch(`${origin}/${name}`, { method: "PUT", body });
  const clientKey = await ClientKey.generate();
  await put("client-key", clientKey.serialize());
  await put("server-key", (await ServerKey.from(clientKey)).serialize());
  await put("public-key", (await CompactPublicKey.from(clientKey)).serialize());
  await put("balance", FheUint64.encrypt(9_007_199_254_740_993n, clientKey).serialize());
  await put("small", (await FheInt16.encryptCompressed(-300, clientKey)).serialize());
  await put("member", FheBool.encrypt(true, clientKey).serialize());
}

async function encryptAndCompute(origin: string): Promise<void> {
  const { CompactCiphertextList, CompactPublicKey, Engine, FheBool, FheInt16, FheUint64, ServerKey } = tacet;
  const get = async (name: string) => new Uint8Array(await (await fetch(`${origin}/${name}`)).arrayBuffer());
  const put = (name: string, body: Uint8Array<ArrayBuffer>) =>
    fetch(`${origin}/${name}`, { method: "PUT", body });
  const publicKey = CompactPublicKey.deserialize(await get("public-key"));
  const list = await CompactCiphertextList.builder(publicKey).push(FheUint64, 7n).buildPacked();

  const engine = await Engine.create(ServerKey.deserialize(await get("server-key")));
  const balance = engine.load(FheUint64.deserialize(await get("balance")));
  const small = engine.load(FheInt16.deserializeCompressed(await get("small")));
  const member = engine.load(FheBool.deserialize(await get("member")));
  const [deposit] = engine.expand(CompactCiphertextList.deserialize(list.serialize()), [FheUint64]);
  await put("total", await balance.add(deposit).serialize());
  await put("half", (await small.shr(1).compress()).serialize());
  await put("rich", await member.and(balance.gt(1_000_000n)).serialize());
  engine.dispose();
}

async function decrypt(origin: string) {
  const { ClientKey, Engine, FheBool, FheInt16, FheUint64, ServerKey } = tacet;
  const get = async (name: string) => new Uint8Array(await (await fetch(`${origin}/${name}`)).arrayBuffer());
  const clientKey = ClientKey.deserialize(await get("client-key"));
  const engine = await Engine.create(ServerKey.deserialize(await get("server-key")));
  const half = engine.load(FheInt16.deserializeCompressed(await get("half")));
  const values = {
    balance: String(FheUint64.deserialize(await get("balance")).decrypt(clientKey)),
    total: String(FheUint64.deserialize(await get("total")).decrypt(clientKey)),
    half: (await half.ciphertext()).decrypt(clientKey),
    rich: FheBool.deserialize(await get("rich")).decrypt(clientKey),
  };
  engine.dispose();
  return values;
}

const values = { balance: "9007199254740993", total: "9007199254741000", half: -150, rich: true };

test("keys and ciphertexts of a page are computed with and decrypted in Node", async () => {
  await using site = await visit({ isolated: true });
  const { page, server } = site;
  await page.evaluate(makeAndEncrypt, server.origin);
  await encryptAndCompute(server.origin);
  expect(await decrypt(server.origin)).toEqual(values);
  expect(await page.evaluate(decrypt, server.origin)).toEqual(values);
});

test("keys and ciphertexts of Node are computed with and decrypted in a page", async () => {
  await using site = await visit({ isolated: false });
  const { page, server } = site;
  await makeAndEncrypt(server.origin);
  await page.evaluate(encryptAndCompute, server.origin);
  expect(await decrypt(server.origin)).toEqual(values);
  expect(await page.evaluate(decrypt, server.origin)).toEqual(values);
});
