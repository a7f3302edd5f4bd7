/** A small web server on this machine, for the playground and for pages under test. */
import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize, posix } from "node:path";
import { buffer } from "node:stream/consumers";

export type Headers = Readonly<Record<string, string>>;
export type Content = string | Uint8Array;

export interface Site {
  /** Folders by the path under which their files are: `{ "/": "/some/folder" }`. */
  readonly folders?: Readonly<Record<string, string>>;
  /** Files by their path, before those in folders. Pages add to them with PUT. */
  readonly files?: Map<string, Content>;
  /** Whether pages are cross-origin isolated, so that they can share memory with workers. */
  readonly isolated: boolean;
  /** Further headers of every answer. */
  readonly headers?: Headers;
  /** The last word on an answer: the headers that go with its path, and the content that goes with these. */
  readonly finish?: (path: string, content: Content) => { headers: Headers; content: Content };
  /** The port; a free one unless given. */
  readonly port?: number;
}

export interface Server extends AsyncDisposable {
  /** Where it is, without a slash at the end. */
  readonly origin: string;
  close(): Promise<void>;
}

const ISOLATION = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

const TYPES: Headers = {
  ".css": "text/css",
  ".html": "text/html; charset=utf-8",
  ".ico": "image/x-icon",
  ".js": "text/javascript",
  ".json": "application/json",
  ".mjs": "text/javascript",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
  ".wasm": "application/wasm",
  ".webmanifest": "application/manifest+json",
  ".woff2": "font/woff2",
};

/** Serves a site at 127.0.0.1 until it is closed. */
export async function serve(site: Site): Promise<Server> {
  const server = createServer((request, response) => {
    respond(site, request, response).catch((error) => {
      response.writeHead(400, { "Content-Type": TYPES[".txt"]! }).end(`${error}\n`);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(site.port ?? 0, "127.0.0.1", resolve);
  });
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close,
    [Symbol.asyncDispose]: close,
  };
}

async function respond(site: Site, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname } = new URL(request.url!, "http://localhost");
  const path = posix.normalize(decodeURIComponent(pathname));
  const file = path.endsWith("/") ? `${path}index.html` : path;
  const found = await contentOf(site, file, request);
  const { headers, content } = (site.finish ?? asItIs)(file, found ?? `${file} is not here\n`);
  const type = found === undefined ? TYPES[".txt"] : TYPES[extname(file)];
  const all: Headers = {
    "Cache-Control": "no-store",
    "Content-Type": type ?? "application/octet-stream",
    ...(site.isolated ? ISOLATION : {}),
    ...site.headers,
    ...headers,
  };
  response.writeHead(found === undefined ? 404 : 200, all).end(content);
}

function asItIs(_: string, content: Content): { headers: Headers; content: Content } {
  return { headers: {}, content };
}

/** The content of a file; undefined if there is none. */
async function contentOf(
  { folders = {}, files }: Site,
  file: string,
  request: IncomingMessage,
): Promise<Content | undefined> {
  if (request.method === "PUT" && files !== undefined) {
    files.set(file, await buffer(request));
    return "";
  }
  const inMemory = files?.get(file);
  if (inMemory !== undefined) return inMemory;
  for (const [mount, folder] of Object.entries(folders)) {
    const prefix = mount.endsWith("/") ? mount : `${mount}/`;
    if (!file.startsWith(prefix)) continue;
    const inside = normalize(`/${file.slice(prefix.length)}`); // no way up and out of the folder
    const content = await readFile(join(folder, inside)).catch(() => undefined);
    if (content !== undefined) return content;
  }
  return undefined;
}
