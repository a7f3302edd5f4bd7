import { Kernel } from "../../src/kernel/kernel.ts";
import type { KernelLayout, KernelParameters } from "../../src/kernel/layout.ts";
import { type KernelRequest, loadKernel } from "../../src/kernel/load.ts";
import { writeTables } from "../../src/kernel/tables.ts";
import type { KernelModule } from "../../src/kernel/variant.ts";
import { Pace } from "../../src/progress.ts";

const smallest: KernelParameters = {
  lweDimension: 6,
  glweDimension: 1,
  polynomialSize: 256,
  pbsBaseLog: 23,
  pbsLevel: 1,
  ksBaseLog: 4,
  ksLevel: 4,
};

/** A kernel on a memory of its own, with an allocator that never frees. */
export class Workspace {
  readonly kernel: Kernel;
  readonly parameters: KernelParameters;
  readonly layout: KernelLayout;
  readonly scratch: number;
  readonly #tables: number;
  #end = 64;

  static async create(
    parameters: Partial<KernelParameters> = {},
    request: Partial<KernelRequest> = {},
  ): Promise<Workspace> {
    const all = { ...smallest, ...parameters };
    const { polynomialSize } = all;
    const module = await loadKernel({ polynomialSize, deterministic: false, shared: true, ...request });
    const workspace = new Workspace(module, all);
    await writeTables(workspace.kernel.memory, workspace.#tables, all, new Pace({}));
    return workspace;
  }

  private constructor(module: KernelModule, parameters: KernelParameters) {
    this.parameters = parameters;
    this.layout = Kernel.layout(parameters);
    const { shared } = module;
    const memory = new WebAssembly.Memory({ initial: 512, maximum: shared ? 65536 : 16384, shared });
    this.#tables = this.allocate(this.layout.tables, memory);
    this.kernel = new Kernel(module, memory, this.#tables, parameters);
    this.scratch = this.allocate(this.layout.scratch(8));
  }

  allocate(bytes: number, memory: WebAssembly.Memory = this.kernel.memory): number {
    const address = this.#end;
    this.#end = Math.ceil((address + bytes) / 64) * 64;
    const missing = this.#end - memory.buffer.byteLength;
    if (missing > 0) memory.grow(Math.ceil(missing / 65536));
    return address;
  }

  /** Leaves a gap before what is allocated next. */
  skip(bytes: number): void {
    this.allocate(bytes);
  }

  bytes(address: number, length: number): Uint8Array {
    return new Uint8Array(this.kernel.memory.buffer, address, length);
  }

  u32(address: number, length: number): Uint32Array {
    return new Uint32Array(this.kernel.memory.buffer, address, length);
  }

  u64(address: number, length: number): BigUint64Array {
    return new BigUint64Array(this.kernel.memory.buffer, address, length);
  }

  /** Copies values into freshly allocated memory. */
  put(values: ArrayLike<bigint> | Uint8Array): number {
    if (values instanceof Uint8Array) {
      const address = this.allocate(values.length);
      this.bytes(address, values.length).set(values);
      return address;
    }
    const address = this.allocate(8 * values.length);
    this.u64(address, values.length).set(values);
    return address;
  }
}
