import { UnsupportedPlatformError } from "../../errors.ts";
import { joinsPairs, relaxedSimdProbe, setEngineFlags, stopJoining } from "../../kernel/engine-flags.ts";
import { compileModule } from "../../kernel/load.ts";
import { type CurveVariant, generateCurveModule } from "./generator/module.ts";
import { answersRight } from "./self-check.ts";

/** How long code runs in the self-check where the engine joins pairs, so that what it has made of them is checked. */
const WARM_UP_MS = 40;

const cache = new Map<string, Promise<WebAssembly.Module>>();

async function load(shared: boolean, only: Partial<CurveVariant>): Promise<WebAssembly.Module> {
  setEngineFlags();
  const fuses = only.fused ?? WebAssembly.validate(relaxedSimdProbe);
  for (const fused of fuses && only.fused === undefined ? [true, false] : [fuses]) {
    const pairs = only.paired ?? joinsPairs();
    for (const paired of pairs && only.paired === undefined ? [true, false] : [pairs]) {
      const bytes = generateCurveModule({ fused, paired, shared });
      if (!WebAssembly.validate(bytes)) continue;
      const module = await compileModule(bytes);
      if (answersRight(module, shared, joinsPairs() ? WARM_UP_MS : 0)) return module;
      if (paired) stopJoining();
    }
  }
  throw new UnsupportedPlatformError(
    `this platform lacks WebAssembly with 128-bit SIMD${shared ? " and shared memory" : ""}, or computes wrongly with it`,
  );
}

/**
 * Writes and compiles the curve's module, once for each kind of memory, and checks its answers. It has fused multiply-adds
 * where the engine has them: results do not depend on it.
 *
 * @param only which variant; tests choose.
 * @throws UnsupportedPlatformError where WebAssembly SIMD is missing, computes wrongly, or may not be compiled.
 */
export function loadCurveModule(
  shared: boolean,
  only: Partial<CurveVariant> = {},
): Promise<WebAssembly.Module> {
  const key = `${shared} ${only.fused} ${only.paired}`;
  let loading = cache.get(key);
  if (loading === undefined) {
    loading = load(shared, only);
    cache.set(key, loading);
    loading.catch(() => cache.delete(key));
  }
  return loading;
}
