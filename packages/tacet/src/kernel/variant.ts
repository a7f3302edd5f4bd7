/** `fma` uses relaxed SIMD's fused multiply-add; `plain` gives the same bits on every machine. */
export type KernelFlavour = "fma" | "plain";

/** All flavours, the faster first. */
export const kernelFlavours: readonly KernelFlavour[] = ["fma", "plain"];

/** What N may be: 256 to 65536. */
export const polynomialSizes: readonly number[] = Array.from({ length: 9 }, (_, i) => 256 << i);

/** What one module of the kernel is made for. */
export interface KernelVariant {
  /** N, a power of two from 256 to 65536. */
  readonly polynomialSize: number;
  readonly flavour: KernelFlavour;
  /**
   * Whether the halves of 256 bits are computed side by side, for engines that join them into one operation, or one
   * after the other. The results have the same bits; the order of the points in Fourier keys differs.
   */
  readonly paired: boolean;
}

/** A compiled kernel. It can be posted to workers. */
export interface KernelModule extends KernelVariant {
  readonly module: WebAssembly.Module;
  /** Whether the module imports a shared memory. */
  readonly shared: boolean;
}
