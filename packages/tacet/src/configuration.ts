import { TacetError } from "./errors.ts";
import { checkFlag, checkOptions, type OptionNames } from "./options.ts";

/** What holds for the whole process. */
export interface Configuration {
  /**
   * Whether Tacet may set flags of V8 on Node.js, which hold for all WebAssembly of the process and double the speed of
   * its kernels: `--experimental-wasm-relaxed-simd` on Node 20, `--experimental-wasm-revectorize` on Node 24 and later, on
   * x64. `true` unless given. With `TACET_V8_FLAGS=off` in the environment, it may not in any case.
   */
  readonly v8Flags?: boolean | undefined;
}

const NAMES: OptionNames<Configuration> = { v8Flags: true };

let v8Flags = true;
let decided = false;

/**
 * Settles what holds for the whole process, before the first key is made or read.
 *
 * @throws TypeError for what is no configuration; TacetError if it is too late, since flags may have been set.
 */
export function configure(configuration: Configuration): void {
  const { v8Flags: wanted = v8Flags } = checkOptions(configuration, NAMES);
  checkFlag("v8Flags", wanted);
  if (decided && wanted !== v8Flags)
    throw new TacetError(
      "v8Flags has to be configured before the first key is made or read, or engine created",
    );
  v8Flags = wanted;
}

/** For the rest of the library: whether flags of V8 may be set. From then on, it is decided. */
export function decideV8Flags(): boolean {
  decided = true;
  return v8Flags;
}
