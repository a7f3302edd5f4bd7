/** `fma` uses relaxed SIMD's fused multiply-add; `plain` gives the same bits on every machine. */
export type KernelFlavour = "fma" | "plain";

/** All flavours, the faster first. */
export const kernelFlavours: readonly KernelFlavour[] = ["fma", "plain"];
