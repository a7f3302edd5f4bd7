import { OutOfMemoryError, TacetError } from "./errors.ts";

/** What to do where the platform has no memory left. */
export const MORE_MEMORY =
  "dispose of engines that are no longer needed, use fewer threads, or allow the process more memory and address space";

/** What platforms say when they have no memory left for a WebAssembly memory, an array or a worker. */
const NO_MEMORY =
  /^(WebAssembly\.\w+(\.\w+)?\(\).*(memory|allocate)|Array buffer allocation failed|Invalid (typed )?array (buffer )?length|out of memory|allocation size overflow|failed to allocate|could(n't| not) allocate)/i;

/** What is wrong, as an OutOfMemoryError if it is that the platform has no memory left. */
export function memoryError(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof TacetError) return error;
  const { code } = error as { code?: unknown };
  if (code !== "ERR_WORKER_OUT_OF_MEMORY" && !NO_MEMORY.test(error.message)) return error;
  const message = `the platform has no memory left (${error.message}): ${MORE_MEMORY}`;
  return new OutOfMemoryError(message, { cause: error });
}

/** Does what may need more memory than there is, now or in a promise. @throws OutOfMemoryError if it does. */
export function needingMemory<T>(work: () => T): T {
  try {
    const result = work();
    if (!(result instanceof Promise)) return result;
    return result.catch((error) => {
      throw memoryError(error);
    }) as T;
  } catch (error) {
    throw memoryError(error);
  }
}
