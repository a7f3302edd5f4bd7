import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";
import { freshNonce, headersOf } from "./policies.ts";

export interface ServeOptions {
  /** The port; a free one if 0. */
  readonly port: number;
  /** Whether the page may share memory with its workers; it may unless told otherwise. */
  readonly isolated?: boolean;
}

/** A running server. */
export interface Server extends AsyncDisposable {
  /** The page's address. */
  readonly url: string;
}

const TYPES: Readonly<Record<string, string>> = {
  ".css": "text/css",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".svg": "image/svg+xml",
};

/** Serves a folder with the built page, on this machine only. Rejects if the port is taken. */
export async function serve(folder: string, { port, isolated = true }: ServeOptions): Promise<Server> {
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    const path = normalize(pathname === "/" ? "/index.html" : decodeURIComponent(pathname));
    const file = await readFile(join(folder, path)).catch(() => undefined);
    const nonce = freshNonce();
    for (const [name, value] of Object.entries(headersOf(path, { isolated, nonce }))) {
      response.setHeader(name, value);
    }
    if (file === undefined) {
      response
        .writeHead(404, { "Content-Type": "text/plain; charset=utf-8" })
        .end("There is no such file.\n");
      return;
    }
    response.writeHead(200, { "Content-Type": TYPES[extname(path)] ?? "application/octet-stream" });
    response.end(extname(path) === ".html" ? file.toString("utf8").replace("{{nonce}}", nonce) : file);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
