import { Pace } from "../progress.ts";
import { Heap } from "./heap.ts";
import { Kernel } from "./kernel.ts";
import type { KernelParameters } from "./layout.ts";
import { type KernelRequest, loadKernel } from "./load.ts";
import { writeTables } from "./tables.ts";
import type { KernelModule } from "./variant.ts";

/** A kernel on a memory of its own. */
export interface OpenKernel {
  readonly module: KernelModule;
  /** To be released by whoever has opened the kernel. */
  readonly heap: Heap;
  /** Address of the kernel's tables, which other instances on the same memory share. */
  readonly tables: number;
  readonly kernel: Kernel;
}

/**
 * Loads a kernel, makes a memory and instantiates the one on the other.
 *
 * @param request.limitBytes upper bound of the memory's size; 4 GiB unless given.
 * @throws UnsupportedPlatformError, OutOfMemoryError where the platform lacks what the kernel needs.
 * @throws RangeError if there is no module for the polynomial size.
 */
export async function openKernel(
  parameters: KernelParameters,
  request: Omit<KernelRequest, "polynomialSize" | "paired"> & { readonly limitBytes?: number },
): Promise<OpenKernel> {
  const { deterministic, shared, limitBytes } = request;
  const { polynomialSize } = parameters;
  const module = await loadKernel({ polynomialSize, deterministic, shared });
  const heap = new Heap({ shared, limitBytes });
  try {
    const tables = heap.allocate(Kernel.layout(parameters).tables);
    await writeTables(heap.memory, tables, parameters, new Pace({}));
    const kernel = new Kernel(module, heap.memory, tables, parameters);
    return { module, heap, tables, kernel };
  } catch (error) {
    void heap.release();
    throw error;
  }
}
