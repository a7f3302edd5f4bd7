import { randomBytes } from "node:crypto";
import type { Headers } from "../../../scripts/browser/serve.ts";

const ALWAYS: Headers = {
  "Cross-Origin-Resource-Policy": "same-origin",
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
};

/** Nothing is loaded but the page's own files; nothing is sent anywhere. */
const NOTHING_ELSE = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** The page holds the secret key. It evaluates no text, and styles come from its files and from the editor alone. */
function pagePolicy(nonce: string): string {
  return `${NOTHING_ELSE}; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'nonce-${nonce}'; img-src 'self' data:; worker-src 'self'`;
}

/**
 * The visitor's program becomes a function in two workers: the server's, whose engine starts threads from blobs, and the
 * one of the clear check, which has the inputs in the clear. They are files that import nothing; not even from here may
 * they load anything, as what a program asks for can tell what it knows.
 */
const SERVER_WORKER_POLICY = `${NOTHING_ELSE}; script-src 'wasm-unsafe-eval' 'unsafe-eval'; worker-src blob:`;
const CLEAR_WORKER_POLICY = `${NOTHING_ELSE}; script-src 'unsafe-eval'`;

/** The headers that go with a file of the built page, by its path. */
export function headersOf(path: string, nonce: string): Headers {
  return { ...ALWAYS, "Content-Security-Policy": policyOf(path, nonce) };
}

/** A nonce for one answer. */
export function freshNonce(): string {
  return randomBytes(16).toString("base64");
}

function policyOf(path: string, nonce: string): string {
  if (path.startsWith("/assets/server-worker-")) return SERVER_WORKER_POLICY;
  if (path.startsWith("/assets/clear-worker-")) return CLEAR_WORKER_POLICY;
  return pagePolicy(nonce);
}
