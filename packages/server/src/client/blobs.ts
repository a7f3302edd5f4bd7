import { ServiceProblem } from "./problem.ts";
import type { Transport } from "./transport.ts";

/** Options of what takes long. */
export interface TransferOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called with the fraction that has been sent, from 0 to 1. */
  readonly onProgress?: ((fraction: number) => void) | undefined;
}

/** Sent in one request: what a connection that breaks costs at most, and how often progress is told. */
const PART_BYTES = 8 * 2 ** 20;

/** How often an upload begins anew that others disturb. */
const TRIES = 5;

/** Bytes of which the service has the whole, in this session: it need not be asked again. */
const KNOWN = 10_000;

/** Sends and fetches bytes by their hash. What the service has already is not sent. */
export class BlobClient {
  readonly #transport: Transport;
  readonly #there = new Set<string>();
  readonly #sending = new Map<string, Promise<void>>();

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** @returns the hash under which the service has the bytes. */
  async put(bytes: Uint8Array, options: TransferOptions = {}): Promise<string> {
    const hash = await sha256(bytes);
    if (this.#there.has(hash)) return hash;
    const other = this.#sending.get(hash);
    if (
      other !== undefined &&
      (await other.then(
        () => true,
        () => false,
      ))
    )
      return hash;
    const sending = this.#send(hash, bytes, options);
    this.#sending.set(hash, sending);
    try {
      await sending;
    } finally {
      this.#sending.delete(hash);
    }
    if (this.#there.size < KNOWN) this.#there.add(hash);
    return hash;
  }

  /** Forgets what the service has: it says that something is missing. */
  forget(): void {
    this.#there.clear();
  }

  /** @throws ServiceProblem `not-found`; Error if the bytes do not have the hash. */
  async get(hash: string, { signal }: TransferOptions = {}): Promise<Uint8Array> {
    const response = await this.#transport.ask({ method: "GET", path: `v1/blobs/${hash}`, signal });
    const bytes = new Uint8Array(await response.arrayBuffer());
    if ((await sha256(bytes)) !== hash)
      throw new Error(`what the service sends does not have the hash ${hash}`);
    return bytes;
  }

  async #send(hash: string, bytes: Uint8Array, { signal, onProgress }: TransferOptions): Promise<void> {
    const path = `v1/blobs/${hash}`;
    const head = await this.#transport.ask({ method: "HEAD", path, signal, alsoFine: [404] });
    let offset = head.ok ? bytes.length : offsetOf(head, bytes.length);
    if (head.ok) return;
    for (let tries = 0; ; ) {
      const end = Math.min(offset + PART_BYTES, bytes.length);
      const headers = { "upload-offset": String(offset), "upload-length": String(bytes.length) };
      const body = bytes.subarray(offset, end);
      try {
        const answer = await this.#transport.ask({ method: "PUT", path, body, headers, signal });
        offset = offsetOf(answer, bytes.length);
        onProgress?.(bytes.length === 0 ? 1 : offset / bytes.length);
        if (answer.status !== 202) return;
      } catch (error) {
        // A part that has arrived although no answer has, or another page that sends the same.
        if (!(error instanceof ServiceProblem && error.status === 409) || ++tries === TRIES) throw error;
        const again = await this.#transport.ask({ method: "HEAD", path, signal, alsoFine: [404] });
        if (again.ok) return;
        offset = offsetOf(again, bytes.length);
      }
    }
  }
}

function offsetOf(response: Response, length: number): number {
  const offset = Number(response.headers.get("upload-offset") ?? "0");
  return Number.isInteger(offset) && offset >= 0 && offset <= length ? offset : 0;
}

/** In hexadecimal. */
export async function sha256(bytes: Uint8Array): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", bytes as Uint8Array<ArrayBuffer>);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
