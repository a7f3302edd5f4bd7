import { memoryError, UnsupportedPlatformError } from "../errors.ts";
import { Pace } from "../progress.ts";
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

/** `f64x2.relaxed_madd` of three zero vectors, and nothing else. */
const relaxedSimdProbe: Uint8Array<ArrayBuffer> = Uint8Array.of(
  ...[0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 19, 1, 17, 0],
  ...[65, 0, 253, 15, 65, 0, 253, 15, 65, 0, 253, 15, 253, 135, 2, 11],
);

/** How long code runs in all in the self-check where the engine is asked to optimize as it does not by default. */
const warmUpMilliseconds = 40;

/** Whether V8 joins pairs of 128-bit operations into 256-bit ones, once the platform has been prepared. */
let joins: boolean | undefined;

/** Passes a flag to V8; says whether there was a V8 to take it. */
function setEngineFlag(flag: string): boolean {
  try {
    const v8 = globalThis.process?.getBuiltinModule?.("node:v8");
    v8?.setFlagsFromString(flag);
    return v8 !== undefined;
  } catch {
    return false; // another engine behind Node's interface
  }
}

/**
 * Switches on what V8 has but does not offer by default: relaxed SIMD in Node 20, and the joining of pairs of 128-bit
 * operations into 256-bit ones in Node 24 and later. Elsewhere, and where the environment says TACET_V8_FLAGS=off,
 * it does nothing: the flags hold for all WebAssembly of the process.
 */
function preparePlatform(): void {
  if (joins !== undefined) return;
  joins = false;
  if (globalThis.process?.env?.TACET_V8_FLAGS === "off") return;
  const major = Number.parseInt(globalThis.process?.versions?.node ?? "", 10);
  if (major >= 20 && !WebAssembly.validate(relaxedSimdProbe)) {
    setEngineFlag("--experimental-wasm-relaxed-simd");
  }
  // V8 can join only where it was built to: on x64, but not on macOS. It says so to nobody who sets the flag.
  const { variables }: { variables?: object } = globalThis.process?.config ?? {};
  const canJoin = variables !== undefined && "v8_enable_wasm_simd256_revec" in variables;
  joins =
    canJoin &&
    variables.v8_enable_wasm_simd256_revec === 1 &&
    major >= 24 &&
    setEngineFlag("--experimental-wasm-revectorize");
}

/** Compiles a valid module. */
async function compile(bytes: Uint8Array<ArrayBuffer>): Promise<WebAssembly.Module> {
  try {
    return await WebAssembly.compile(bytes);
  } catch (cause) {
    if (memoryError(cause) !== cause) throw cause;
    const message =
      "WebAssembly cannot be compiled here; a page's Content-Security-Policy, if there is one, has to allow script-src 'wasm-unsafe-eval'";
    throw new UnsupportedPlatformError(message, { cause });
  }
}

const cache = new Map<string, Promise<KernelModule>>();

async function load(request: KernelRequest): Promise<KernelModule> {
  const { polynomialSize, shared } = request;
  if (!polynomialSizes.includes(polynomialSize))
    throw new RangeError(`polynomialSize is ${polynomialSize}; expected a power of two from 256 to 65536`);
  if (typeof WebAssembly === "undefined")
    throw new UnsupportedPlatformError("this platform has no WebAssembly");
  preparePlatform();
  const pace = new Pace({});
  const mayFuse = !request.deterministic && WebAssembly.validate(relaxedSimdProbe);
  for (const flavour of mayFuse ? kernelFlavours : (["plain"] as const)) {
    const inPairs = request.paired ?? joins;
    for (const paired of inPairs ? [true, false] : [false]) {
      const bytes = await generateModule({ polynomialSize, flavour, paired }, shared, pace);
      if (!WebAssembly.validate(bytes)) continue;
      const module = await compile(bytes);
      if (await answersRight(module, polynomialSize, shared, joins ? warmUpMilliseconds : 0, pace)) {
        return { module, polynomialSize, flavour, paired, shared };
      }
      // Perhaps the joined code was wrong: no more joining, and what is not in pairs is tried next.
      if (joins) joins = !setEngineFlag("--no-experimental-wasm-revectorize");
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
