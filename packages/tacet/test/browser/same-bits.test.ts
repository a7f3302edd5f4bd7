import { expect, test } from "vitest";
import { useBrowser, type Visit, visit } from "./pages.ts";

useBrowser();

/**
 * Hashes of what a deterministic engine computes from the key and the ciphertexts that lie on a server. It runs in this
 * process and in pages, so it may refer to nothing around it.
 */
async function results({ origin, threads }: { origin: string; threads: number }) {
  const { Engine, FheInt16, FheUint8, FheUint32, ServerKey } = tacet;
  const get = async (name: string) => new Uint8Array(await (await fetch(`${origin}/${name}`)).arrayBuffer());
  const options = { deterministic: true, threads };
  const engine = await Engine.create(ServerKey.deserialize(await get("server-key")), options);
  const a = engine.load(FheUint8.deserialize(await get("a")));
  const b = engine.load(FheUint8.deserialize(await get("b")));
  const c = engine.load(FheInt16.deserialize(await get("c")));
  const d = engine.load(FheUint32.deserialize(await get("d")));
  const handles = {
    sum: a.add(b),
    product: a.mul(b),
    smaller: a.lt(b).select(a, b),
    shifted: d.shl(a.rem(32).cast(FheUint32)),
    absolute: c.abs(),
  };
  const hashes: Record<string, string> = {};
  for (const [name, handle] of Object.entries(handles)) {
    const hash = await crypto.subtle.digest("SHA-256", await handle.serialize());
    hashes[name] = [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }
  const used = engine.info.threads;
  engine.dispose();
  return { hashes, threads: used };
}

test("a page computes the same bits as Node, isolated or not", async () => {
  const { ClientKey, FheInt16, FheUint8, FheUint32, ServerKey } = tacet;
  const clientKey = await ClientKey.generate();
  const files: [string, Uint8Array][] = [
    ["/server-key", (await ServerKey.from(clientKey)).serialize()],
    ["/a", FheUint8.encrypt(217, clientKey).serialize()],
    ["/b", FheUint8.encrypt(93, clientKey).serialize()],
    ["/c", FheInt16.encrypt(-12_345, clientKey).serialize()],
    ["/d", FheUint32.encrypt(0xdeadbeef, clientKey).serialize()],
  ];
  await using isolated = await visit({ isolated: true, files });
  await using alone = await visit({ isolated: false, files });

  const inPage = ({ page, server }: Visit) => page.evaluate(results, { origin: server.origin, threads: 2 });
  const [inNode, here, there] = [
    await results({ origin: isolated.server.origin, threads: 2 }),
    await inPage(isolated),
    await inPage(alone),
  ];
  expect(new Set(Object.values(inNode.hashes)).size).toBe(5);
  expect(here.hashes).toEqual(inNode.hashes);
  expect(there.hashes).toEqual(inNode.hashes);
  expect([inNode.threads, here.threads, there.threads]).toEqual([2, 2, 1]);
});
