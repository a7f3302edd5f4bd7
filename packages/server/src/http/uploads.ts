import type { Readable } from "node:stream";
import { ServiceError } from "../errors.ts";

/** Bounds how many uploads there are at the same time, since each takes memory. */
export class UploadSlots {
  #free: number;

  constructor(count: number) {
    this.#free = count;
  }

  /** @throws ServiceError `unavailable` if there are too many. */
  take(): { release(): void } {
    if (this.#free === 0) {
      throw new ServiceError("unavailable", "Too many uploads at the same time.", { retryAfter: 1 });
    }
    this.#free--;
    return { release: () => this.#free++ };
  }
}

/**
 * The parts of a body.
 *
 * @throws ServiceError `request-timeout` if the next part does not come in time.
 */
export async function* withIdleLimit(body: Readable, milliseconds: number): AsyncGenerator<Uint8Array> {
  let timedOut = false;
  const expire = () => {
    timedOut = true;
    body.destroy(new Error("the body is too slow"));
  };
  let timer = setTimeout(expire, milliseconds);
  // Not destroyed when nobody reads on: the answer still has to go out on its connection.
  const parts = body.iterator({ destroyOnReturn: false });
  try {
    for await (const part of parts) {
      clearTimeout(timer);
      yield part;
      timer = setTimeout(expire, milliseconds);
    }
  } catch (error) {
    if (!timedOut) throw error;
    const seconds = milliseconds / 1000;
    throw new ServiceError(
      "request-timeout",
      `No more bytes arrived for ${seconds} seconds. What has arrived stays.`,
    );
  } finally {
    clearTimeout(timer);
  }
}
