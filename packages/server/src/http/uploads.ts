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
 * The parts of a body. When no more are wanted, the body is left as it is: the answer still goes out on its connection.
 *
 * @throws ServiceError `request-timeout` if the next part does not come in time.
 */
export async function* withIdleLimit(body: Readable, milliseconds: number): AsyncGenerator<Uint8Array> {
  const parts = body.iterator({ destroyOnReturn: false });
  for (;;) {
    const next = await inTime(parts.next(), milliseconds);
    if (next.done) return;
    yield next.value;
  }
}

async function inTime<T>(promise: Promise<T>, milliseconds: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const seconds = milliseconds / 1000;
    const error = new ServiceError(
      "request-timeout",
      `No more bytes arrived for ${seconds} seconds. What has arrived stays.`,
    );
    timer = setTimeout(reject, milliseconds, error);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
    promise.catch(() => undefined); // of a body that breaks off when nobody waits for it any longer
  }
}
