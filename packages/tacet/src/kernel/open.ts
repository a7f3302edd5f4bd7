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

/** How a kernel is to be. */
type Request = Omit<KernelRequest, "polynomialSize" | "paired">;

/**
 * Loads a kernel, makes a memory and instantiates the one on the other.
 *
 * @param request.limitBytes upper bound of the memory's size; 4 GiB unless given.
 * @throws UnsupportedPlatformError, OutOfMemoryError where the platform lacks what the kernel needs.
 * @throws RangeError if there is no module for the polynomial size.
 */
export async function openKernel(
  parameters: KernelParameters,
  request: Request & { readonly limitBytes?: number },
): Promise<OpenKernel> {
  const { deterministic, shared, limitBytes } = request;
  const { polynomialSize } = parameters;
  await loadKernel({ polynomialSize, deterministic, shared }); // before memory is taken
  const heap = new Heap({ shared, limitBytes });
  try {
    return await addKernel(heap, parameters, request);
  } catch (error) {
    void heap.release();
    throw error;
  }
}

/** Instantiates a kernel, for good, on a memory that has others. Throws as `openKernel`. */
export async function addKernel(
  heap: Heap,
  parameters: KernelParameters,
  { deterministic, shared }: Request,
): Promise<OpenKernel> {
  const { polynomialSize } = parameters;
  const module = await loadKernel({ polynomialSize, deterministic, shared });
  const tables = heap.allocate(Kernel.layout(parameters).tables);
  await writeTables(heap.memory, tables, parameters, new Pace({}));
  return { module, heap, tables, kernel: new Kernel(module, heap.memory, tables, parameters) };
}
