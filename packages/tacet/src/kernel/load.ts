import { UnsupportedPlatformError } from "../errors.ts";
import { memoryError } from "../memory.ts";
import { Pace } from "../progress.ts";
import { joinsPairs, relaxedSimdProbe, setEngineFlags, stopJoining } from "./engine-flags.ts";
import { generateModule } from "./generator/module.ts";
import { answersRight } from "./self-check.ts";
import { type KernelModule, kernelFlavours, polynomialSizes } from "./variant.ts";

/** Which kernel to load. */
export interface KernelRequest {
  /** N, a power of two from 256 to 65536. */
  readonly polynomialSize: number;
  /** Whether results must have the same bits on every machine, which excludes the `fma` flavour. */
  readonly deterministic: boolean;
  /** Whether the memory will be shared. */
  readonly shared: boolean;
  /** Whether halves are computed side by side: by default, where the engine joins them. Tests choose. */
  readonly paired?: boolean;
}

/** How long code runs in all in the self-check where the engine is asked to optimize as it does not by default. */
const warmUpMilliseconds = 40;

/** What hosts do not tell when they refuse a module: pages by their policy, some servers' sandboxes always. */
const REFUSED =
  "this host does not let a program compile the WebAssembly that it makes. A page's Content-Security-Policy has to allow script-src 'wasm-unsafe-eval'; hosts that run WebAssembly from files alone, as some serverless ones do, cannot run Tacet. The host says";

/** Compiles a valid module. @throws UnsupportedPlatformError where the host refuses. */
export async function compileModule(bytes: Uint8Array<ArrayBuffer>): Promise<WebAssembly.Module> {
  try {
    return await WebAssembly.compile(bytes);
  } catch (cause) {
    if (memoryError(cause) !== cause) throw cause;
    throw new UnsupportedPlatformError(`${REFUSED}: ${(cause as Error).message}`, { cause });
  }
}

const cache = new Map<string, Promise<KernelModule>>();

async function load(request: KernelRequest): Promise<KernelModule> {
  const { polynomialSize, shared } = request;
  if (!polynomialSizes.includes(polynomialSize))
    throw new RangeError(`polynomialSize is ${polynomialSize}; expected a power of two from 256 to 65536`);
  for (const name of ["WebAssembly", "Atomics"] as const) {
    if (typeof globalThis[name] !== "object") {
      throw new UnsupportedPlatformError(`this platform has no ${name}`);
    }
  }
  setEngineFlags();
  const pace = new Pace({});
  const mayFuse = !request.deterministic && WebAssembly.validate(relaxedSimdProbe);
  for (const flavour of mayFuse ? kernelFlavours : (["plain"] as const)) {
    const inPairs = request.paired ?? joinsPairs();
    for (const paired of inPairs ? [true, false] : [false]) {
      const bytes = await generateModule({ polynomialSize, flavour, paired }, shared, pace);
      if (!WebAssembly.validate(bytes)) continue;
      const module = await compileModule(bytes);
      const warmUp = joinsPairs() ? warmUpMilliseconds : 0;
      if (await answersRight(module, polynomialSize, shared, warmUp, pace)) {
        return { module, polynomialSize, flavour, paired, shared };
      }
      // Perhaps the joined code was wrong: no more joining, and what is not in pairs is tried next.
      stopJoining();
    }
  }
  throw new UnsupportedPlatformError(
    `this platform lacks WebAssembly with 128-bit SIMD${shared ? " and shared memory" : ""}, or computes wrongly with it`,
  );
}

/**
 * Compiles the kernel for a polynomial size (once for each request) and checks its answers. Unless `deterministic`
 * is asked for, that is the `fma` flavour where the engine has relaxed SIMD.
 *
 * @throws UnsupportedPlatformError where WebAssembly SIMD is missing, computes wrongly, or may not be compiled.
 * @throws RangeError if there is no module for the polynomial size.
 */
export function loadKernel(request: KernelRequest): Promise<KernelModule> {
  const { polynomialSize, deterministic, shared, paired } = request;
  const key = `${polynomialSize} ${deterministic} ${shared} ${paired}`;
  let loading = cache.get(key);
  if (loading === undefined) {
    loading = load(request);
    cache.set(key, loading);
    loading.catch(() => cache.delete(key));
  }
  return loading;
}
