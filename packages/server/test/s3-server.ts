import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** Stands in for S3: objects in memory, listed a few at a time. It can be told to fail. */
export class S3Server {
  readonly objects = new Map<string, { bytes: Buffer; written: Date }>();
  /** What it answers everything with, for as long as it is set: a status, or nothing at all. */
  failing: number | "silent" | undefined;
  /** Requests that were not signed. */
  unsigned = 0;
  readonly #server: Server;

  constructor() {
    this.#server = createServer(async (request, response) => {
      const parts: Buffer[] = [];
      for await (const part of request) parts.push(part as Buffer);
      if (this.failing === "silent") return;
      if (this.failing !== undefined) {
        response.writeHead(this.failing).end();
        return;
      }
      if (!request.headers.authorization?.startsWith("AWS4-HMAC-SHA256")) this.unsigned++;
      const { pathname, searchParams } = new URL(request.url!, "http://s3");
      const key = decodeURIComponent(pathname.split("/").slice(2).join("/"));
      if (request.method === "PUT") {
        this.objects.set(key, { bytes: Buffer.concat(parts), written: new Date() });
        response.end();
      } else if (request.method === "DELETE") {
        this.objects.delete(key);
        response.writeHead(204).end();
      } else if (searchParams.has("list-type")) response.end(this.#list(searchParams));
      else {
        const found = this.objects.get(key);
        response.writeHead(found === undefined ? 404 : 200).end(found?.bytes);
      }
    });
  }

  async start(): Promise<string> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/bucket/prefix`;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  #list(search: URLSearchParams): string {
    const after = search.get("continuation-token") ?? "";
    const keys = [...this.objects.keys()]
      .filter((key) => key.startsWith(search.get("prefix") ?? "") && key > after)
      .sort();
    const page = keys.slice(0, 2);
    const contents = page.map(
      (key) =>
        `<Contents><Key>${key}</Key><LastModified>${this.objects.get(key)!.written.toISOString()}</LastModified></Contents>`,
    );
    const more =
      page.length < keys.length ? `<NextContinuationToken>${page.at(-1)}</NextContinuationToken>` : "";
    return `<?xml version="1.0"?><ListBucketResult>${contents.join("")}${more}</ListBucketResult>`;
  }
}
