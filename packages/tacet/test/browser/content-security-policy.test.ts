import { describe, expect, test } from "vitest";
import { useBrowser, visit } from "./pages.ts";

useBrowser();

/** What a page has to allow. */
const sources = { "script-src": "'self' 'wasm-unsafe-eval'", "worker-src": "blob:" };

/** The tour in a page whose policy forbids all else; what it gives, or the error that it ends with. */
async function tour(isolated: boolean, directives: Record<string, string>): Promise<string> {
  const policy = { "default-src": "'none'", ...directives };
  const header = Object.entries(policy).map(([name, value]) => `${name} ${value}`);
  await using site = await visit({ isolated, headers: { "Content-Security-Policy": header.join("; ") } });
  return await site.page.evaluate(async () => {
    const { ClientKey, Engine, FheUint8, ServerKey } = tacet;
    try {
      const clientKey = await ClientKey.generate();
      const engine = await Engine.create(await ServerKey.from(clientKey));
      const sum = await engine.load(FheUint8.encrypt(40, clientKey)).add(2).ciphertext();
      const { threads, whyNoWorkers } = engine.info;
      engine.dispose();
      const how = whyNoWorkers === undefined ? "" : `, with ${threads} thread: ${whyNoWorkers}`;
      return `${sum.decrypt(clientKey)}${how}`;
    } catch (error) {
      return String(error);
    }
  });
}

describe.each([
  { isolated: true, kind: "an isolated page" },
  { isolated: false, kind: "a page that is not isolated" },
])("a Content-Security-Policy in $kind", ({ isolated }) => {
  test("need not allow more than WebAssembly and workers from blobs", async () => {
    expect(await tour(isolated, sources)).toMatch(isolated ? /^42$/ : /^42, /);
  });

  test("that forbids WebAssembly is named in the error", async () => {
    const error = await tour(isolated, { ...sources, "script-src": "'self'" });
    expect(error).toMatch(/^UnsupportedPlatformError: .*Content-Security-Policy.*'wasm-unsafe-eval'/);
  });
});

describe("a Content-Security-Policy that refuses workers", () => {
  test.each([
    ["a source that it lacks", { ...sources, "worker-src": "'self'" }, "Content-Security-Policy"],
    ["trusted types", { ...sources, "require-trusted-types-for": "'script'" }, "TrustedScriptURL"],
  ])("by %s has the calling thread compute, which the engine says", async (_, directives, why) => {
    const result = await tour(true, directives);
    expect(result).toMatch(/^42, with 1 thread: a worker could not be started: /);
    expect(result).toContain(why);
  });

  test("does not matter where the page is not isolated, as no worker is started", async () => {
    expect(await tour(false, { ...sources, "worker-src": "'none'" })).toMatch(
      /^42, .*not cross-origin isolated/,
    );
  });
});
