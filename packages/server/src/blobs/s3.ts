import { AwsClient } from "aws4fetch";
import { ServiceError } from "../errors.ts";
import type { SegmentStore, StoredSegment } from "./store.ts";

/** Where a bucket is, and who may use it. */
export interface S3Options {
  /** The bucket, and a prefix in it if there is one: `https://s3.eu-central-1.amazonaws.com/bucket/prefix`. */
  readonly url: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
  /** Milliseconds that a request may take. */
  readonly timeoutMs?: number | undefined;
  /** How often a request is tried again that the store did not answer, or answered with 5xx. */
  readonly retries?: number | undefined;
}

const SEGMENT_BYTES = 8 * 2 ** 20;
const TIMEOUT_MS = 30_000;
const RETRIES = 3;
/** Requests at the same time when many segments are removed. */
const AT_ONCE = 8;

/** Segments as objects of a bucket, in Amazon's S3 or anything that speaks it. */
export class S3Store implements SegmentStore {
  readonly name = "s3";
  readonly segmentBytes = SEGMENT_BYTES;
  readonly #client: AwsClient;
  readonly #url: URL;
  readonly #timeoutMs: number;

  constructor({ url, timeoutMs = TIMEOUT_MS, retries = RETRIES, ...credentials }: S3Options) {
    this.#url = new URL(url.endsWith("/") ? url : `${url}/`);
    this.#timeoutMs = timeoutMs;
    const { sessionToken, ...rest } = credentials;
    const token = sessionToken === undefined ? {} : { sessionToken };
    this.#client = new AwsClient({ ...rest, ...token, service: "s3", retries, initRetryMs: 100 });
  }

  async write(place: string, bytes: Uint8Array): Promise<void> {
    const body = bytes as Uint8Array<ArrayBuffer>;
    await this.#ask(new URL(place, this.#url), { method: "PUT", body });
  }

  async read(place: string): Promise<Uint8Array> {
    return (await this.#ask(new URL(place, this.#url), {})).bytes;
  }

  async remove(places: readonly string[]): Promise<void> {
    for (let at = 0; at < places.length; at += AT_ONCE) {
      const some = places.slice(at, at + AT_ONCE);
      await Promise.all(
        some.map((place) => this.#ask(new URL(place, this.#url), { method: "DELETE" }, [404])),
      );
    }
  }

  async *list(tenant: string | undefined): AsyncIterable<StoredSegment> {
    const [bucket = "", ...inside] = this.#url.pathname.slice(1).split("/");
    const prefix = inside.join("/");
    let token: string | undefined;
    do {
      const url = new URL(`/${bucket}`, this.#url);
      url.searchParams.set("list-type", "2");
      url.searchParams.set("prefix", tenant === undefined ? prefix : `${prefix}${tenant}/`);
      if (token !== undefined) url.searchParams.set("continuation-token", token);
      const text = new TextDecoder().decode((await this.#ask(url, {})).bytes);
      for (const [, entry = ""] of text.matchAll(/<Contents>(.*?)<\/Contents>/gs)) {
        const key = elementOf(entry, "Key") ?? "";
        const written = elementOf(entry, "LastModified") ?? "";
        yield { place: key.slice(prefix.length), writtenAt: new Date(written) };
      }
      token = elementOf(text, "NextContinuationToken");
    } while (token !== undefined);
  }

  async check(): Promise<void> {
    const [bucket = ""] = this.#url.pathname.slice(1).split("/");
    const url = new URL(`/${bucket}`, this.#url);
    url.searchParams.set("list-type", "2");
    url.searchParams.set("max-keys", "1");
    await this.#ask(url, {});
  }

  /** @throws ServiceError `unavailable` if the store does not answer in time, or with what is not expected. */
  async #ask(
    url: URL,
    init: RequestInit,
    alsoFine: readonly number[] = [],
  ): Promise<{ bytes: Uint8Array; status: number }> {
    try {
      const signal = AbortSignal.timeout(this.#timeoutMs);
      const response = await this.#client.fetch(url.href, { ...init, signal });
      const bytes = new Uint8Array(await response.arrayBuffer());
      if (response.ok || alsoFine.includes(response.status)) return { bytes, status: response.status };
      throw new Error(`the store answers ${response.status}`);
    } catch (cause) {
      throw new ServiceError("unavailable", "The service cannot reach stored bytes at present.", {
        cause,
        retryAfter: 10,
      });
    }
  }
}

/** What an element of the answer holds. Names of segments and times have nothing in them that XML would escape. */
function elementOf(xml: string, element: string): string | undefined {
  return new RegExp(`<${element}>([^<]*)</${element}>`).exec(xml)?.[1];
}
