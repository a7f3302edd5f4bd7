import type { Group, Point } from "../../src/zk/curve/group.ts";
import type { ProjectivePoints } from "../../src/zk/curve/projective.ts";
import { Region } from "../../src/zk/curve/region.ts";
import type { CurveVariant } from "../../src/zk/kernel/generator/module.ts";
import { CurveKernel } from "../../src/zk/kernel/kernel.ts";
import { loadCurveModule } from "../../src/zk/kernel/load.ts";
import { LANES, mod, SCALAR_FIELD } from "../../src/zk/kernel/prime-field.ts";

/** All variants of the module that there are. */
export const variants: Pick<CurveVariant, "fused" | "paired">[] = [true, false].flatMap((fused) =>
  [true, false].map((paired) => ({ fused, paired })),
);

/** A kernel on a memory of its own, and all of that as a region. */
export async function openCurve(
  only: Partial<CurveVariant> = {},
  mebibytes = 4,
): Promise<{ kernel: CurveKernel; region: Region }> {
  const module = await loadCurveModule(false, only);
  const memory = new WebAssembly.Memory({ initial: 16 * mebibytes, maximum: 65536 });
  CurveKernel.writeTables(memory, 64);
  return {
    kernel: new CurveKernel(module, memory, 64),
    region: new Region(65536, mebibytes * 2 ** 20 - 65536),
  };
}

/** scalar·point. */
export function multiple(points: ProjectivePoints, region: Region, point: Point, scalar: bigint): Point {
  return region.scope(() => {
    const a = points.take();
    for (let lane = 0; lane < LANES; lane++) points.write(a, lane, point);
    points.multiply(a, a, mod(scalar, SCALAR_FIELD.modulus));
    return points.read(a)[0];
  });
}

/** −point. */
export function negative(points: ProjectivePoints, region: Region, point: Point): Point {
  return multiple(points, region, point, -1n);
}

/** Numbers that look random, always the same ones, below a bound. */
export function* numbers(seed: bigint, bound: bigint): Generator<bigint, never> {
  for (let state = seed; ; ) {
    let value = 0n;
    for (let i = 0; i < 8; i++) {
      state = BigInt.asUintN(
        128,
        state * 0x2360ed051fc65da44385df649fccf645n + 0x5851f42d4c957f2d14057b7ef767814fn,
      );
      value = (value << 64n) | (state >> 64n);
    }
    yield value % bound;
  }
}

export type { Group };
