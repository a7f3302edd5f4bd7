import type { Heap } from "../kernel/heap.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { openKernel } from "../kernel/open.ts";
import { needingMemory } from "../memory.ts";

/**
 * A kernel with a memory of its own on the calling thread, for what clients do: products in the ring of one polynomial
 * size, and all that works on LWE ciphertexts of whatever dimension.
 */
export class Workbench {
  readonly heap: Heap;
  readonly kernel: Kernel;

  private constructor(heap: Heap, kernel: Kernel) {
    this.heap = heap;
    this.kernel = kernel;
  }

  static readonly #benches = new Map<number, Promise<Workbench>>();
  static readonly #ready = new Map<number, Workbench>();

  /**
   * The workbench of a polynomial size if there is one by now; else it is being made, for work that can be done without
   * it until then.
   */
  static ready(polynomialSize: number): Workbench | undefined {
    const bench = Workbench.#ready.get(polynomialSize);
    if (bench === undefined) Workbench.for(polynomialSize).catch(() => {}); // who needs it is told
    return bench;
  }

  /**
   * The workbench of a polynomial size, one for all that asks.
   *
   * @throws UnsupportedPlatformError, OutOfMemoryError where the platform lacks what the kernel needs.
   */
  static for(polynomialSize: number): Promise<Workbench> {
    const benches = Workbench.#benches;
    let bench = benches.get(polynomialSize);
    if (bench === undefined) {
      bench = needingMemory(() => Workbench.#make(polynomialSize));
      benches.set(polynomialSize, bench);
      bench.then(
        (made) => Workbench.#ready.set(polynomialSize, made),
        () => benches.delete(polynomialSize),
      );
    }
    return bench;
  }

  static async #make(polynomialSize: number): Promise<Workbench> {
    const one = { lweDimension: 1, pbsBaseLog: 1, pbsLevel: 1, ksBaseLog: 1, ksLevel: 1 };
    const parameters = { ...one, glweDimension: 1, polynomialSize };
    const { heap, kernel } = await openKernel(parameters, { deterministic: false, shared: false });
    return new Workbench(heap, kernel);
  }

  /** Lends areas of the given sizes in bytes, which it wipes and takes back when `use` returns or throws. */
  lend<T>(sizes: readonly number[], use: (...addresses: number[]) => T): T {
    const addresses: number[] = [];
    try {
      for (const size of sizes) addresses.push(this.heap.allocate(size));
      return use(...addresses);
    } finally {
      this.giveBack(addresses, sizes);
    }
  }

  /** Wipes areas and frees them. */
  giveBack(addresses: readonly number[], sizes: readonly number[]): void {
    addresses.forEach((address, i) => {
      this.bytes(address, sizes[i]).fill(0);
      this.heap.free(address, sizes[i]);
    });
  }

  /** A view of the memory, valid until something is allocated. */
  bytes(address: number, length: number): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.heap.memory.buffer as ArrayBuffer, address, length);
  }

  /** A view of the memory as torus elements, valid until something is allocated. */
  elements(address: number, length: number): BigUint64Array<ArrayBuffer> {
    return new BigUint64Array(this.heap.memory.buffer as ArrayBuffer, address, length);
  }
}
