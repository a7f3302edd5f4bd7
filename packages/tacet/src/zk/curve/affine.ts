import type { CurveKernel } from "../kernel/kernel.ts";
import { BASE_FIELD, centred, limbsOf, mod, sumOfLimbs } from "../kernel/prime-field.ts";
import type { AffinePoint, Group } from "./group.ts";

const { limbs, modulus, radix, radixInverse } = BASE_FIELD;

/** Writes a point where the kernel takes points that are not in quads. */
export function writePoint(kernel: CurveKernel, address: number, { x, y }: AffinePoint): void {
  const { doubles } = kernel;
  for (const [i, value] of [...x, ...y].entries())
    doubles.set(limbsOf(centred(value * radix, modulus), limbs), address / 8 + limbs * i);
}

/** Reads such a point. */
export function readPoint(kernel: CurveKernel, { coordinates }: Group, address: number): AffinePoint {
  const { doubles } = kernel;
  const parts = coordinates === "base" ? 1 : 2;
  const values = Array.from({ length: 2 * parts }, (_, i) => {
    const start = address / 8 + limbs * i;
    return mod(sumOfLimbs(doubles.subarray(start, start + limbs)) * radixInverse, modulus);
  });
  return { x: values.slice(0, parts), y: values.slice(parts) };
}
