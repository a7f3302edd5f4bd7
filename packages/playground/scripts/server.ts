import { type Content, type Headers, serve as serveSite } from "../../../scripts/browser/serve.ts";
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

/** Serves a folder with the built page, on this machine only. Rejects if the port is taken. */
export async function serve(folder: string, { port, isolated = true }: ServeOptions): Promise<Server> {
  const server = await serveSite({ folders: { "/": folder }, isolated, port, finish: withPolicy });
  return {
    url: `${server.origin}/`,
    [Symbol.asyncDispose]: () => server.close(),
  };
}

function withPolicy(path: string, content: Content): { headers: Headers; content: Content } {
  const nonce = freshNonce();
  return {
    headers: headersOf(path, nonce),
    content: path.endsWith(".html") ? content.toString().replace("{{nonce}}", nonce) : content,
  };
}
