import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Server, serve } from "../scripts/server.ts";

let folder: string;
let server: Server;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tacet-server-"));
  await writeFile(join(folder, "index.html"), `<meta nonce="{{nonce}}">`);
  server = await serve(folder, { port: 0 });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

/** The status that a path gives, sent as it is. */
function statusOf(path: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request(server.url, { path }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on("error", reject)
      .end();
  });
}

describe("the server of the page", () => {
  test.each(["/%", "//", "http://", "/%ff"])("refuses the path %s and lives on", async (path) => {
    expect(await statusOf(path)).toBe(400);
    expect(await statusOf("/")).toBe(200);
  });

  test.each(["/..%2fserver.test.ts", "/%2e%2e/%2e%2e/etc/passwd", "/%00", "/missing"])(
    "has nothing at %s",
    async (path) => expect(await statusOf(path)).toBe(404),
  );

  test("gives every answer a nonce of its own, which the page has too", async () => {
    const [first, second] = await Promise.all([fetch(server.url), fetch(server.url)]);
    const [, nonce] = /'nonce-(.+?)'/.exec(first.headers.get("Content-Security-Policy")!)!;
    expect(await first.text()).toBe(`<meta nonce="${nonce}">`);
    expect(second.headers.get("Content-Security-Policy")).not.toContain(nonce);
  });

  test("lets the page share memory, unless told otherwise", async () => {
    const header = "Cross-Origin-Embedder-Policy";
    expect((await fetch(server.url)).headers.get(header)).toBe("require-corp");
    await using plain = await serve(folder, { port: 0, isolated: false });
    expect((await fetch(plain.url)).headers.get(header)).toBeNull();
  });

  test("gives what is not there a policy as well, and no type to be guessed", async () => {
    const { headers } = await fetch(new URL("missing<script>", server.url));
    expect(headers.get("Content-Security-Policy")).toContain("default-src 'none'");
    expect(headers.get("Content-Type")).toContain("text/plain");
    expect(headers.get("X-Content-Type-Options")).toBe("nosniff");
  });
});
