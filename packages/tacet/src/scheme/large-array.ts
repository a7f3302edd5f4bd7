import { OutOfMemoryError } from "../errors.ts";
import { MORE_MEMORY } from "../memory.ts";

/**
 * An array that may be larger than the platform has room for.
 *
 * @throws OutOfMemoryError if it is.
 */
export function largeArray<T>(what: string, bytes: number, make: () => T): T {
  try {
    return make();
  } catch (cause) {
    throw new OutOfMemoryError(`${what} takes ${bytes} bytes in one piece: ${MORE_MEMORY}`, { cause });
  }
}
