import { FunctionBuilder } from "../../../kernel/generator/assembler.ts";
import { encodeModule } from "../../../kernel/generator/encoding.ts";
import { arithmetic, type Writer } from "./arithmetic.ts";
import { fourier } from "./fourier.ts";
import { points } from "./points.ts";
import { projective } from "./projective.ts";

/** The functions of the module, in the order of their numbers. All are exported. */
const functions: Readonly<Record<string, Writer>> = { ...arithmetic, ...points, ...projective, ...fourier };

/** What tells variants of the module apart. */
export interface CurveVariant {
  /** Whether products are taken apart with fused multiply-adds, which not all engines have. */
  readonly fused: boolean;
  /** Whether halves of vectors are computed side by side, for engines that join them. */
  readonly paired: boolean;
  /** Whether the memory is shared. */
  readonly shared: boolean;
}

/** Writes a variant of the module, which imports `env.memory` and, as `env.tables`, the address of its constants. */
export function generateCurveModule({ fused, paired, shared }: CurveVariant): Uint8Array<ArrayBuffer> {
  const conventions = { fused, paired, names: Object.keys(functions) };
  const finished = Object.entries(functions).map(([name, write]) => {
    const f = new FunctionBuilder(name, conventions);
    write(f);
    return f.finish();
  });
  return encodeModule({ initial: 1, maximum: 65536, shared }, finished);
}
