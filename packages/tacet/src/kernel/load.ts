import { UnsupportedPlatformError } from "../errors.ts";
import { moduleIndex, modulesDeflated } from "./generated/modules.ts";
import { answersRight } from "./self-check.ts";
import { type KernelVariant, kernelFlavours } from "./variant.ts";

/** A compiled kernel. It can be posted to workers. */
export interface KernelModule extends KernelVariant {
  readonly module: WebAssembly.Module;
  /** Whether the module imports a shared memory. */
  readonly shared: boolean;
}

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

let inflated: Promise<Uint8Array<ArrayBuffer>> | undefined;

async function inflate(base64: string): Promise<Uint8Array<ArrayBuffer>> {
  const zlib = globalThis.process?.getBuiltinModule?.("node:zlib");
  // Node's web streams take longer to load than all this takes to inflate.
  return zlib?.inflateRawSync(Buffer.from(base64, "base64")) ?? inflateByStream(base64);
}

async function inflateByStream(base64: string): Promise<Uint8Array<ArrayBuffer>> {
  const deflated = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const { readable, writable } = new DecompressionStream("deflate-raw");
  const writer = writable.getWriter();
  const written = writer.write(deflated).then(() => writer.close());
  const total = moduleIndex.reduce((sum, { pieces }) => pieces.reduce((a, b) => a + b, sum), 0);
  const inflated = new Uint8Array(total);
  const reader = readable.getReader();
  let position = 0;
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    inflated.set(next.value, position);
    position += next.value.length;
  }
  await written;
  return inflated;
}

/** The bytes of one module, put together from its pieces. */
export async function moduleBytes({
  polynomialSize,
  flavour,
  paired,
}: KernelVariant): Promise<Uint8Array<ArrayBuffer>> {
  const wanted = moduleIndex.findIndex(
    (entry) =>
      entry.polynomialSize === polynomialSize && entry.flavour === flavour && entry.paired === paired,
  );
  if (wanted < 0)
    throw new RangeError(`polynomialSize is ${polynomialSize}; expected a power of two from 256 to 65536`);
  inflated ??= inflate(modulesDeflated);
  const stream = await inflated;
  const { pieces } = moduleIndex[wanted]!;
  const bytes = new Uint8Array(pieces.reduce((sum, length) => sum + length, 0));
  let source = 0;
  let target = 0;
  for (let piece = 0; piece < pieces.length; piece++) {
    moduleIndex.forEach((entry, i) => {
      const length = entry.pieces[piece]!;
      if (i === wanted) {
        bytes.set(stream.subarray(source, source + length), target);
        target += length;
      }
      source += length;
    });
  }
  return bytes;
}

/**
 * Makes a module that imports a shared memory import one that is not, in place: the limits of an imported memory
 * begin with a byte of flags, of which bit 1 says "shared" (WebAssembly threads proposal, binary format).
 */
export function unshareMemory(bytes: Uint8Array): void {
  // The import is written as the lengths and bytes of "env" and "memory", kind 2 (memory), flags, limits.
  const pattern = [3, ...new TextEncoder().encode("env"), 6, ...new TextEncoder().encode("memory"), 2];
  for (let at = 0; at + pattern.length < bytes.length; at++) {
    if (!pattern.every((byte, i) => bytes[at + i] === byte)) continue;
    bytes[at + pattern.length]! &= ~2;
    return;
  }
  throw new Error("the module does not import env.memory");
}

/** `f64x2.relaxed_madd` of three zero vectors, and nothing else. */
const relaxedSimdProbe: Uint8Array<ArrayBuffer> = Uint8Array.of(
  ...[0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 19, 1, 17, 0],
  ...[65, 0, 253, 15, 65, 0, 253, 15, 65, 0, 253, 15, 253, 135, 2, 11],
);

/** How long code runs in the self-check where the engine is asked to optimize as it does not by default. */
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

const cache = new Map<string, Promise<KernelModule>>();

async function load(request: KernelRequest): Promise<KernelModule> {
  preparePlatform();
  const { polynomialSize, shared } = request;
  for (const flavour of request.deterministic ? (["plain"] as const) : kernelFlavours) {
    const inPairs = request.paired ?? joins;
    for (const paired of inPairs ? [true, false] : [false]) {
      const bytes = await moduleBytes({ polynomialSize, flavour, paired });
      if (!shared) unshareMemory(bytes);
      if (!WebAssembly.validate(bytes)) continue;
      const module = await WebAssembly.compile(bytes);
      if (answersRight(module, polynomialSize, shared, joins ? warmUpMilliseconds : 0)) {
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
 * @throws UnsupportedPlatformError where WebAssembly SIMD is missing or computes wrongly.
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
