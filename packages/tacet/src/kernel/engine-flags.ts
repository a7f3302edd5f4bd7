import { decideV8Flags } from "../configuration.ts";

/*
 * Flags of V8, which hold for all WebAssembly of the process. They are set on Node.js itself only: it has V8 take flags at
 * any time, while V8 by default ends a process that sets one after its start, which nothing can catch.
 */

/** `f64x2.relaxed_madd` of three zero vectors, and nothing else. */
export const relaxedSimdProbe: Uint8Array<ArrayBuffer> = Uint8Array.of(
  ...[0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 19, 1, 17, 0],
  ...[65, 0, 253, 15, 65, 0, 253, 15, 65, 0, 253, 15, 253, 135, 2, 11],
);

/** Hosts with an interface like that of Node.js, but with another V8, or none. */
const OTHER_HOSTS = ["electron", "nw", "deno", "bun"];

/** What the host answers; `undefined` if it has no answer, or none without a permission, as Deno. */
function ask<T>(question: () => T): T | undefined {
  try {
    return question();
  } catch {
    return undefined;
  }
}

/** The major version of Node.js; 0 on other hosts. */
function nodeVersion(): number {
  const versions = ask(() => globalThis.process?.versions);
  const other = versions === undefined || OTHER_HOSTS.some((host) => host in versions);
  return other ? 0 : Number.parseInt(versions.node ?? "0", 10);
}

/** Whether the process has been started with `--freeze-flags-after-init`, so that setting a flag ends it. */
function isFrozen(): boolean {
  const found = ask(() => {
    const { process } = globalThis;
    // Workers can have been given other arguments. The report is that of the thread, but for the command line.
    const { isMainThread } = process.getBuiltinModule("node:worker_threads");
    const report = isMainThread ? undefined : process.report.getReport();
    const args = report === undefined ? process.execArgv : commandLineOf(report);
    return args.some((argument) => /freeze.flags/.test(argument));
  });
  return found ?? true;
}

function commandLineOf(report: object): readonly string[] {
  return (report as { header: { commandLine: readonly string[] } }).header.commandLine;
}

/** Passes a flag to V8; says whether there was a V8 to take it. */
function setFlag(flag: string): boolean {
  const set = ask(() => {
    const v8 = globalThis.process.getBuiltinModule("node:v8");
    v8.setFlagsFromString(flag);
    return true;
  });
  return set ?? false;
}

/** Whether flags may be set, as far as the host, the environment and the program are concerned. */
function mayBeSet(): boolean {
  const allowed = decideV8Flags();
  const off = ask(() => globalThis.process?.env?.TACET_V8_FLAGS === "off") ?? false;
  return allowed && !off && nodeVersion() >= 20 && !isFrozen();
}

let done = false;
let joins = false;

/** Whether V8 joins pairs of 128-bit operations into 256-bit ones, since flags have been set. */
export function joinsPairs(): boolean {
  return joins;
}

/**
 * Switches on, once, what V8 has but does not offer by default: relaxed SIMD in Node 20, and the joining of pairs of
 * 128-bit operations into 256-bit ones in Node 24 and later.
 */
export function setEngineFlags(): void {
  if (done) return;
  done = true;
  if (!mayBeSet()) return;
  if (!WebAssembly.validate(relaxedSimdProbe)) setFlag("--experimental-wasm-relaxed-simd");
  // V8 can join only where it was built to: on x64, but not on macOS. It says so to nobody who sets the flag.
  const variables = ask((): object | undefined => globalThis.process.config.variables) ?? {};
  const canJoin = "v8_enable_wasm_simd256_revec" in variables && variables.v8_enable_wasm_simd256_revec === 1;
  joins = canJoin && nodeVersion() >= 24 && setFlag("--experimental-wasm-revectorize");
}

/** Has V8 join no more, where it did. */
export function stopJoining(): void {
  if (joins) joins = !setFlag("--no-experimental-wasm-revectorize");
}
