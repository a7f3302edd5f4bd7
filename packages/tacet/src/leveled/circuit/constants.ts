import type { LeveledCore } from "../core.ts";

/** Writes the trivial ciphertext of a torus element, in all coefficients or in the first. */
export function placeConstant(core: LeveledCore, target: number, element: bigint, all: boolean): void {
  const [kernel] = core.kernels;
  const { polynomialSize: N, glweDimension: k } = core.parameters;
  const bytes = (k + 1) * 8 * N;
  const glwe = core.heap.allocate(bytes);
  const elements = new BigUint64Array(core.heap.memory.buffer, glwe, (k + 1) * N).fill(0n);
  elements.fill(element, k * N, all ? (k + 1) * N : k * N + 1);
  kernel.loadAccumulator(glwe, target);
  core.heap.free(glwe, bytes);
}
